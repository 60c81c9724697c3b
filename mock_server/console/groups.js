// The list of CUPS groups, near-duplicates below the code that they are probably meant to be.

import { control } from "./control.js";
import { copyActions } from "./copying.js";
import { fill, h } from "./dom.js";
import { facilityFilter, searchFilter, toggleFilter } from "./filters.js";
import { count, plural } from "./formats.js";
import { icon } from "./icons.js";
import { differences, familiesOf } from "./likeness.js";
import { chosenOrganization } from "./organization.js";
import { linkTo, route } from "./route.js";
import { groupCall } from "./snippets.js";
import { makeTable, pager } from "./table.js";
import { keepLoaded, listLinks, nothingFound, nothingYet } from "./world.js";

/** @import { CupsGroup } from "./shapes" */
/** @import { Family } from "./likeness.js" */
/** @import { Column } from "./table.js" */

/** How many groups are read at once, and how many at most: likeness can only be seen among what has been read. */
const AT_ONCE = 200;
const MOST = 2000;
const SIZE = 100;

/** A group and, where it is a near-duplicate, the code that it is probably meant to have. */
/** @typedef {{ group: CupsGroup, meant: string | null, likes: number }} Row */
/** @typedef {{ from: number, to: number }} Span */

/** @param {HTMLElement} root @param {AbortSignal} until */
export function showGroups(root, until) {
  let span = { from: 0, to: 0 };
  const table = makeTable({
    label: "CUPS groups",
    columns: columns(() => span),
    key: ({ group }) => `${group.cups} ${group.facility_id}`,
    actions: ({ group }) => copyActions("code", group.cups, groupCall(group)),
    link: ({ group }) =>
      linkTo("/world/invoices", { search: group.cups, facility: group.facility_id, type: "electricity" }),
    rowClass: ({ meant }) => (meant === null ? "" : "near"),
  });
  const toolbar = h(
    "div",
    { class: "toolbar" },
    listLinks(until),
    searchFilter("Search CUPS code", until),
    facilityFilter(until),
    toggleFilter("alike", "Near-duplicates", until),
    toggleFilter("locked", "Locked", until),
  );
  const results = h("div", { class: "results" });
  fill(root, [toolbar, results]);
  keepLoaded(results, until, async () => {
    const { groups, total } = await readGroups();
    return () => {
      if (!total) return fill(results, [nothingYet("CUPS groups")]);
      const families = familiesOf(groups);
      const rows = chosen(families);
      if (!rows.length) return fill(results, [nothingFound("CUPS groups")]);
      span = spanOf(groups);
      const page = Number(route.value.parameters.get("page") ?? 1);
      fill(results, [
        summary(families, total),
        table.element,
        pager({ total: rows.length, page, size: SIZE }, "groups"),
      ]);
      table.show(rows.slice((page - 1) * SIZE, page * SIZE));
    };
  });
}

/** @param {() => Span} span @returns {Column<Row>[]} */
function columns(span) {
  return [
    {
      title: "CUPS code",
      name: "code",
      cell: ({ group, meant, likes }) =>
        h(
          "span",
          { class: "with-icon" },
          meant === null ? group.cups : spelt(meant, group.cups),
          likes > 0 && h("span", { class: "badge accent" }, `+${likes} alike`),
        ),
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
          ? h("span", { class: "badge locked" }, icon("lock"), "locked")
          : h("span", { class: "muted" }, "open"),
    },
  ];
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
      { group: head, meant: null, likes: others.length },
      ...others.map((group) => ({ group, meant: head.cups, likes: 0 })),
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
    locked && `${count(locked)} locked`,
    part,
  ];
  return h("p", { class: "summary" }, facts.filter(Boolean).join(" · "));
}

/** A code with what is wrong in it marked; read out as it is. @param {string} meant @param {string} code */
function spelt(meant, code) {
  const tags = /** @type {const} */ ({ same: "span", added: "mark", missing: "del" });
  const parts = differences(meant, code).map(({ kind, text }) => h(tags[kind], {}, text));
  return h(
    "span",
    {},
    h("span", { class: "spelt", "aria-hidden": "true" }, ...parts),
    h("span", { class: "unseen" }, `${code}, near-duplicate of ${meant}`),
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
