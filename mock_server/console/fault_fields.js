// The faults: latency, failing requests and a rate limit.

import { fill, h } from "./dom.js";
import { toggleButton } from "./fields.js";
import { percent, seconds } from "./formats.js";
import { steer } from "./steering.js";

/** @import { Faults } from "./shapes" */

const CODES = [400, 401, 403, 404, 408, 409, 422, 429, 500, 502, 503, 504];
const LATENCIES = [null, "0.3", "1", "0.2-0.8", "1-3"];
const MOST_SECONDS = 30;
const PERIODS = ["second", "minute", "hour"];

export function faultFields() {
  const parts = [latencyField(), errorField(), limitField()];
  return {
    element: h(
      "section",
      { class: "card", "aria-labelledby": "faults-title" },
      h(
        "div",
        {},
        h("h2", { id: "faults-title" }, "Faults"),
        h("p", { class: "muted" }, "What goes wrong on purpose. The same seed and requests give the same faults."),
      ),
      ...parts.map(({ element }) => element),
    ),
    /** @param {Faults} faults */
    show: (faults) => parts.forEach((part) => part.show(faults)),
  };
}

/** @param {Faults["latency"]} latency */
function setLatency(latency) {
  void steer(
    { faults: { latency } },
    latency ? `Every answer takes ${seconds(String(latency))} longer` : "No added latency",
  );
}

/**
 * What two fields say together; one of them may be empty.
 *
 * @param {string} least
 * @param {string} most
 * @returns {Faults["latency"]}
 */
function latencyOf(least, most) {
  const [low, high] = [least || most, most || least].map(Number).sort((one, other) => one - other);
  return !high ? null : low === high ? String(high) : `${low}-${high}`;
}

function latencyField() {
  const change = () => {
    if (least.reportValidity() && most.reportValidity()) setLatency(latencyOf(least.value, most.value));
  };
  const number = (/** @type {string} */ label) =>
    h("input", { type: "number", min: 0, max: MOST_SECONDS, step: "any", "aria-label": label, on: { change } });
  const [least, most] = [number("Least seconds of latency"), number("Most seconds of latency")];
  const presets = h("div", { class: "chips" });
  return {
    element: h(
      "fieldset",
      { class: "fault" },
      h("legend", {}, "Latency"),
      presets,
      h(
        "div",
        { class: "row" },
        least,
        h("span", { class: "muted" }, "to"),
        most,
        h("span", { class: "muted" }, "seconds"),
      ),
    ),
    /** @param {Faults} faults */
    show({ latency }) {
      const [low, high = low] = latency === null || latency === undefined ? ["", ""] : String(latency).split("-");
      least.value = low;
      most.value = high;
      update(
        presets,
        LATENCIES.map((preset) =>
          toggleButton(
            preset ? seconds(preset) : "None",
            (latency ?? null) === preset,
            () => setLatency(preset),
            "chip",
          ),
        ),
      );
    },
  };
}

function errorField() {
  const output = h("output", { for: "error-rate" });
  const input = () => {
    output.value = percent(slider.valueAsNumber / 100);
  };
  const change = () => {
    const rate = slider.valueAsNumber / 100;
    void steer(
      { faults: { error_rate: rate } },
      rate ? `${percent(rate)} of requests fail` : "No request fails on purpose",
    );
  };
  const slider = h("input", {
    type: "range",
    id: "error-rate",
    min: 0,
    max: 100,
    step: 1,
    "aria-label": "Share of requests that fail",
    on: { input, change },
  });
  const chips = h("div", { class: "chips", role: "group", "aria-label": "Status codes to fail with" });
  return {
    element: h(
      "fieldset",
      { class: "fault" },
      h("legend", {}, "Errors"),
      h("div", { class: "row" }, slider, output),
      chips,
    ),
    /** @param {Faults} faults */
    show({ error_rate: rate = 0, error_codes: codes = [] }) {
      slider.valueAsNumber = Math.round(rate * 100);
      output.value = percent(rate);
      const all = [...new Set([...CODES, ...codes])].sort((one, other) => one - other);
      update(
        chips,
        all.map((code) =>
          toggleButton(String(code), codes.includes(code), (on) => toggleCode(codes, code, on), "chip"),
        ),
      );
    },
  };
}

/** @param {number[]} codes @param {number} code @param {boolean} on */
function toggleCode(codes, code, on) {
  const left = on ? [...codes, code].sort((one, other) => one - other) : codes.filter((one) => one !== code);
  void steer({ faults: { error_codes: left } }, `Failing requests get ${left.join(" or ")}`);
}

function limitField() {
  const change = () => {
    if (!requests.reportValidity()) return;
    const limit = requests.value ? `${requests.value}/${period.value}` : null;
    void steer(
      { faults: { rate_limit: limit } },
      limit ? `More than ${requests.value} requests a ${period.value} get 429` : "No rate limit",
    );
  };
  const requests = h("input", {
    type: "number",
    min: 1,
    step: 1,
    placeholder: "none",
    "aria-label": "Requests of each organization that are served",
    on: { change },
  });
  const period = h(
    "select",
    { "aria-label": "Period", on: { change: () => requests.value && change() } },
    ...PERIODS.map((one) => h("option", { value: one }, `a ${one}`.replace("a hour", "an hour"))),
  );
  return {
    element: h(
      "fieldset",
      { class: "fault" },
      h("legend", {}, "Rate limit"),
      h("div", { class: "row" }, requests, h("span", { class: "muted" }, "requests"), period),
    ),
    /** @param {Faults} faults */
    show({ rate_limit: limit }) {
      const [number, unit] = limit ? limit.split("/") : ["", "minute"];
      requests.value = number;
      period.value = unit;
    },
  };
}

/**
 * Put new buttons in place of old ones; the one with the focus keeps it.
 *
 * @param {HTMLElement} parent
 * @param {HTMLElement[]} buttons
 */
function update(parent, buttons) {
  const at = [...parent.children].indexOf(/** @type {Element} */ (document.activeElement));
  fill(parent, buttons);
  if (at >= 0) buttons[at]?.focus();
}
