// Links that lead away from the console. Their addresses come from data, which can hold any text.

import { h } from "./dom.js";
import { icon } from "./icons.js";

/** @import { Attributes, Child } from "./dom.js" */

/**
 * A link to an address of the web in a tab of its own; its text alone where the address is none, such as `javascript:`.
 *
 * @param {string} address
 * @param {Child} [text]
 * @param {Attributes} [attributes]
 */
export function outwardLink(address, text = address, attributes = {}) {
  if (!/^https?:\/\//i.test(address)) return h("span", {}, text);
  return h("a", { href: address, target: "_blank", rel: "noopener", ...attributes }, text, icon("external"));
}
