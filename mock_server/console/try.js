// Sends one request to the public API and shows what comes back.

import { copy } from "./clipboard.js";
import { operations } from "./contract.js";
import { fill, h } from "./dom.js";
import { half } from "./exchange.js";
import { selectField } from "./fields.js";
import { milliseconds } from "./formats.js";
import { icon } from "./icons.js";
import { announce } from "./notices.js";
import { chosenOrganization } from "./organization.js";
import { outwardLink } from "./outward.js";
import { parameterField } from "./parameter_field.js";
import { go, linkTo, route } from "./route.js";
import { organizations } from "./session.js";
import { watchAll } from "./signal.js";
import { credentials, curl, fetchSnippet, urlOf } from "./snippets.js";
import { empty } from "./world.js";

/** @import { Operation } from "./contract.js" */
/** @import { Call } from "./snippets.js" */

/** The headers of an answer in which the mock explains itself. */
const REMARKS = { "x-contract-violations": "violation", "x-mock-hint": "hint", "x-mock-fault": "fault" };

/** @param {HTMLElement} root @param {AbortSignal} until */
export function showTry(root, until) {
  const [form, answer] = [h("div", { class: "stack" }), h("div", { class: "stack answer", "aria-live": "polite" })];
  fill(root, [h("div", { class: "columns even" }, form, answer)]);
  let shown = "";
  const update = async () => {
    const known = await operations().catch(() => []);
    const wanted = route.value.parameters.get("operation");
    const operation = known.find(({ id }) => id === wanted) ?? known[0];
    const now = `${operation?.id} ${route.value.parameters} ${chosenOrganization()?.api_key}`;
    if (until.aborted || !operation || now === shown) return;
    shown = now;
    fill(form, [operationField(known, operation), requestForm(operation, answer)]);
    fill(answer, [
      empty("No answer yet", "Send the request to see status, headers and body here. It shows up in the journal, too."),
    ]);
  };
  watchAll([route, organizations], update, until);
}

/** @param {Operation[]} known @param {Operation} chosen */
function operationField(known, chosen) {
  const options = known.map(({ id, method, path }) => /** @type {[string, string]} */ ([id, `${method} ${path}`]));
  return h(
    "div",
    { class: "stack tight" },
    selectField("Operation", options, chosen.id, (operation) => go(linkTo("/try", { operation }))),
    h(
      "p",
      { class: "muted" },
      chosen.summary,
      chosen.page && " · ",
      chosen.page && outwardLink(chosen.page.url, "Documentation"),
    ),
  );
}

/** @param {Operation} operation @param {HTMLElement} answer */
function requestForm(operation, answer) {
  const organization = chosenOrganization();
  const known = { ...(organization ? credentials(organization) : {}), ...Object.fromEntries(route.value.parameters) };
  const key = {
    name: "x-api-key",
    in: /** @type {const} */ ("header"),
    description: "The key of the organization.",
    schema: {},
  };
  const declared = [
    ...operation.parameters,
    ...(operation.parameters.some(({ name }) => name === key.name) ? [] : [key]),
  ];
  const fields = declared.map((parameter) => parameterField(parameter, known[parameter.name] ?? ""));
  const preferences = preferenceFields(operation);
  const body =
    operation.hasBody &&
    h("textarea", {
      rows: 10,
      "aria-label": "Body",
      placeholder: "{}",
      spellcheck: "false",
      value: operation.bodyExample,
    });
  const call = () => callOf(operation, fields, preferences, body ? body.value : "");
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    void send(call(), answer);
  };
  const keydown = (/** @type {KeyboardEvent} */ event) =>
    event.key === "Enter" && (event.ctrlKey || event.metaKey) && submit(event);
  const section = (/** @type {string} */ title, /** @type {(Node | false)[]} */ ...content) =>
    h("fieldset", { class: "card" }, h("legend", {}, title), ...content);
  const of = (/** @type {string} */ place) =>
    fields.filter((field) => field.place === place).map(({ element }) => element);
  const asked = [...of("path"), ...of("query")];
  return h(
    "form",
    { class: "stack", novalidate: true, on: { submit, keydown } },
    asked.length > 0 && section("Parameters", ...asked),
    body && section("Body", body),
    section("Headers", ...of("header")),
    section("Prefer", h("div", { class: "thirds" }, ...preferences.map(({ element }) => element))),
    h(
      "div",
      { class: "row wrap send" },
      h("button", { class: "button primary", type: "submit" }, icon("send"), "Send"),
      h(
        "button",
        { class: "button", type: "button", on: { click: () => void copy(curl(call()), "curl") } },
        icon("copy"),
        "Copy curl",
      ),
      h(
        "button",
        { class: "button", type: "button", on: { click: () => void copy(fetchSnippet(call()), "fetch") } },
        icon("copy"),
        "Copy fetch",
      ),
    ),
  );
}

/** @typedef {ReturnType<typeof parameterField>} Field */

/** @param {Operation} operation @returns {Field[]} */
function preferenceFields({ codes, examples }) {
  const field = (
    /** @type {string} */ name,
    /** @type {string} */ description,
    /** @type {import("./contract.js").Schema} */ schema,
  ) => parameterField({ name, in: "query", description, schema }, "");
  return [
    field("code", `Any status code. Documented: ${codes.join(", ")}.`, { type: "integer", minimum: 200, maximum: 599 }),
    field("example", "A documented answer.", { enum: examples }),
    field("delay", "Seconds to wait before the answer.", { type: "number", minimum: 0, maximum: 30 }),
  ];
}

/**
 * @param {Operation} operation
 * @param {Field[]} fields
 * @param {Field[]} preferences
 * @param {string} body
 * @returns {Call}
 */
function callOf({ method, path }, fields, preferences, body) {
  const given = (/** @type {string} */ place) =>
    fields.filter((field) => field.place === place && field.value() !== "").map((field) => [field.name, field.value()]);
  const prefer = preferences
    .filter((field) => field.value())
    .map((field) => `${field.name}=${field.value()}`)
    .join(", ");
  return {
    method,
    path: fields
      .filter(({ place }) => place === "path")
      .reduce((filled, field) => filled.replace(`{${field.name}}`, encodeURIComponent(field.value())), path),
    query: Object.fromEntries(given("query")),
    headers: {
      ...Object.fromEntries(given("header")),
      ...(prefer && { Prefer: prefer }),
      ...(body && { "Content-Type": "application/json" }),
    },
    body: body || undefined,
  };
}

/** @param {Call} call @param {HTMLElement} answer */
async function send(call, answer) {
  const began = performance.now();
  answer.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(urlOf(call), {
      method: call.method,
      headers: call.headers,
      body: call.body,
      cache: "no-store",
    });
    const text = await response.text();
    fill(answer, answerView(call, response, text, performance.now() - began));
    announce(`Answered ${response.status}`);
  } catch (error) {
    fill(answer, [
      empty(
        "No answer",
        error instanceof TypeError ? `The request could not be sent: ${error.message}.` : String(error),
      ),
    ]);
  } finally {
    answer.removeAttribute("aria-busy");
  }
}

/** @param {Call} call @param {Response} response @param {string} text @param {number} spent @returns {Node[]} */
function answerView(call, response, text, spent) {
  const headers = Object.fromEntries(response.headers);
  const remarks = Object.entries(REMARKS).filter(([name]) => headers[name]);
  return [
    h(
      "p",
      { class: "answer-line" },
      h("span", { class: `status s${`${response.status}`[0]}` }, response.status),
      h("span", {}, response.statusText),
      h("span", { class: "muted" }, `${milliseconds(spent)} · ${call.method} ${urlOf(call)}`),
    ),
    remarks.length > 0 &&
      h(
        "ul",
        { class: "remarks" },
        ...remarks.map(([name, kind]) => h("li", { class: kind }, h("strong", {}, name), h("p", {}, headers[name]))),
      ),
    half("Response", headers, text),
  ].filter((part) => part instanceof Node);
}
