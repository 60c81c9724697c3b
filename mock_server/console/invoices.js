// The list of invoices, with one of them open beside it.

import { control } from "./control.js";
import { copyActions } from "./copying.js";
import { fill, h } from "./dom.js";
import { choiceFilter, facilityFilter, searchFilter } from "./filters.js";
import { amount, day, percent } from "./formats.js";
import { icon, isIcon } from "./icons.js";
import { invoicePanel } from "./invoice_panel.js";
import { chosenOrganization, facilityName } from "./organization.js";
import { linkWith, route } from "./route.js";
import { invoiceCall } from "./snippets.js";
import { makeTable, pager } from "./table.js";
import { keepLoaded, listLinks, nothingFound, nothingYet } from "./world.js";

/** @import { Column } from "./table.js" */
/** @import { Invoice } from "./shapes" */

const TYPES = ["electricity", "heat", "water", "recharge"];
const STATUSES = ["active", "inactive", "review", "uploaded", "loading", "error"];
const SIZE = 50;

/** @type {Column<Invoice>[]} */
const COLUMNS = [
  {
    title: "Period",
    name: "period",
    cell: ({ start_date: start, end_date: end }) => (start || end ? `${day(start)} – ${day(end)}` : "no period"),
  },
  { title: "Type", cell: ({ type }) => h("span", { class: "with-icon" }, isIcon(type) && icon(type), type) },
  {
    title: "Status",
    cell: ({ status, enabled }) =>
      h("span", { class: `standing ${status}` }, status, !enabled && h("span", { class: "badge" }, "disabled")),
  },
  {
    title: "Facility",
    name: "wide roomy",
    cell: ({ facility_id: id }) => h("span", { title: facilityName(id) }, facilityName(id)),
  },
  { title: "CUPS", name: "code", cell: ({ cups }) => cups ?? "–" },
  { title: "Number", name: "number wider", cell: ({ invoice_id: number }) => number ?? "–" },
  {
    title: "Quantity",
    name: "figure",
    cell: ({ quantity, percentage }) =>
      h(
        "span",
        {},
        percentage < 1 && h("span", { class: "badge", title: "The facility's share of the bill" }, percent(percentage)),
        amount(quantity),
      ),
  },
  { title: "kg CO₂e", name: "figure", cell: ({ co2e }) => amount(co2e) },
];

/** @param {HTMLElement} root @param {AbortSignal} until */
export function showInvoices(root, until) {
  const table = makeTable({
    label: "Invoices",
    columns: COLUMNS,
    key: ({ id }) => id,
    link: ({ id }) => linkWith({ id }),
    actions: ({ id }) => copyActions("id", id, invoiceCall(id)),
  });
  const toolbar = h(
    "div",
    { class: "toolbar" },
    listLinks(until),
    searchFilter("Search id, number or CUPS code", until),
    facilityFilter(until),
    choiceFilter("type", "Type", "All types", TYPES, until),
    choiceFilter("status", "Status", "All statuses", STATUSES, until),
  );
  const results = h("div", { class: "results" });
  const panel = invoicePanel(until, (id) => table.focus(id));
  fill(root, [toolbar, h("div", { class: "split" }, results, panel)]);
  keepLoaded(results, until, async () => {
    const { parameters } = route.value;
    const found = await control.invoices({
      organization_id: chosenOrganization()?.id,
      facility_id: parameters.get("facility"),
      search: parameters.get("search"),
      type: parameters.get("type"),
      status: parameters.get("status"),
      page: parameters.get("page"),
      size: SIZE,
    });
    return () => {
      if (!found.total)
        return fill(results, [chosenOrganization()?.invoice_count ? nothingFound("invoices") : nothingYet("invoices")]);
      if (!results.contains(table.element)) fill(results, [table.element]);
      results.querySelector(".pager")?.remove();
      results.append(pager(found, "invoice"));
      table.show(found.items);
      table.mark(parameters.get("id"));
    };
  });
}
