// The list of CUPS groups, near-duplicates below the code that they are probably meant to be.

import { consolidate } from "./consolidation.js";
import { control } from "./control.js";
import { copyActions } from "./copying.js";
import { fill, h, reconcile } from "./dom.js";
import { facilityFilter, searchFilter, toggleFilter } from "./filters.js";
import { count, plural } from "./formats.js";
import { icon } from "./icons.js";
import { familiesOf } from "./likeness.js";
import { chosenOrganization } from "./organization.js";
import { showOutcome } from "./outcome.js";
import { LOCKED, keyOf, makePicks } from "./picks.js";
import { linkTo, route } from "./route.js";
import { groupCall } from "./snippets.js";
import { spelt } from "./spelling.js";
import { makeTable, pager } from "./table.js";
import { keepLoaded, listLinks, nothingFound, nothingYet } from "./world.js";

/** @import { CupsGroup } from "./shapes" */
/** @import { Family } from "./likeness.js" */
/** @import { Column } from "./table.js" */

/** How many groups are read at once, and how many at most: likeness can only be seen among what has been read. */
const AT_ONCE = 200;
const MOST = 2000;
const SIZE = 100;

/**
 * A group; where it is a near-duplicate, the code that it is probably meant to have; and its own near-duplicates.
 *
 * @typedef {{ group: CupsGroup, meant: string | null, others: CupsGroup[] }} Row
 */
/** @typedef {{ from: number, to: number }} Span */

/** @param {HTMLElement} root @param {AbortSignal} until */
export function showGroups(root, until) {
  /** @type {{ groups: CupsGroup[], total: number }} */
  let read = { groups: [], total: 0 };
  const outcome = h("div", {});
  const merge = async (/** @type {CupsGroup[]} */ picked) => {
    picks.replace(picked);
    const done = await consolidate(picked, read.groups.length === read.total ? read.groups : null);
    if (!done) return;
    picks.replace([]);
    await showOutcome(outcome, done, until);
  };
  const picks = makePicks(
    (picked) => void merge(picked),
    () => table.tick(),
    () => table.focus(""),
  );
  const table = groupTable(picks, merge, () => spanOf(read.groups));
  const results = h("div", { class: "results" });
  fill(root, [toolbar(until), outcome, results, picks.element]);
  keepLoaded(results, until, async () => {
    const found = await readGroups();
    return () => {
      read = found;
      picks.follow(read.groups);
      showResults(results, read, table);
    };
  });
}

/** @param {AbortSignal} until */
function toolbar(until) {
  return h(
    "div",
    { class: "toolbar" },
    listLinks(until),
    searchFilter("Search CUPS code", until),
    facilityFilter(until),
    toggleFilter("alike", "Near-duplicates", until),
    toggleFilter("locked", "Locked", until),
  );
}

/**
 * @param {ReturnType<typeof makePicks>} picks
 * @param {(groups: CupsGroup[]) => void} merge
 * @param {() => Span} span
 */
function groupTable(picks, merge, span) {
  return makeTable({
    label: "CUPS groups",
    columns: columns(span, merge),
    key: ({ group }) => keyOf(group),
    actions: ({ group }) => copyActions("code", group.cups, groupCall(group)),
    link: ({ group }) =>
      linkTo("/world/invoices", { search: group.cups, facility: group.facility_id, type: "electricity" }),
    rowClass: ({ meant }) => (meant === null ? "" : "near"),
    pick: {
      label: ({ group }) => `Pick ${group.cups}, ${group.facility_name}`,
      refusal: ({ group }) => (group.is_locked ? LOCKED : ""),
      has: ({ group }) => picks.has(group),
      set: ({ group }, isPicked) => picks.set(group, isPicked),
    },
  });
}

/**
 * @param {HTMLElement} results
 * @param {{ groups: CupsGroup[], total: number }} read
 * @param {ReturnType<typeof groupTable>} table
 */
function showResults(results, { groups, total }, table) {
  if (!total) return fill(results, [nothingYet("CUPS groups")]);
  const families = familiesOf(groups);
  const rows = chosen(families);
  if (!rows.length) return fill(results, [nothingFound("CUPS groups")]);
  const page = Number(route.value.parameters.get("page") ?? 1);
  const pages = pager({ total: rows.length, page, size: SIZE }, "group");
  reconcile(results, [summary(families, total), table.element, pages]);
  table.show(rows.slice((page - 1) * SIZE, page * SIZE));
}

/** @param {() => Span} span @param {(groups: CupsGroup[]) => void} merge @returns {Column<Row>[]} */
function columns(span, merge) {
  return [
    {
      title: "CUPS code",
      name: "code",
      cell: ({ group, meant }) => (meant === null ? group.cups : spelt(meant, group.cups)),
      beside: (row) => suggestion(row, merge),
    },
    { title: "Facility", name: "wide", cell: ({ group }) => group.facility_name },
    { title: "Invoices", name: "figure", cell: ({ group }) => count(group.invoice_count) },
    {
      title: "Dates",
      name: "dates",
      cell: ({ group }) =>
        h(
          "span",
          { class: "with-icon" },
          h("span", {}, `${group.first_date} – ${group.last_date}`),
          timeline(group, span()),
        ),
    },
    {
      title: "Datadis",
      cell: ({ group }) =>
        group.is_locked
          ? h("span", { class: "badge locked", title: LOCKED }, icon("lock"), "locked")
          : h("span", { class: "muted" }, "open"),
    },
  ];
}

/**
 * How many groups are probably meant to be a group, as a button that merges them where that can be done.
 *
 * @param {Row} row
 * @param {(groups: CupsGroup[]) => void} merge
 */
function suggestion({ group, others }, merge) {
  if (!others.length) return null;
  const open = [group, ...others].filter(({ is_locked: isLocked }) => !isLocked);
  if (open.length < 2) return h("span", { class: "badge accent" }, `+${others.length} alike`);
  const attributes = { class: "button chip", type: "button", "data-rove": true, tabindex: -1 };
  const click = () => merge(open);
  return h("button", { ...attributes, on: { click } }, icon("merge"), `Consolidate ${open.length} alike`);
}

async function readGroups() {
  const organization_id = chosenOrganization()?.id;
  const first = await control.groups({ organization_id, size: AT_ONCE });
  const rest = Math.min(first.total_pages, MOST / AT_ONCE) - 1;
  const pages = await Promise.all(
    Array.from({ length: Math.max(0, rest) }, (_, index) =>
      control.groups({ organization_id, size: AT_ONCE, page: index + 2 }),
    ),
  );
  return { groups: [first, ...pages].flatMap(({ items }) => items), total: first.total };
}

/** The rows that the search and filters leave. @param {Family[]} families @returns {Row[]} */
function chosen(families) {
  const { parameters } = route.value;
  const [text, facility] = [(parameters.get("search") ?? "").toLowerCase(), parameters.get("facility")];
  const fits = (/** @type {Row} */ { group }) =>
    group.cups.toLowerCase().includes(text) && (!facility || group.facility_id === facility);
  return families
    .filter(
      ({ head, others }) =>
        (!parameters.has("alike") || others.length) &&
        (!parameters.has("locked") || [head, ...others].some((one) => one.is_locked)),
    )
    .flatMap(({ head, others }) => [
      { group: head, meant: null, others },
      ...others.map((group) => ({ group, meant: head.cups, others: [] })),
    ])
    .filter(fits);
}

/** @param {Family[]} families @param {number} total */
function summary(families, total) {
  const members = families.flatMap(({ head, others }) => [head, ...others]);
  const alike = families.reduce((sum, { others }) => sum + others.length, 0);
  const locked = members.filter(({ is_locked: isLocked }) => isLocked).length;
  const part = total > members.length && `likeness among the first ${count(members.length)}`;
  const facts = [
    plural(total, "group"),
    alike && plural(alike, "near-duplicate"),
    locked && `${count(locked)} locked by Datadis`,
    part,
  ];
  return h(
    "p",
    { class: "summary" },
    facts.filter(Boolean).join(" · "),
    ". Pick two or more to consolidate them; locked ones cannot be.",
  );
}

/** @param {CupsGroup[]} groups @returns {Span} */
function spanOf(groups) {
  return {
    from: Math.min(...groups.map((group) => Date.parse(group.first_date))),
    to: Math.max(...groups.map((group) => Date.parse(group.last_date))),
  };
}

/** When a group's invoices lie within the time of all groups. @param {CupsGroup} group @param {Span} span */
function timeline(group, { from, to }) {
  const bar = h("span", {});
  const place = (/** @type {string} */ date) => ((Date.parse(date) - from) / Math.max(1, to - from)) * 100;
  bar.style.left = `${place(group.first_date)}%`;
  bar.style.right = `${100 - place(group.last_date)}%`;
  return h("span", { class: "timeline", "aria-hidden": "true" }, bar);
}
