// What the three lists of the world have in common: the links between them, and how they load.

import { fill, h } from "./dom.js";
import { count } from "./formats.js";
import { chosenOrganization } from "./organization.js";
import { linkTo, route } from "./route.js";
import { changes, organizations, state } from "./session.js";
import { watchAll } from "./signal.js";

/** @import { Child } from "./dom.js" */

const LISTS = [
  { path: "/world/invoices", title: "Invoices" },
  { path: "/world/groups", title: "CUPS groups" },
  { path: "/world/facilities", title: "Facilities" },
];

/**
 * The links between the lists.
 *
 * @param {AbortSignal} until
 */
export function listLinks(until) {
  const links = h("nav", { class: "segments", "aria-label": "Lists" });
  const update = () => {
    const organization = chosenOrganization();
    const counts = [organization?.invoice_count, undefined, organization?.facilities.length];
    fill(
      links,
      LISTS.map(({ path, title }, index) =>
        h(
          "a",
          { href: linkTo(path), "aria-current": route.value.path === path && "page" },
          title,
          counts[index] !== undefined && h("span", { class: "tally" }, count(counts[index])),
        ),
      ),
    );
  };
  watchAll([organizations, route], update, until);
  return links;
}

/**
 * Show results now and whenever the address or the world changes; the latest wins.
 *
 * @param {HTMLElement} results
 * @param {AbortSignal} until
 * @param {() => Promise<() => void>} load reads what is needed; what it returns shows that
 */
export function keepLoaded(results, until, load) {
  let latest = 0;
  const update = async () => {
    if (!state.value) return;
    const mine = ++latest;
    results.setAttribute("aria-busy", "true");
    try {
      const show = await load();
      if (mine === latest && !until.aborted) show();
    } catch (error) {
      if (mine === latest && !until.aborted) fill(results, [failure(error, update)]);
    } finally {
      if (mine === latest) results.removeAttribute("aria-busy");
    }
  };
  watchAll([route, state, changes], update, until);
}

/** @param {unknown} error @param {() => void} again */
function failure(error, again) {
  return empty(
    "This could not be read",
    error instanceof Error ? error.message : String(error),
    h("button", { class: "button", type: "button", on: { click: again } }, "Try again"),
  );
}

/**
 * What stands where there is nothing to list.
 *
 * @param {string} title
 * @param {string} text
 * @param {...Child} actions
 */
export function empty(title, text, ...actions) {
  return h("div", { class: "empty" }, h("h2", {}, title), h("p", {}, text), h("div", { class: "row" }, ...actions));
}

/** Where a search or filter finds nothing. @param {string} things */
export function nothingFound(things) {
  return empty(
    `No ${things} match`,
    "Nothing of this organization fits the search and filters.",
    h("a", { class: "button", href: linkTo(route.value.path) }, "Clear search and filters"),
  );
}

/** Where the organization has none. @param {string} things */
export function nothingYet(things) {
  return empty(
    `No ${things} yet`,
    "This organization is new and has nothing in it: the state that every customer starts from.",
    h("a", { class: "button", href: linkTo("/controls") }, "Choose another scenario"),
  );
}
