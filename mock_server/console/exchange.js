// One exchange of the journal: a line, and all there is to know of it below.

import { copy, copyButton } from "./clipboard.js";
import { PUBLIC } from "./control.js";
import { fill, h } from "./dom.js";
import { clock, milliseconds, plural } from "./formats.js";
import { icon } from "./icons.js";
import { bodyView, headersView } from "./json.js";
import { outwardLink } from "./outward.js";

/** @import { Exchange, Violation } from "./shapes" */

/** @param {Exchange} exchange @param {boolean} arrived whether it came while one was looking */
export function exchangeRow(exchange, arrived) {
  const { id } = exchange;
  const details = h("div", { class: "details", id: `exchange-${id}`, hidden: true });
  const click = () => {
    details.hidden = !details.hidden;
    button.setAttribute("aria-expanded", String(!details.hidden));
    if (!details.hasChildNodes()) fill(details, detailsOf(exchange));
  };
  const button = h(
    "button",
    {
      class: "line",
      type: "button",
      "aria-expanded": "false",
      "aria-controls": details.id,
      "data-rove": true,
      tabindex: -1,
      on: { click },
    },
    ...line(exchange),
  );
  const keydown = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "c" && !event.ctrlKey && !event.metaKey && event.target === button)
      void copy(exchange.curl, "curl");
    if (event.key === "Escape" && !details.hidden) {
      click();
      button.focus();
    }
  };
  return h(
    "li",
    { class: arrived ? "exchange arrived" : "exchange", "data-row": id, on: { keydown } },
    button,
    details,
  );
}

/** @param {Exchange} exchange @returns {Node[]} */
function line({ time, request, response, milliseconds: spent, operation_id: operation, violations, faults }) {
  const { pathname, search } = new URL(request.url);
  const { status } = response;
  return [
    h("span", { class: "time" }, clock(time)),
    h("span", { class: `status s${`${status}`[0]}` }, status),
    h("span", { class: "method" }, request.method),
    h("span", { class: "path" }, pathname, search && h("span", { class: "query" }, search)),
    h(
      "span",
      { class: "marks" },
      violations.length > 0 &&
        h("span", { class: "badge warn" }, icon("warning"), plural(violations.length, "violation")),
      ...faults.map((fault) => h("span", { class: "badge" }, fault)),
    ),
    h("span", { class: "operation" }, operation ?? "–"),
    h("span", { class: "spent" }, milliseconds(spent)),
  ];
}

/** @param {Exchange} exchange @returns {Node[]} */
function detailsOf({ request, response, violations, hints, curl }) {
  const remarks = [
    ...violations.map(violationView),
    ...hints.map((hint) => h("li", { class: "hint" }, h("strong", {}, "hint"), h("p", {}, hint))),
  ];
  return [
    ...(remarks.length ? [h("ul", { class: "remarks" }, ...remarks)] : []),
    h(
      "div",
      { class: "command" },
      h("pre", { tabindex: 0, role: "group", "aria-label": "curl" }, h("code", {}, curl)),
      copyButton(curl, "curl"),
    ),
    h(
      "div",
      { class: "halves" },
      half("Request", request.headers, request.body ?? ""),
      half("Response", response.headers, response.body),
    ),
  ];
}

/** @param {Violation} violation */
function violationView({ kind, where, message, see }) {
  const [address, ...line] = see.split(" ");
  return h(
    "li",
    { class: "violation" },
    h("strong", {}, where),
    h("p", {}, message),
    h(
      "p",
      { class: "muted" },
      `${kind} · see `,
      outwardLink(address.startsWith("/") ? PUBLIC + address : address),
      line.length ? ` ${line.join(" ")}` : "",
    ),
  );
}

/** @param {string} title @param {Record<string, string>} headers @param {string | null} body */
export function half(title, headers, body) {
  return h(
    "div",
    { class: "half", role: "group", "aria-label": title },
    h("h2", { class: "minor" }, title),
    h("details", {}, h("summary", {}, plural(Object.keys(headers).length, "header")), headersView(headers)),
    bodyView(body, `${title} body`),
  );
}
