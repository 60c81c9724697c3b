// Dialogs, made of the browser's own: it keeps the focus inside, and Esc closes.

import { h } from "./dom.js";
import { icon } from "./icons.js";

/**
 * Show a dialog until it is closed.
 *
 * @param {string} title
 * @param {Node} content
 * @param {{ closable?: boolean }} [options] without `closable`, only the content itself can close it
 */
export function showDialog(title, content, { closable = true } = {}) {
  const close = () => dialog.close();
  const cancel = (/** @type {Event} */ event) => closable || event.preventDefault();
  /** @type {HTMLDialogElement} */
  const dialog = h(
    "dialog",
    { class: "dialog", "aria-labelledby": "dialog-title", on: { close: () => dialog.remove(), cancel } },
    h(
      "div",
      { class: "row between" },
      h("h2", { id: "dialog-title" }, title),
      closable &&
        h(
          "button",
          { class: "button quiet icon-only", type: "button", "aria-label": "Close", on: { click: close } },
          icon("close"),
        ),
    ),
    content,
  );
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/**
 * Ask a question with one risky answer; whether that was given.
 *
 * @param {string} title
 * @param {string} text
 * @param {string} action
 * @returns {Promise<boolean>}
 */
export function confirm(title, text, action) {
  return new Promise((resolve) => {
    let confirmed = false;
    const choose = (/** @type {boolean} */ answer) => () => {
      confirmed = answer;
      dialog.close();
    };
    const dialog = showDialog(
      title,
      h(
        "div",
        { class: "stack" },
        h("p", {}, text),
        h(
          "div",
          { class: "row end" },
          h("button", { class: "button", type: "button", on: { click: choose(false) } }, "Cancel"),
          h(
            "button",
            { class: "button primary", type: "button", autofocus: true, on: { click: choose(true) } },
            action,
          ),
        ),
      ),
    );
    dialog.addEventListener("close", () => resolve(confirmed));
  });
}
