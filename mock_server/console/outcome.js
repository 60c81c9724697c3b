// What a consolidation did: what the API answered, what stands there now, and the only way back.

import { reach } from "./consolidation.js";
import { fill, h, one } from "./dom.js";
import { count } from "./formats.js";
import { icon } from "./icons.js";
import { announce } from "./notices.js";
import { facilityName } from "./organization.js";
import { ask } from "./public_api.js";
import { askToReset } from "./resetting.js";
import { linkTo } from "./route.js";
import { groupCall } from "./snippets.js";

/** @import { CupsGroup, Page } from "./shapes" */
/** @import { Consolidation } from "./consolidation.js" */

/**
 * Show what a consolidation did, and go there.
 *
 * @param {HTMLElement} place
 * @param {Consolidation} done
 * @param {AbortSignal} until
 */
export async function showOutcome(place, done, until) {
  const merged = await readMerged(done).catch(() => []); // a fault that is in force may refuse this
  if (until.aborted) return;
  const close = () => {
    fill(place, []);
    one("main").focus();
  };
  fill(place, [outcomeCard(done, merged, close)]);
  const title = one("h2", place);
  title.focus();
  announce(title.textContent ?? "");
}

/**
 * @param {Consolidation} done
 * @param {CupsGroup[]} merged the groups of the code as the API lists them now
 * @param {() => void} close
 */
function outcomeCard({ target, answer }, merged, close) {
  const { updated_count: updated, affected_facilities: affected } = answer;
  const reset = async () => (await askToReset()) && close();
  return h(
    "section",
    { class: "card outcome", "aria-label": "Consolidation" },
    h(
      "div",
      { class: "row between panel-head" },
      h("h2", { tabindex: -1 }, `Rewrote ${reach(updated, affected.length)}`),
      h(
        "button",
        { class: "button quiet icon-only", type: "button", "aria-label": "Close", on: { click: close } },
        icon("close"),
      ),
    ),
    h(
      "dl",
      { class: "fields" },
      line("updated_count", count(updated)),
      line("affected_facilities", ...affected.map((id) => h("span", { class: "meaning" }, facilityName(id), " ", id))),
      ...merged.map((group) =>
        line(
          target,
          `${count(group.invoice_count)} invoices at ${group.facility_name}, ${group.first_date} – ${group.last_date}`,
        ),
      ),
    ),
    h(
      "p",
      { class: "muted" },
      "The API documents no way to undo this. To get the old codes back, reset the world: data, scenario, seed and ",
      "faults become what they were at start, and the journal is emptied.",
    ),
    h(
      "div",
      { class: "row wrap" },
      h(
        "button",
        { class: "button", type: "button", on: { click: () => void reset() } },
        icon("reset"),
        "Reset the world",
      ),
      h("a", { class: "button", href: linkTo("/world/groups", { search: target }) }, "Show the group"),
    ),
  );
}

/**
 * The groups of the target code in the facilities that were affected, as the public API lists them.
 *
 * @param {Consolidation} done
 * @returns {Promise<CupsGroup[]>}
 */
async function readMerged({ target, answer }) {
  const pages = await Promise.all(
    answer.affected_facilities.map((facility_id) => {
      const { path, query } = groupCall({ cups: target, facility_id });
      return /** @type {Promise<Page<CupsGroup>>} */ (ask({ path, query: { ...query, size: "200" } }));
    }),
  );
  return pages.flatMap(({ items }) => items.filter(({ cups }) => cups === target));
}

/** @param {string} name @param {...(Node | string)} values */
const line = (name, ...values) =>
  h("div", {}, h("dt", {}, name), h("dd", {}, h("span", { class: "value" }, ...values)));
