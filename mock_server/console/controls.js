// What is served and how badly: scenario, seed, strictness and faults. Every change is applied at once.

import { fill, h } from "./dom.js";
import { faultFields } from "./fault_fields.js";
import { icon } from "./icons.js";
import { askToReset } from "./resetting.js";
import { enter, rove } from "./roving.js";
import { scenarios, state } from "./session.js";
import { watchAll } from "./signal.js";
import { steer } from "./steering.js";

/** @import { Scenario, State } from "./shapes" */

/** @param {HTMLElement} root @param {AbortSignal} until */
export function showControls(root, until) {
  const list = h("ul", { class: "scenarios" });
  rove(list, "vertical");
  const faults = faultFields();
  const [seed, strict] = [seedField(), strictField()];
  fill(root, [
    h(
      "div",
      { class: "columns" },
      h(
        "section",
        { class: "stack", "aria-labelledby": "scenario-title" },
        h(
          "div",
          {},
          h("h2", { id: "scenario-title" }, "Scenario"),
          h("p", { class: "muted" }, "What is served. A scenario brings its own data and faults."),
        ),
        list,
      ),
      h(
        "div",
        { class: "stack wide-gap" },
        faults.element,
        h(
          "section",
          { class: "card", "aria-labelledby": "rest-title" },
          h("h2", { id: "rest-title" }, "Contract and data"),
          strict.element,
          seed.element,
        ),
        resetCard(),
      ),
    ),
  ]);
  const update = () => {
    const now = state.value;
    if (!now) return;
    showScenarios(list, scenarios.value, now.scenario);
    faults.show(now.faults);
    seed.show(now);
    strict.show(now);
  };
  watchAll([state, scenarios], update, until);
}

/** @param {HTMLElement} list @param {Scenario[]} known @param {string} current */
function showScenarios(list, known, current) {
  const listed = known.some(({ name }) => name === current)
    ? known
    : [{ name: current, description: "From a file that was named at start." }, ...known];
  const focused = list.contains(document.activeElement) && document.activeElement?.getAttribute("data-name");
  fill(
    list,
    listed.map((scenario) => h("li", { "data-row": scenario.name }, card(scenario, scenario.name === current))),
  );
  const row = (/** @type {string} */ name) => list.querySelector(`[data-row="${CSS.escape(name)}"]`);
  enter(list, row(focused || current));
  if (focused) /** @type {HTMLElement | null | undefined} */ (row(focused)?.querySelector("button"))?.focus();
}

/** @param {Scenario} scenario @param {boolean} isCurrent */
function card({ name, description }, isCurrent) {
  const button = h(
    "button",
    {
      class: "scenario",
      type: "button",
      "aria-current": isCurrent && "true",
      "data-rove": true,
      "data-name": name,
      tabindex: -1,
    },
    h("span", { class: "scenario-name" }, name, isCurrent && icon("check")),
    h("span", { class: "muted" }, description),
  );
  button.addEventListener("click", () => {
    if (isCurrent) return;
    button.setAttribute("aria-busy", "true"); // a large world takes a moment to make
    void steer({ scenario: name }, `Scenario ${name} is in force`);
  });
  return button;
}

function seedField() {
  const change = () => {
    if (input.reportValidity())
      void steer({ seed: input.valueAsNumber }, `Data and faults are made from seed ${input.value}`);
  };
  const input = h("input", {
    id: "seed",
    type: "number",
    min: 0,
    step: 1,
    required: true,
    "aria-describedby": "seed-about",
    on: { change },
  });
  return {
    element: h(
      "div",
      { class: "setting" },
      h(
        "label",
        { for: "seed" },
        "Seed",
        h(
          "span",
          { class: "muted", id: "seed-about" },
          "Data, ids and keys are made from it: another seed, other keys.",
        ),
      ),
      input,
    ),
    show: (/** @type {State} */ { seed }) => {
      if (document.activeElement !== input) input.value = String(seed);
    },
  };
}

function strictField() {
  const change = () =>
    void steer(
      { strict: input.checked },
      input.checked
        ? "Requests that break the contract are refused"
        : "Requests that break the contract are served where the API would",
    );
  const input = h("input", {
    id: "strict",
    type: "checkbox",
    role: "switch",
    "aria-describedby": "strict-about",
    on: { change },
  });
  return {
    element: h(
      "div",
      { class: "setting" },
      h(
        "label",
        { for: "strict" },
        "Strict",
        h(
          "span",
          { class: "muted", id: "strict-about" },
          "Refuse requests that break the contract, even where the API would serve them.",
        ),
      ),
      input,
    ),
    show: (/** @type {State} */ { strict }) => (input.checked = strict),
  };
}

function resetCard() {
  return h(
    "div",
    { class: "row wrap between reset" },
    h("p", { class: "muted" }, "Back to what the mock was started with, with an empty journal."),
    h(
      "button",
      { class: "button", type: "button", on: { click: () => void askToReset() } },
      icon("reset"),
      "Reset to start",
    ),
  );
}
