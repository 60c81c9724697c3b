// What can be done to an invoice through the public API: change it, calculate it anew, delete it.

import { bodyFieldsOf } from "./contract.js";
import { h } from "./dom.js";
import { chosenOrganization } from "./organization.js";
import { parameterField } from "./parameter_field.js";
import { ask } from "./public_api.js";
import { askToSend } from "./request_dialog.js";
import { deletionCall, invoiceCall, recalculationCall, updateCall } from "./snippets.js";

/** @import { Invoice, Recalculation, RecalculationStarted } from "./shapes" */
/** @import { Parameter } from "./contract.js" */

/** The category that an invoice of each type is calculated for; `energy` is for all others. */
const CATEGORIES = /** @type {const} */ ({ electricity: "electricity", heat: "stationary", recharge: "recharge" });

/** Milliseconds between two looks at an invoice that is calculated anew, and how many looks are taken. */
const PAUSE = 250;
const LOOKS = 40;

/** Let the person change what can be changed; whether it was. @param {Invoice} invoice */
export async function editInvoice(invoice) {
  const fields = (await bodyFieldsOf("updateInvoice")).map((field) => editField(field, invoice));
  const call = () => {
    const changed = fields.filter(({ isChanged }) => isChanged());
    return changed.length
      ? updateCall(invoice.id, Object.fromEntries(changed.map(({ name, value }) => [name, value()])))
      : null;
  };
  return askToSend({
    title: "Edit invoice",
    content: fields.map(({ element }) => element),
    action: "Save",
    call,
  });
}

/** @param {Parameter} field @param {Invoice} invoice */
function editField(field, invoice) {
  const before = String(invoice[/** @type {keyof Invoice} */ (field.name)] ?? "").trim();
  const shown = field.name === "facility_id" ? amongFacilities(field) : { field, names: {} };
  const made = parameterField(shown.field, before, shown.names);
  const isChoice = Boolean(shown.field.schema.enum); // nothing chosen is nothing changed
  return { ...made, isChanged: () => made.value() !== before && !(isChoice && made.value() === "") };
}

/** @param {Parameter} field */
function amongFacilities(field) {
  const facilities = chosenOrganization()?.facilities ?? [];
  return {
    field: { ...field, schema: { ...field.schema, enum: facilities.map(({ id }) => id) } },
    names: Object.fromEntries(facilities.map(({ id, name }) => [id, name])),
  };
}

/** Ask before an invoice is deleted; whether it was. @param {Invoice} invoice */
export function deleteInvoice({ id, invoice_id: number }) {
  return askToSend({
    title: "Delete this invoice?",
    content: [
      h(
        "p",
        {},
        `${number ?? id} goes for good, with its emissions and everything linked to it. The API documents no way to `,
        "bring it back; a reset of the mock does. To only leave it out of calculations, set its status to inactive.",
      ),
    ],
    action: "Delete",
    risky: true,
    call: () => deletionCall(id),
  });
}

/**
 * Let the person choose what an invoice is calculated for, and start that; null when it is given up.
 *
 * @param {Invoice} invoice
 * @returns {Promise<{ answer: RecalculationStarted } | null>}
 */
export async function recalculateInvoice({ id, type }) {
  const known = (await bodyFieldsOf("recalculateInvoices")).find(({ name }) => name === "activity_categories");
  const usual = CATEGORIES[/** @type {keyof typeof CATEGORIES} */ (type)] ?? "energy";
  const field = parameterField(
    {
      name: "activity_categories",
      in: "body",
      description: "What it is calculated for. A category that does not fit the type of the invoice is refused.",
      schema: { enum: known?.schema.items?.enum ?? [usual] },
    },
    usual,
  );
  return askToSend({
    title: "Calculate emissions anew",
    content: [field.element],
    action: "Recalculate",
    call: () => {
      const category = /** @type {Recalculation["activity_categories"][number] | ""} */ (field.value());
      return category ? recalculationCall({ invoice_ids: [id], activity_categories: [category] }) : null;
    },
  });
}

/**
 * An invoice once it has been calculated anew; null when that takes too long, or nobody waits for it any more.
 *
 * @param {Invoice} before
 * @param {AbortSignal} until
 * @returns {Promise<Invoice | null>}
 */
export async function calculated(before, until) {
  for (let look = 0; look < LOOKS && !until.aborted; look++) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
    /** @type {Invoice | null} */
    const now = await ask(invoiceCall(before.id)).catch(() => null); // a fault that is in force may refuse a look
    if (now && now.updated_at !== before.updated_at) return now;
  }
  return null;
}
