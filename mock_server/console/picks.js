// The CUPS groups that are picked to be merged, and the bar that says how many they are.

import { fill, h } from "./dom.js";
import { plural } from "./formats.js";
import { icon } from "./icons.js";
import { notify } from "./notices.js";

/** @import { CupsGroup } from "./shapes" */

export const LOCKED = "Backed by a Datadis supply contract: locked groups cannot be consolidated.";

/** @param {CupsGroup} group */
export const keyOf = ({ cups, facility_id: facility }) => `${cups} ${facility}`;

/**
 * @param {(picked: CupsGroup[]) => void} consolidate
 * @param {() => void} changed called when groups are picked or dropped otherwise than one by one
 * @param {() => void} cleared called when the person has dropped all of them
 */
export function makePicks(consolidate, changed, cleared) {
  /** @type {Map<string, CupsGroup>} */
  const picked = new Map();
  const bar = pickBar(
    () => consolidate([...picked.values()]),
    () => {
      replace([]);
      cleared();
    },
  );
  const replace = (/** @type {CupsGroup[]} */ groups) => {
    picked.clear();
    for (const group of groups) picked.set(keyOf(group), group);
    bar.show(picked.size);
    changed();
  };
  return {
    element: bar.element,
    replace,
    /** @param {CupsGroup} group */
    has: (group) => picked.has(keyOf(group)),
    /** @param {CupsGroup} group @param {boolean} isPicked */
    set(group, isPicked) {
      if (isPicked) picked.set(keyOf(group), group);
      else picked.delete(keyOf(group));
      bar.show(picked.size);
    },
    /** Drop what is gone or locked by now, and take over what else has changed. @param {CupsGroup[]} groups */
    follow(groups) {
      const now = groups.filter((group) => picked.has(keyOf(group)) && !group.is_locked);
      if (now.length < picked.size) notify(`${plural(picked.size - now.length, "picked group")} gone or locked by now`);
      replace(now);
    },
  };
}

/** @param {() => void} consolidate @param {() => void} clear */
function pickBar(consolidate, clear) {
  const text = h("p", { role: "status" });
  const merge = h(
    "button",
    { class: "button primary", type: "button", on: { click: consolidate } },
    icon("merge"),
    "Consolidate",
  );
  const row = h(
    "div",
    { class: "row" },
    h("button", { class: "button quiet", type: "button", on: { click: clear } }, "Clear"),
    merge,
  );
  const show = (/** @type {number} */ size) => {
    fill(text, [size > 0 && `${plural(size, "group")} picked`, size === 1 && ", pick another to merge"]);
    row.hidden = size === 0;
    merge.disabled = size < 2;
  };
  show(0);
  return { element: h("div", { class: "picks" }, text, row), show };
}
