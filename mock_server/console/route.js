// The address of what is shown, kept in the fragment: `#/world/invoices?search=ES00&page=2`.

import { Signal } from "./signal.js";

/** @typedef {{ path: string, parameters: URLSearchParams }} Route */
/** @typedef {{ [name: string]: string | number | boolean | null | undefined }} Parameters */

export const START = "/world/invoices";

/** What the address says now. */
export const route = new Signal(read());

/** Follow the address for as long as the page is open. */
export function followAddress() {
  window.addEventListener("hashchange", () => (route.value = read()));
}

/**
 * A link to a view. Parameters without a value are left out; the organization goes along from view to view.
 *
 * @param {string} path
 * @param {Parameters} [parameters]
 */
export function linkTo(path, parameters = {}) {
  const query = new URLSearchParams();
  /** @type {Parameters} */
  const given = { organization: route.value.parameters.get("organization"), ...parameters };
  for (const [name, value] of Object.entries(given)) {
    if (value !== null && value !== undefined && value !== "" && value !== false) query.set(name, String(value));
  }
  return `#${path}${query.size ? `?${query}` : ""}`;
}

/**
 * A link to the same view with some parameters changed.
 *
 * @param {Parameters} changes
 */
export function linkWith(changes) {
  return linkTo(route.value.path, { ...Object.fromEntries(route.value.parameters), ...changes });
}

/**
 * Go to a link; in place of the present entry of the history while the person is still typing or choosing.
 *
 * @param {string} link
 * @param {{ replace?: boolean }} [options]
 */
export function go(link, { replace = false } = {}) {
  if (link === location.hash) return;
  history[replace ? "replaceState" : "pushState"](null, "", link);
  route.value = read();
}

/** @returns {Route} */
function read() {
  const [path, query] = location.hash.replace(/^#/, "").split("?", 2);
  return { path: path || START, parameters: new URLSearchParams(query ?? "") };
}
