// Tables of records. On a narrow screen each row becomes a block of labelled lines, hence the explicit roles:
// browsers forget that a table is one when its display is changed.

import { menuButton } from "./clipboard.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { count, plural } from "./formats.js";
import { notify } from "./notices.js";
import { go, linkWith } from "./route.js";
import { enter, rove } from "./roving.js";

/** @import { Action } from "./clipboard.js" */
/** @import { Child } from "./dom.js" */

/**
 * @template Item
 * @typedef {object} Column
 * @property {string} title
 * @property {string} [name] a class for its cells
 * @property {(item: Item) => Child} cell
 * @property {(item: Item) => Child} [beside] what stands beside the link in the first column
 */

/**
 * How rows are picked, with a box each.
 *
 * @template Item
 * @typedef {object} Picking
 * @property {(item: Item) => string} label
 * @property {(item: Item) => string} refusal why an item cannot be picked; empty where it can
 * @property {(item: Item) => boolean} has
 * @property {(item: Item, isPicked: boolean) => void} set
 */

/**
 * @template Item
 * @typedef {object} Description
 * @property {string} label what the table holds
 * @property {Column<Item>[]} columns
 * @property {(item: Item) => string} key what tells items apart
 * @property {(item: Item) => string} link where a row leads
 * @property {(item: Item) => Action[]} actions
 * @property {(item: Item) => string} [rowClass]
 * @property {Picking<Item>} [pick]
 */

/**
 * A table whose rows are links, with a menu of actions each.
 *
 * @template Item
 * @param {Description<Item>} description
 */
export function makeTable(description) {
  const { label, columns, pick } = description;
  const body = h("tbody", { role: "rowgroup" });
  const heads = columns.map(({ title, name = "" }) =>
    h("th", { role: "columnheader", scope: "col", class: name }, title),
  );
  const table = h(
    "table",
    { role: "table", "aria-label": label, class: "records" },
    h(
      "thead",
      { role: "rowgroup" },
      h(
        "tr",
        { role: "row" },
        pick && h("th", { role: "columnheader", class: "pick" }, h("span", { class: "unseen" }, "Picked")),
        ...heads,
        h("th", { role: "columnheader", class: "actions" }, h("span", { class: "unseen" }, "Actions")),
      ),
    ),
    body,
  );
  rove(body, "vertical");
  let shown = "";
  /** @type {Item[]} */
  let listed = [];
  return {
    element: table,
    /** @param {Item[]} items */
    show(items) {
      const now = JSON.stringify(items.map((item) => [item, description.link(item)]));
      if (now === shown) return;
      shown = now;
      listed = items;
      const focused = document.activeElement?.closest("[data-row]")?.getAttribute("data-row");
      fill(
        body,
        items.map((item) => makeRow(description, item)),
      );
      enter(body);
      if (focused) this.focus(focused);
    },
    /** Focus a row; the one that Tab reaches if that is gone. @param {string} key */
    focus(key) {
      const link =
        body.querySelector(`[data-row="${CSS.escape(key)}"] a.row-link`) ?? body.querySelector('[tabindex="0"]');
      /** @type {HTMLElement | null} */ (link)?.focus();
    },
    /** Make the boxes show what is picked. */
    tick() {
      for (const [index, box] of body.querySelectorAll("input").entries())
        box.checked = pick?.has(listed[index]) ?? false;
    },
    /** @param {string | null} key */
    mark(key) {
      for (const row of body.rows) row.toggleAttribute("data-open", row.dataset.row === key);
    },
  };
}

/** @template Item @param {Description<Item>} description @param {Item} item */
function makeRow({ columns, key, link, actions, rowClass, pick }, item) {
  const offered = actions(item);
  const cells = columns.map(({ title, name = "", cell, beside }, index) =>
    index
      ? h("td", { role: "cell", class: name, "data-label": title }, cell(item))
      : h(
          "td",
          { role: "cell", class: `lead ${name}` },
          h("a", { class: "row-link", href: link(item), "data-rove": true, tabindex: -1 }, cell(item)),
          beside?.(item),
        ),
  );
  const click = (/** @type {MouseEvent} */ event) => {
    const target = /** @type {Element} */ (event.target);
    if (!target.closest("a, button, label") && !getSelection()?.toString()) row.querySelector("a")?.click();
  };
  const keydown = (/** @type {KeyboardEvent} */ event) => {
    const action = offered.find((one) => one.key === event.key);
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    action.run();
  };
  const row = h(
    "tr",
    { role: "row", "data-row": key(item), class: rowClass?.(item) ?? "", on: { click, keydown } },
    pick && h("td", { role: "cell", class: "pick" }, pickBox(pick, item)),
    ...cells,
    h("td", { role: "cell", class: "actions" }, menuButton("Copy", offered, { "data-rove": true, tabindex: -1 })),
  );
  return row;
}

/** The box that picks a row. Where that cannot be done it can still be reached, and says why. */
/** @template Item @param {Picking<Item>} picking @param {Item} item */
function pickBox({ label, refusal, has, set }, item) {
  const reason = refusal(item);
  const click = (/** @type {Event} */ event) => {
    if (!reason) return;
    event.preventDefault();
    notify(reason, { bad: true });
  };
  const box = h("input", {
    type: "checkbox",
    "aria-label": [label(item), reason].filter(Boolean).join(". "),
    "aria-disabled": reason ? "true" : null,
    checked: has(item),
    "data-rove": true,
    tabindex: -1,
    on: { click, change: () => set(item, box.checked) },
  });
  return h("label", { title: reason || null }, box);
}

/**
 * Links to the pages before and after.
 *
 * @param {{ total: number, page: number, size: number }} shown
 * @param {string} thing what is listed
 * @param {string} [things] more than one of it
 */
export function pager({ total, page, size }, thing, things) {
  const last = Math.max(1, Math.ceil(total / size));
  const [first, end] = [(page - 1) * size + 1, Math.min(total, page * size)];
  const step = (/** @type {number} */ to, /** @type {"left" | "right"} */ way, /** @type {string} */ label) =>
    h(
      "button",
      {
        class: "button quiet icon-only",
        type: "button",
        "aria-label": label,
        title: label,
        disabled: to < 1 || to > last,
        on: { click: () => go(linkWith({ page: to === 1 ? null : to })) },
      },
      icon(way),
    );
  return h(
    "nav",
    { class: "pager", "aria-label": "Pages" },
    h(
      "span",
      { class: "muted" },
      h("b", {}, first === end ? count(first) : `${count(first)}–${count(end)}`),
      ` of ${plural(total, thing, things)}`,
    ),
    last > 1 &&
      h(
        "span",
        { class: "row" },
        step(page - 1, "left", "Previous page"),
        h("span", { class: "muted" }, `${page} / ${last}`),
        step(page + 1, "right", "Next page"),
      ),
  );
}
