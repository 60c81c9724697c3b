// The control token. It is kept for the life of the browser tab and sent to the control API alone.

import { h } from "./dom.js";
import { showDialog } from "./dialog.js";

const KEY = "dcycle-mock.token";

/** @type {Promise<void> | null} */
let asking = null;

export function rememberedToken() {
  return sessionStorage.getItem(KEY) ?? "";
}

/**
 * Ask the person for a token; settles once there is one. Requests that are refused together ask once.
 *
 * @param {string} refused the token that was just refused, or nothing
 */
export function askForToken(refused) {
  if (rememberedToken() !== refused) return Promise.resolve();
  asking ??= prompt(refused).finally(() => (asking = null));
  return asking;
}

/** @param {string} refused @returns {Promise<void>} */
function prompt(refused) {
  return new Promise((resolve) => {
    const input = h("input", {
      id: "token",
      type: "password",
      autocomplete: "off",
      required: true,
      spellcheck: "false",
      "aria-describedby": "token-why",
    });
    const submit = (/** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      sessionStorage.setItem(KEY, input.value.trim());
      dialog.close();
      resolve();
    };
    const why = refused ? "That token was refused. " : "";
    const dialog = showDialog(
      "This mock asks for its token",
      h(
        "form",
        { class: "stack", on: { submit } },
        h(
          "p",
          { id: "token-why" },
          `${why}It is the value of `,
          h("code", {}, "--control-token"),
          " that the mock was started with. It is kept until this tab is closed.",
        ),
        h("label", { for: "token" }, "Control token"),
        input,
        h("div", { class: "row end" }, h("button", { class: "button primary", type: "submit" }, "Use this token")),
      ),
      { closable: false },
    );
  });
}
