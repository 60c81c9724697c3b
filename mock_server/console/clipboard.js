// Copying, and the buttons and menus for it.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { notify } from "./notices.js";

/** @typedef {{ label: string, key?: string, run: () => void }} Action */

/**
 * @param {string} text
 * @param {string} what what the text is, to say that it was copied
 */
export async function copy(text, what) {
  try {
    await (navigator.clipboard ? navigator.clipboard.writeText(text) : copySelected(text));
    notify(`Copied ${what}`);
  } catch {
    notify(`The browser did not let the console copy ${what}.`, { bad: true });
  }
}

/**
 * @param {string} text
 * @param {string} what
 */
export function copyButton(text, what) {
  const title = `Copy ${what}`;
  const click = () => void copy(text, what);
  return h(
    "button",
    { class: "button quiet icon-only small", type: "button", title, "aria-label": title, on: { click } },
    icon("copy"),
  );
}

/**
 * The button that opens a menu of actions.
 *
 * @param {string} label
 * @param {Action[]} actions
 * @param {{ [attribute: string]: string | number | boolean }} [attributes]
 */
export function menuButton(label, actions, attributes = {}) {
  const button = h(
    "button",
    {
      class: "button quiet icon-only small",
      type: "button",
      "aria-label": label,
      title: label,
      "aria-haspopup": "menu",
      ...attributes,
    },
    icon("more"),
  );
  button.addEventListener("click", () => openMenu(button, label, actions));
  return button;
}

/** @param {HTMLElement} opener @param {string} label @param {Action[]} actions */
function openMenu(opener, label, actions) {
  const choose = (/** @type {Action} */ action) => () => {
    menu.hidePopover();
    opener.focus();
    action.run();
  };
  const items = actions.map((action) =>
    h(
      "button",
      { class: "menu-item", type: "button", role: "menuitem", tabindex: -1, on: { click: choose(action) } },
      h("span", {}, action.label),
      action.key && h("kbd", {}, action.key),
    ),
  );
  const move = (/** @type {KeyboardEvent} */ event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Tab") menu.hidePopover();
    if (!step) return;
    event.preventDefault();
    const at = items.findIndex((item) => item === document.activeElement);
    items[(at + step + items.length) % items.length]?.focus();
  };
  const closed = (/** @type {ToggleEvent} */ event) => {
    if (event.newState !== "closed") return;
    if (menu.contains(document.activeElement)) opener.focus();
    menu.remove();
  };
  const menu = h(
    "div",
    { class: "menu", role: "menu", popover: "auto", "aria-label": label, on: { keydown: move, toggle: closed } },
    ...items,
  );
  document.body.append(menu);
  menu.showPopover();
  placeBelow(menu, opener);
  items[0]?.focus();
}

/**
 * Put a popover below its opener, kept within the window.
 *
 * @param {HTMLElement} popover
 * @param {HTMLElement} opener
 */
export function placeBelow(popover, opener) {
  const at = opener.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = popover;
  const below = at.bottom + 4 + height <= innerHeight ? at.bottom + 4 : Math.max(8, at.top - height - 4);
  popover.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
  popover.style.top = `${below}px`;
}

/**
 * Copy where browsers have no clipboard object: on pages that come over plain HTTP from another machine.
 *
 * @param {string} text
 */
function copySelected(text) {
  const area = h("textarea", { class: "unseen", value: text });
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (!copied) throw new Error("refused");
}
