// Fields of forms and toolbars.

import { h } from "./dom.js";
import { icon } from "./icons.js";

const DEBOUNCE = 200;

/**
 * A field to search with; `/` reaches it. Tells what was typed once typing pauses.
 *
 * @param {string} label
 * @param {string} value
 * @param {(text: string) => void} search
 */
export function searchField(label, value, search) {
  let timer = 0;
  const now = () => {
    clearTimeout(timer);
    search(input.value.trim());
  };
  const typed = () => {
    clearTimeout(timer);
    timer = window.setTimeout(now, DEBOUNCE);
  };
  const keydown = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Enter") now();
    if (event.key === "Escape" && input.value) {
      event.stopPropagation();
      input.value = "";
      now();
    }
  };
  const input = h("input", {
    type: "search",
    value,
    placeholder: label,
    "aria-label": label,
    "data-search": true,
    spellcheck: "false",
    autocomplete: "off",
    on: { input: typed, keydown },
  });
  return {
    element: h("span", { class: "search" }, icon("search"), input, h("kbd", { "aria-hidden": "true" }, "/")),
    input,
  };
}

/**
 * A field to choose from a list.
 *
 * @param {string} label
 * @param {[value: string, text: string][]} options
 * @param {string} value
 * @param {(value: string) => void} choose
 * @returns {HTMLSelectElement}
 */
export function selectField(label, options, value, choose) {
  const select = h(
    "select",
    { "aria-label": label },
    ...options.map(([one, text]) => h("option", { value: one }, text)),
  );
  select.addEventListener("change", () => choose(select.value));
  select.value = value;
  return select;
}

/**
 * A button that is on or off.
 *
 * @param {string} label
 * @param {boolean} on
 * @param {(on: boolean) => void} change
 * @param {string} [name] a class
 */
export function toggleButton(label, on, change, name = "") {
  const button = h("button", { class: `button toggle ${name}`, type: "button", "aria-pressed": String(on) }, label);
  button.addEventListener("click", () => change(button.getAttribute("aria-pressed") !== "true"));
  return button;
}
