// Merging CUPS groups under one code: the choice of the code, and what it would do, before it is done.

import { fill, h } from "./dom.js";
import { count, plural } from "./formats.js";
import { icon } from "./icons.js";
import { areNear } from "./likeness.js";
import { askToSend } from "./request_dialog.js";
import { consolidationCall } from "./snippets.js";
import { spelt } from "./spelling.js";

/** @import { CupsConsolidated, CupsGroup } from "./shapes" */

/**
 * What a consolidation would do.
 *
 * @typedef {object} Plan
 * @property {CupsGroup[]} sources the groups to rewrite: those that do not have the code already
 * @property {number} invoices how many invoices that rewrites
 * @property {string[]} facilities the ids of their facilities
 */

/** @typedef {{ target: string, answer: CupsConsolidated }} Consolidation */

const list = new Intl.ListFormat("en");

/** @param {CupsGroup[]} picked @param {string} target @returns {Plan} */
export function planOf(picked, target) {
  const sources = picked.filter(({ cups }) => cups !== target);
  return {
    sources,
    invoices: invoicesOf(sources),
    facilities: [...new Set(sources.map(({ facility_id: facility }) => facility))],
  };
}

/** How many invoices in how many facilities, in words. @param {number} invoices @param {number} facilities */
export const reach = (invoices, facilities) =>
  `${plural(invoices, "invoice")} in ${plural(facilities, "facility", "facilities")}`;

/**
 * Let the person choose a code for groups, and merge them; null when that is given up.
 *
 * @param {CupsGroup[]} picked
 * @param {CupsGroup[] | null} known all groups there are; null where they are too many to know
 * @returns {Promise<Consolidation | null>}
 */
export async function consolidate(picked, known) {
  const preview = h("div", { class: "preview", role: "status" });
  const field = targetField(picked, (target) => fill(preview, previewOf(planOf(picked, target), target, known)));
  const call = () => {
    const [target_cups, { sources }] = [field.value(), planOf(picked, field.value())];
    if (!target_cups || !sources.length) return null;
    return consolidationCall({
      target_cups,
      sources: sources.map(({ cups, facility_id }) => ({ cups, facility_id })),
    });
  };
  const sent = await askToSend({
    title: `Consolidate ${plural(picked.length, "CUPS group")}`,
    content: [field.element, preview],
    action: "Consolidate",
    call,
  });
  return sent && { target: field.value(), answer: sent.answer };
}

/** @param {Plan} plan @param {string} target @param {CupsGroup[] | null} known @returns {Node[]} */
function previewOf({ sources, invoices, facilities }, target, known) {
  if (!target) return [h("p", {}, "Which code shall the invoices get?")];
  if (!sources.length) return [h("p", {}, "Nothing to rewrite: all of them have this code already.")];
  const there = known?.filter(({ cups, facility_id: id }) => cups === target && facilities.includes(id)) ?? [];
  return [
    h("p", {}, h("strong", {}, `Will rewrite ${reach(invoices, facilities.length)}.`)),
    ...(known ? [totals([...sources, ...there], facilities)] : []),
    ...there.filter(({ is_locked: isLocked }) => isLocked).map(warning),
    h("p", { class: "muted" }, "The API documents no way to undo this."),
  ];
}

/** How many invoices have the code then. @param {CupsGroup[]} merged @param {string[]} facilities */
function totals(merged, facilities) {
  const places = facilities.map((id) => {
    const here = merged.filter(({ facility_id: facility }) => facility === id);
    return `${count(invoicesOf(here))} at ${here[0].facility_name}`;
  });
  return h("p", { class: "muted" }, `Invoices with this code then: ${list.format(places)}.`);
}

/** @param {CupsGroup} locked a group that has the target code already */
const warning = ({ facility_name: name }) =>
  h(
    "p",
    { class: "with-icon" },
    icon("lock"),
    `This code is locked at ${name}: what is merged into it cannot be merged again.`,
  );

/**
 * The choice of one of the codes, or of another one. Tells what is chosen, at first the code with most invoices.
 *
 * @param {CupsGroup[]} picked
 * @param {(target: string) => void} changed
 */
function targetField(picked, changed) {
  const codes = [...new Set(picked.map(({ cups }) => cups))]
    .map((code) => ({ code, groups: picked.filter(({ cups }) => cups === code) }))
    .sort((one, other) => invoicesOf(other.groups) - invoicesOf(one.groups));
  const choices = codes.map(({ code, groups }, index) => choice(code, groups, index === 0));
  const typed = h("input", {
    type: "text",
    "aria-label": "The other code",
    placeholder: codes[0].code,
    spellcheck: "false",
    autocomplete: "off",
    on: { input: () => (other.checked = true) },
  });
  const other = radio("");
  const value = () => choices.find(({ input }) => input.checked)?.code ?? typed.value.trim();
  const update = () => {
    for (const { show } of choices) show(value());
    changed(value());
  };
  const element = h(
    "fieldset",
    { class: "choices", on: { input: update } },
    h("legend", {}, "Target code"),
    ...choices.map(({ element }) => element),
    h("div", { class: "choice" }, h("label", {}, other, "Another code"), typed),
  );
  update();
  return { element, value };
}

/** @param {string} code @param {CupsGroup[]} groups those that have it @param {boolean} isChosen */
function choice(code, groups, isChosen) {
  const input = radio(code, isChosen);
  const [text, effect] = [h("span", { class: "choice-code" }), h("span", { class: "muted" })];
  const places = list.format(groups.map(({ facility_name: name }) => name));
  return {
    code,
    input,
    element: h("label", { class: "choice" }, input, h("span", {}, text, h("span", { class: "muted" }, places)), effect),
    /** @param {string} target */
    show(target) {
      const isOther = target !== "" && target !== code;
      fill(text, [isOther && areNear(target, code) ? spelt(target, code) : code]);
      fill(effect, [`${plural(invoicesOf(groups), "invoice")} ${isOther ? "to rewrite" : "with it"}`]);
    },
  };
}

/** @param {string} value @param {boolean} [checked] */
const radio = (value, checked = false) => h("input", { type: "radio", name: "target", value, checked });

/** @param {CupsGroup[]} groups */
const invoicesOf = (groups) => groups.reduce((sum, { invoice_count: invoices }) => sum + invoices, 0);
