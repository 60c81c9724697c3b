// Puts the console together.

import { operations } from "./contract.js";
import { PUBLIC } from "./control.js";
import { showControls } from "./controls.js";
import { fill, h, one } from "./dom.js";
import { icon } from "./icons.js";
import { showFacilities } from "./facilities.js";
import { count } from "./formats.js";
import { showGroups } from "./groups.js";
import { showInForce } from "./in_force.js";
import { showInvoices } from "./invoices.js";
import { showJournal } from "./journal.js";
import { showSwitcher } from "./organization.js";
import { outwardLink } from "./outward.js";
import { START, followAddress, go, linkTo, route } from "./route.js";
import { rove } from "./roving.js";
import { connection, exchanges, keepConnected, state } from "./session.js";
import { followShortcuts } from "./shortcuts.js";
import { showThemeButton } from "./appearance.js";
import { showTry } from "./try.js";

/** @typedef {(root: HTMLElement, until: AbortSignal) => void} View */

/** @type {Record<string, View>} */
const VIEWS = {
  "/world/invoices": showInvoices,
  "/world/groups": showGroups,
  "/world/facilities": showFacilities,
  "/journal": showJournal,
  "/controls": showControls,
  "/try": showTry,
};

const TABS = [
  { title: "World", path: "/world/invoices", section: "world" },
  { title: "Journal", path: "/journal", section: "journal" },
  { title: "Controls", path: "/controls", section: "controls" },
  { title: "Try", path: "/try", section: "try" },
];

/** @param {string} section @param {string} path */
const isIn = (section, path) => path.split("/")[1] === section;

/** Show the view that the address names, and another one when it changes. */
function showViews() {
  const root = one("#view");
  let shown = "";
  let leave = new AbortController();
  route.watch(({ path }) => {
    if (!VIEWS[path]) return go(`#${START}`, { replace: true });
    if (path === shown) return;
    shown = path;
    leave.abort();
    leave = new AbortController();
    fill(root, []);
    root.dataset.view = path;
    VIEWS[path](root, leave.signal);
    const title = TABS.find(({ section }) => isIn(section, path))?.title ?? "";
    one("#title").textContent = title;
    document.title = `${title} · dcycle-mock`;
  });
}

/** Keep the tabs up to date, with how much there is behind them. */
function showTabs() {
  const bar = one(".tabs");
  const tally = h("span", { class: "tally" });
  const links = TABS.map(({ title, section }) =>
    h("a", { href: "#", "data-row": true, "data-rove": true }, title, section === "journal" && tally),
  );
  fill(bar, links);
  rove(bar, "horizontal");
  route.watch(({ path }) =>
    links.forEach((link, index) => {
      const current = isIn(TABS[index].section, path);
      link.href = linkTo(TABS[index].path);
      if (current) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
      link.tabIndex = current ? 0 : -1;
    }),
  );
  exchanges.watch((all) => {
    const violating = all.filter(({ violations }) => violations.length).length;
    fill(tally, [
      all.length > 0 && count(all.length),
      violating > 0 &&
        h(
          "span",
          { class: "alarm" },
          icon("warning"),
          count(violating),
          h("span", { class: "unseen" }, " with violations"),
        ),
    ]);
  });
}

function showConnection() {
  const texts = { connecting: "Connecting", live: "Live", lost: "Reconnecting", asleep: "Paused" };
  connection.watch(({ phase, reason }) => {
    const mark = one("#connection");
    mark.dataset.phase = phase;
    fill(mark, [h("span", { class: "lamp" }), h("span", {}, texts[phase])]);
    fill(
      one("#trouble"),
      phase === "lost"
        ? [
            h(
              "p",
              {},
              reason ||
                "The mock is not answering. What you see is from before; the console goes on as soon as it is back.",
            ),
          ]
        : [],
    );
  });
}

function showFoot() {
  const pages = h("span", { class: "row wrap" });
  const version = h("span", { class: "muted" });
  fill(one("#foot"), [
    h("a", { href: `${PUBLIC}/openapi.yaml` }, "Contract"),
    h("a", { href: "openapi.yaml" }, "Control API"),
    pages,
    version,
  ]);
  state.watch((now) => (version.textContent = now ? `dcycle-mock ${now.version}` : ""));
  operations().then(
    (all) =>
      fill(
        pages,
        all.map(({ page }) => page && outwardLink(page.url, `Dcycle: ${page.title}`)),
      ),
    () => {},
  );
}

one(".skip").addEventListener("click", (event) => {
  event.preventDefault(); // the fragment says which view is shown
  one("main").focus();
});
followAddress();
showThemeButton();
showTabs();
showSwitcher();
showInForce();
showConnection();
showFoot();
followShortcuts(TABS.map(({ path }) => path));
showViews();
void keepConnected();
