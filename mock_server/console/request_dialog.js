// Dialogs that send a request to the public API. What they are about to send can be copied, and a refusal is shown in
// the API's words, with everything left as it was filled in.

import { copy } from "./clipboard.js";
import { showDialog } from "./dialog.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { ApiRefusal, ask, authorized } from "./public_api.js";
import { takeChange } from "./session.js";
import { curl } from "./snippets.js";

/** @import { Call } from "./snippets.js" */

/**
 * @typedef {object} Request
 * @property {string} title
 * @property {Node[]} content the fields that are left to fill in
 * @property {string} action what the button says
 * @property {boolean} [risky] whether it cannot be taken back
 * @property {() => Call | null} call the request as the fields have it; null while there is nothing to send
 */

/**
 * Show a dialog until its request is answered or given up.
 *
 * @param {Request} request
 * @returns {Promise<{ answer: any } | null>} null when it was given up
 */
export function askToSend({ title, content, action, risky = false, call }) {
  return new Promise((resolve) => {
    /** @type {{ answer: any } | null} */
    let done = null;
    const refused = h("div", { role: "alert" });
    const submit = async (/** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      const wanted = call();
      if (!wanted || form.hasAttribute("aria-busy")) return;
      form.setAttribute("aria-busy", "true");
      fill(refused, []);
      try {
        done = { answer: await ask(wanted) };
        await takeChange();
        dialog.close();
      } catch (error) {
        if (done) dialog.close();
        else fill(refused, [refusalView(error)]);
        refused.scrollIntoView({ block: "nearest" });
      } finally {
        form.removeAttribute("aria-busy");
        if (!dialog.open) resolve(done);
      }
    };
    const sender = h("button", { class: `button primary ${risky ? "risky" : ""}`, type: "submit" }, action);
    const update = () => (sender.disabled = call() === null);
    const form = h(
      "form",
      { class: "stack", novalidate: true, on: { submit, input: update } },
      ...content,
      refused,
      buttons(call, sender, () => dialog.close()),
    );
    update();
    const dialog = showDialog(title, form);
    dialog.addEventListener("close", () => form.hasAttribute("aria-busy") || resolve(done));
  });
}

/** @param {() => Call | null} call @param {HTMLElement} sender @param {() => void} close */
function buttons(call, sender, close) {
  const copyCurl = () => {
    const wanted = call();
    if (wanted) void copy(curl(authorized(wanted)), "curl");
  };
  return h(
    "div",
    { class: "row wrap between send" },
    h("button", { class: "button", type: "button", on: { click: copyCurl } }, icon("copy"), "Copy curl"),
    h(
      "div",
      { class: "row" },
      h("button", { class: "button", type: "button", on: { click: close } }, "Cancel"),
      sender,
    ),
  );
}

/** @param {unknown} error */
function refusalView(error) {
  if (!(error instanceof ApiRefusal)) {
    const reason = error instanceof Error ? error.message : String(error);
    return h("p", { class: "refusal" }, `The request could not be sent: ${reason}.`);
  }
  return h(
    "div",
    { class: "refusal" },
    h(
      "p",
      { class: "answer-line" },
      h("span", { class: `status s${`${error.status}`[0]}` }, error.status),
      error.code && h("code", {}, error.code),
    ),
    ...error.words.map((text) => h("p", {}, text)),
    error.hint && h("p", { class: "muted" }, error.hint),
  );
}
