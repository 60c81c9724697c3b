// CUPS codes with what is wrong in them marked.

import { h } from "./dom.js";
import { differences } from "./likeness.js";

/**
 * A code held against the one that it is meant to be; read out as it is.
 *
 * @param {string} meant
 * @param {string} code
 */
export function spelt(meant, code) {
  const tags = /** @type {const} */ ({ same: "span", added: "mark", missing: "del" });
  const parts = differences(meant, code).map(({ kind, text }) => h(tags[kind], {}, text));
  return h(
    "span",
    {},
    h("span", { class: "spelt", "aria-hidden": "true" }, ...parts),
    h("span", { class: "unseen" }, `${code}, near-duplicate of ${meant}`),
  );
}
