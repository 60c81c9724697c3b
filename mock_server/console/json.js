// JSON and other bodies, made readable.

import { h } from "./dom.js";
import { size } from "./formats.js";

/** How many characters are shown before one asks for more: a browser lays out only so many without a pause. */
const MOST = 12_000;

const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d[\d.eE+-]*|true|false|null)/g;

/**
 * A body as text in colours; its beginning if it is long.
 *
 * @param {string | null} text
 * @param {string} label
 */
export function bodyView(text, label) {
  if (!text) return h("p", { class: "muted" }, text === null ? "Not shown: it is no text." : "Without a body.");
  const pretty = indent(text);
  const code = h("code", {}, ...colour(pretty.slice(0, MOST)));
  const whole = h("div", { class: "body" }, h("pre", { tabindex: 0, role: "group", "aria-label": label }, code));
  if (pretty.length > MOST) {
    const click = () => {
      code.replaceChildren(...colour(pretty));
      more.remove();
    };
    const more = h(
      "button",
      { class: "button small", type: "button", on: { click } },
      `Show all ${size(pretty.length)}`,
    );
    whole.append(more);
  }
  return whole;
}

/** @param {string} text */
function indent(text) {
  try {
    return JSON.stringify(JSON.parse(text, keepNumber), null, 2);
  } catch {
    return text;
  }
}

/**
 * Numbers as they were written, where the browser can tell: 1500.0 is not 1500 to whoever reads a body.
 *
 * @this {any}
 * @param {string} _key
 * @param {unknown} value
 * @param {{ source?: string }} [context]
 */
function keepNumber(_key, value, context) {
  const { rawJSON } = /** @type {any} */ (JSON);
  return typeof value === "number" && context?.source && rawJSON ? rawJSON(context.source) : value;
}

/** @param {string} text @returns {(string | Node)[]} */
function colour(text) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [token, string, colon] = match;
    if (match.index > end) parts.push(text.slice(end, match.index));
    const kind = colon ? "json-key" : string ? "json-text" : "json-other";
    parts.push(h("span", { class: kind }, string ?? token), colon ?? "");
    end = match.index + token.length;
  }
  return [...parts, text.slice(end)];
}

/**
 * Headers, one a line.
 *
 * @param {Record<string, string>} headers
 */
export function headersView(headers) {
  const lines = Object.entries(headers).map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)));
  return h("dl", { class: "headers" }, ...lines);
}
