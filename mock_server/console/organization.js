// Whose data is shown, and the switcher in the header.

import { copyButton, placeBelow } from "./clipboard.js";
import { fill, h, one } from "./dom.js";
import { icon } from "./icons.js";
import { plural } from "./formats.js";
import { linkTo, route } from "./route.js";
import { organizations } from "./session.js";
import { watchAll } from "./signal.js";

/** @import { Organization } from "./shapes" */

/** The organization that the address names, or the first. @returns {Organization | undefined} */
export function chosenOrganization() {
  const wanted = route.value.parameters.get("organization");
  return organizations.value?.find(({ id }) => id === wanted) ?? organizations.value?.[0];
}

/** @param {string | null} id @returns {string} */
export function facilityName(id) {
  return chosenOrganization()?.facilities.find((facility) => facility.id === id)?.name ?? "–";
}

/** Keep the switcher in the header up to date. */
export function showSwitcher() {
  const update = () => {
    const chosen = chosenOrganization();
    fill(one("#organization"), chosen ? switcher(chosen) : []);
  };
  watchAll([organizations, route], update);
}

/** @param {Organization} chosen @returns {Node[]} */
function switcher(chosen) {
  const panel = h(
    "div",
    {
      class: "menu organizations",
      id: "organizations",
      popover: "auto",
      role: "dialog",
      "aria-label": "Organizations",
    },
    ...(organizations.value ?? []).map((organization) => card(organization, organization === chosen)),
  );
  panel.addEventListener("toggle", () => placeBelow(panel, button));
  const button = h(
    "button",
    { class: "button quiet switcher", type: "button", popovertarget: "organizations" },
    h("span", { class: "switcher-name" }, chosen.name),
    icon("down"),
  );
  button.setAttribute("aria-label", `Organization: ${chosen.name}`);
  return [button, panel];
}

/** @param {Organization} organization @param {boolean} isChosen */
function card(organization, isChosen) {
  const { id, name, api_key: key, facilities, invoice_count: invoices } = organization;
  const first = organizations.value?.[0]?.id === id;
  const line = (/** @type {string} */ label, /** @type {string} */ value) =>
    h("div", { class: "credential" }, h("dt", {}, label), h("dd", {}, h("code", {}, value), copyButton(value, label)));
  return h(
    "section",
    { class: "organization", "aria-label": name },
    h(
      "a",
      { href: linkTo("/world/invoices", { organization: first ? null : id }), "aria-current": isChosen && "true" },
      h("span", { class: "organization-name" }, name, isChosen && icon("check")),
      h(
        "span",
        { class: "muted" },
        `${plural(invoices, "invoice")} · ${plural(facilities.length, "facility", "facilities")}`,
      ),
    ),
    h("dl", {}, line("x-api-key", key), line("x-organization-id", id)),
  );
}
