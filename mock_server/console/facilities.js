// The list of facilities.

import { copyActions } from "./copying.js";
import { fill, h } from "./dom.js";
import { searchFilter } from "./filters.js";
import { count } from "./formats.js";
import { chosenOrganization } from "./organization.js";
import { linkTo, route } from "./route.js";
import { facilityCall } from "./snippets.js";
import { makeTable, pager } from "./table.js";
import { keepLoaded, listLinks, nothingFound, nothingYet } from "./world.js";

/** @import { Facility } from "./shapes" */
/** @import { Column } from "./table.js" */

const SIZE = 100;

/** @type {Column<Facility>[]} */
const COLUMNS = [
  { title: "Name", name: "name", cell: ({ name }) => name },
  { title: "Id", name: "code", cell: ({ id }) => id },
  { title: "Invoices", name: "figure", cell: ({ invoice_count: invoices }) => count(invoices) },
  {
    title: "Supply points",
    cell: ({ id }) =>
      h("a", { href: linkTo("/world/groups", { facility: id }), "data-rove": true, tabindex: -1 }, "CUPS groups"),
  },
];

/** @param {HTMLElement} root @param {AbortSignal} until */
export function showFacilities(root, until) {
  const table = makeTable({
    label: "Facilities",
    columns: COLUMNS,
    key: ({ id }) => id,
    actions: (facility) => copyActions("id", facility.id, facilityCall(facility)),
    link: ({ id }) => linkTo("/world/invoices", { facility: id }),
  });
  const results = h("div", { class: "results" });
  fill(root, [h("div", { class: "toolbar" }, listLinks(until), searchFilter("Search name or id", until)), results]);
  keepLoaded(results, until, async () => () => {
    const facilities = chosenOrganization()?.facilities ?? [];
    if (!facilities.length) return fill(results, [nothingYet("facilities")]);
    const text = (route.value.parameters.get("search") ?? "").toLowerCase();
    const found = facilities.filter(({ id, name }) => `${name} ${id}`.toLowerCase().includes(text));
    if (!found.length) return fill(results, [nothingFound("facilities")]);
    const page = Number(route.value.parameters.get("page") ?? 1);
    fill(results, [table.element, pager({ total: found.length, page, size: SIZE }, "facility", "facilities")]);
    table.show(found.slice((page - 1) * SIZE, page * SIZE));
  });
}
