// Fields that narrow a list down. What they hold is kept in the address, so that a list can be linked to.

import { fill, h } from "./dom.js";
import { searchField, selectField, toggleButton } from "./fields.js";
import { chosenOrganization } from "./organization.js";
import { go, linkWith, route } from "./route.js";
import { organizations } from "./session.js";
import { watchAll } from "./signal.js";

/** @param {string} name */
const setter = (name) => (/** @type {string | boolean} */ value) =>
  go(linkWith({ [name]: value, page: null }), { replace: true });

/** @param {string} label @param {AbortSignal} until */
export function searchFilter(label, until) {
  const { element, input } = searchField(label, "", setter("search"));
  route.watch(({ parameters }) => {
    if (document.activeElement !== input) input.value = parameters.get("search") ?? "";
  }, until);
  return element;
}

/**
 * @param {string} name the parameter of the address
 * @param {string} label
 * @param {string} all what no choice is called
 * @param {string[]} values
 * @param {AbortSignal} until
 */
export function choiceFilter(name, label, all, values, until) {
  const field = selectField(
    label,
    [["", all], ...values.map((value) => /** @type {[string, string]} */ ([value, value]))],
    "",
    setter(name),
  );
  route.watch(({ parameters }) => (field.value = parameters.get(name) ?? ""), until);
  return field;
}

/** @param {string} name @param {string} label @param {AbortSignal} until */
export function toggleFilter(name, label, until) {
  const button = toggleButton(label, false, setter(name));
  route.watch(({ parameters }) => button.setAttribute("aria-pressed", String(parameters.has(name))), until);
  return button;
}

/** @param {AbortSignal} until */
export function facilityFilter(until) {
  const field = selectField("Facility", [], "", setter("facility"));
  const update = () => {
    const facilities = chosenOrganization()?.facilities ?? [];
    fill(field, [
      h("option", { value: "" }, "All facilities"),
      ...facilities.map(({ id, name }) => h("option", { value: id }, name)),
    ]);
    field.value = route.value.parameters.get("facility") ?? "";
  };
  watchAll([organizations, route], update, until);
  return field;
}
