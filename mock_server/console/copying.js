// What can be copied of a record of the world.

import { copy } from "./clipboard.js";
import { authorized } from "./public_api.js";
import { curl, fetchSnippet } from "./snippets.js";

/** @import { Action } from "./clipboard.js" */
/** @import { Call } from "./snippets.js" */

/**
 * @param {string} what what tells the record apart: its id, or its code
 * @param {string} value
 * @param {Call} call the request that reads the record
 * @returns {Action[]}
 */
export function copyActions(what, value, call) {
  const complete = authorized(call);
  return [
    { label: `Copy ${what}`, key: "i", run: () => void copy(value, what) },
    { label: "Copy curl", key: "c", run: () => void copy(curl(complete), "curl") },
    { label: "Copy fetch", key: "f", run: () => void copy(fetchSnippet(complete), "fetch") },
  ];
}
