// One invoice with all its fields.

import { copyButton } from "./clipboard.js";
import { PUBLIC, control } from "./control.js";
import { copyActions } from "./copying.js";
import { fill, h, one } from "./dom.js";
import { amount, day, percent, plural } from "./formats.js";
import { icon } from "./icons.js";
import { calculated, deleteInvoice, editInvoice, recalculateInvoice } from "./invoice_actions.js";
import { notify } from "./notices.js";
import { chosenOrganization, facilityName } from "./organization.js";
import { go, linkTo, linkWith, route } from "./route.js";
import { outwardLink } from "./outward.js";
import { changes, state, takeChange } from "./session.js";
import { watchAll } from "./signal.js";
import { invoiceCall } from "./snippets.js";

/** @import { Invoice } from "./shapes" */
/** @import { Child } from "./dom.js" */
/** @import { IconName } from "./icons.js" */

/** Where the documentation shows documents. The mock serves them under the same paths of its own. */
const VENDOR_STORAGE = "https://storage.dcycle.io";

/**
 * The panel beside the list; empty while the address names no invoice.
 *
 * @param {AbortSignal} until
 * @param {(id: string) => void} focusRow takes the focus back to the list when the panel is closed
 */
export function invoicePanel(until, focusRow) {
  const panel = h("aside", { class: "panel", "aria-label": "Invoice", hidden: true });
  /** @type {string | null} */
  let shown = null;
  const close = () => {
    const id = shown;
    go(linkWith({ id: null }));
    if (id) focusRow(id);
  };
  panel.addEventListener("keydown", (event) => event.key === "Escape" && close());
  const show = (/** @type {Child[]} */ children, /** @type {boolean} */ opened) => {
    const focused = panel.contains(document.activeElement) && document.activeElement?.textContent;
    fill(panel, children);
    const again = focused && [...panel.querySelectorAll("button")].find(({ textContent }) => textContent === focused);
    if (opened) one("h2", panel).focus();
    else if (again) again.focus();
  };
  const update = async () => {
    const id = route.value.parameters.get("id");
    const opened = id !== shown;
    shown = id;
    panel.hidden = !id;
    if (!id || !state.value) return;
    const found = await control.invoices({ organization_id: chosenOrganization()?.id, search: id }).catch(() => null);
    const invoice = found?.items.find((one) => one.id === id);
    if (shown !== id || until.aborted) return;
    show(invoice ? content(invoice, close, until) : missing(id, close), opened);
  };
  watchAll([route, state, changes], update, until);
  return panel;
}

/** @param {Invoice} invoice @param {() => void} close @param {AbortSignal} until @returns {Node[]} */
function content(invoice, close, until) {
  const copies = copyActions("id", invoice.id, invoiceCall(invoice.id)).map(({ label, run }) =>
    h("button", { class: "button small", type: "button", on: { click: run } }, icon("copy"), label),
  );
  return [
    heading(invoice.invoice_id ?? "Invoice without number", close),
    h(
      "p",
      { class: "panel-lead" },
      h("span", {}, h("span", { class: "amount" }, amount(invoice.co2e)), " kg CO₂e"),
      h("span", { class: "muted" }, `${invoice.type} · ${day(invoice.start_date)} – ${day(invoice.end_date)}`),
    ),
    h("div", { class: "row wrap" }, ...actions(invoice, close, until)),
    h("div", { class: "row wrap" }, ...copies, ...links(invoice)),
    h("dl", { class: "fields" }, ...Object.entries(invoice).map(([name, value]) => field(name, value))),
  ];
}

/** @param {Invoice} invoice @param {() => void} close @param {AbortSignal} until */
function actions(invoice, close, until) {
  const button = (/** @type {IconName} */ name, /** @type {string} */ label, /** @type {() => unknown} */ run) =>
    h("button", { class: "button small", type: "button", on: { click: () => void run() } }, icon(name), label);
  const edit = async () => (await editInvoice(invoice)) && notify("Saved");
  const remove = async () => {
    if (!(await deleteInvoice(invoice))) return;
    notify(`Deleted ${invoice.invoice_id ?? "the invoice"}`);
    close();
  };
  return [
    button("edit", "Edit", edit),
    button("again", "Recalculate", () => recalculate(invoice, until)),
    button("trash", "Delete", remove),
  ];
}

/** Have an invoice calculated anew, and tell what comes of it. @param {Invoice} invoice @param {AbortSignal} until */
async function recalculate(invoice, until) {
  const started = await recalculateInvoice(invoice);
  if (!started) return;
  notify(`Calculating ${plural(started.answer.count, "invoice")} anew`);
  const now = await calculated(invoice, until);
  if (until.aborted) return;
  if (!now) return notify("The emissions have not changed yet. The journal shows what was answered.", { bad: true });
  await takeChange();
  notify(`Emissions: ${amount(invoice.co2e)} → ${amount(now.co2e)} kg CO₂e`);
}

/** @param {string} title @param {() => void} close */
function heading(title, close) {
  return h(
    "div",
    { class: "row between panel-head" },
    h("h2", { tabindex: -1 }, title),
    h(
      "button",
      {
        class: "button quiet icon-only",
        type: "button",
        "aria-label": "Close invoice",
        title: "Close (Esc)",
        on: { click: close },
      },
      icon("close"),
    ),
  );
}

/** @param {string} id @param {() => void} close @returns {Node[]} */
function missing(id, close) {
  return [
    heading("No such invoice", close),
    h("p", { class: "muted" }, "This organization has no invoice with the id ", h("code", {}, id), "."),
  ];
}

/**
 * What belongs to an invoice: its document, its group, and the request that reads it.
 *
 * @param {Invoice} invoice
 * @returns {Child[]}
 */
function links({ id, type, cups, facility_id: facility, start_date: start, file_url: file }) {
  const grouped = type === "electricity" && cups && facility && start;
  return [
    file && outwardLink(file.replace(VENDOR_STORAGE, PUBLIC), "PDF", { class: "button small" }),
    grouped &&
      h("a", { class: "button small", href: linkTo("/world/groups", { search: cups, facility }) }, "CUPS group"),
    h(
      "a",
      { class: "button small", href: linkTo("/try", { operation: "getInvoice", invoice_id: id }) },
      icon("send"),
      "Try",
    ),
  ];
}

/** @param {string} name @param {string | number | boolean | null} value */
function field(name, value) {
  const meaning =
    name === "facility_id" && value ? facilityName(String(value)) : name === "percentage" ? percent(Number(value)) : "";
  const text = String(value);
  return h(
    "div",
    {},
    h("dt", {}, name),
    h(
      "dd",
      { class: value === null ? "null" : typeof value },
      h("span", { class: "value" }, text, meaning && h("span", { class: "meaning" }, meaning)),
      value !== null && typeof value === "string" && copyButton(text, name),
    ),
  );
}
