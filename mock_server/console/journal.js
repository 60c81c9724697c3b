// The journal, live.

import { control } from "./control.js";
import { confirm } from "./dialog.js";
import { fill, h, reconcile } from "./dom.js";
import { exchangeRow } from "./exchange.js";
import { choiceFilter, searchFilter, toggleFilter } from "./filters.js";
import { count, plural } from "./formats.js";
import { icon } from "./icons.js";
import { mention, notify } from "./notices.js";
import { operationIds } from "./contract.js";
import { PUBLIC } from "./control.js";
import { copyButton } from "./clipboard.js";
import { chosenOrganization } from "./organization.js";
import { enter, rove } from "./roving.js";
import { linkTo, route } from "./route.js";
import { connection, exchanges, state } from "./session.js";
import { watchAll } from "./signal.js";
import { credentials, curl } from "./snippets.js";
import { empty } from "./world.js";

/** @import { Exchange } from "./shapes" */

/** How many rows are drawn at first, and how many more on demand. */
const ROWS = 100;

/** @param {HTMLElement} root @param {AbortSignal} until */
export async function showJournal(root, until) {
  const list = h("ol", { class: "exchanges", "aria-label": "Exchanges, latest first" });
  const [summary, foot] = [h("p", { class: "summary" }), h("div", { class: "foot" })];
  const pause = pauseButton(() => update());
  fill(root, [toolbar(pause.element, until), summary, list, foot]);
  rove(list, "vertical");

  /** @type {Map<number, HTMLElement>} */
  let rows = new Map();
  let drawn = ROWS;
  const more = h(
    "button",
    { class: "button", type: "button", on: { click: () => update((drawn += ROWS)) } },
    "Show older ones",
  );
  const update = (_more = 0) => {
    const kept = pause.frozen ?? exchanges.value;
    const found = kept.filter(fits);
    const visible = found.slice(0, drawn);
    const isFirst = !rows.size;
    rows = new Map(visible.map((exchange) => [exchange.id, rows.get(exchange.id) ?? exchangeRow(exchange, !isFirst)]));
    reconcile(list, [...rows.values()]);
    enter(list);
    summary.textContent = summarize(kept, found);
    fill(foot, [!found.length && nothing(kept), found.length > drawn && more]);
    pause.tell(exchanges.value);
  };
  route.watch(() => update((drawn = ROWS)), until);
  watchAll([exchanges, state, connection], () => update(), until);
  announceNew(until);
}

/** Keeps what is shown as it is while it is read. @param {() => void} changed */
function pauseButton(changed) {
  const click = () => {
    pause.frozen = pause.frozen ? null : exchanges.value;
    changed();
  };
  const element = h("button", { class: "button toggle", type: "button", "aria-pressed": "false", on: { click } });
  const pause = {
    element,
    frozen: /** @type {Exchange[] | null} */ (null),
    /** @param {Exchange[]} latest */
    tell(latest) {
      const last = this.frozen?.[0]?.id ?? 0;
      const missed = this.frozen ? latest.filter(({ id }) => id > last).length : 0;
      element.setAttribute("aria-pressed", String(Boolean(this.frozen)));
      fill(element, [
        icon(this.frozen ? "play" : "pause"),
        this.frozen ? "Resume" : "Pause",
        missed > 0 && h("span", { class: "tally" }, count(missed)),
      ]);
    },
  };
  return pause;
}

/** @param {HTMLElement} pause @param {AbortSignal} until */
function toolbar(pause, until) {
  const operations = choiceFilter("operation", "Operation", "All operations", [], until);
  void operationIds().then(
    (ids) => {
      operations.append(...ids.map((id) => h("option", { value: id }, id)));
      operations.value = route.value.parameters.get("operation") ?? "";
    },
    () => {},
  ); // without the contract there is nothing to choose from, and the journal still serves
  return h(
    "div",
    { class: "toolbar" },
    searchFilter("Search path, header or body", until),
    operations,
    choiceFilter("status", "Status class", "Any status", ["2xx", "3xx", "4xx", "5xx"], until),
    toggleFilter("violations", "Violations only", until),
    h(
      "span",
      { class: "row toolbar-end" },
      pause,
      fileButton("HAR", "har"),
      fileButton("NDJSON", "ndjson"),
      h("button", { class: "button", type: "button", on: { click: () => void clear() } }, icon("trash"), "Clear"),
    ),
  );
}

/** @param {string} label @param {"har" | "ndjson"} format */
function fileButton(label, format) {
  const click = async () => {
    const address = URL.createObjectURL(await control.journalFile(format));
    h("a", { href: address, download: `journal.${format}` }).click();
    URL.revokeObjectURL(address);
  };
  const title = `Download the journal as ${label}`;
  return h(
    "button",
    { class: "button", type: "button", title, "aria-label": title, on: { click: () => void guarded(click) } },
    icon("download"),
    label,
  );
}

async function clear() {
  if (!exchanges.value.length) return;
  const agreed = await confirm(
    "Clear the journal?",
    "The mock forgets every exchange, for everybody who reads it.",
    "Clear",
  );
  if (agreed)
    await guarded(async () => {
      await control.clearJournal();
      notify("The journal is empty");
    });
}

/** @param {() => Promise<void>} act */
async function guarded(act) {
  try {
    await act();
  } catch (error) {
    notify(error instanceof Error ? error.message : String(error), { bad: true });
  }
}

/** Whether an exchange passes the filters. @param {Exchange} exchange */
function fits(exchange) {
  const { parameters } = route.value;
  const [operation, status, text] = ["operation", "status", "search"].map((name) => parameters.get(name));
  return (
    (!operation || exchange.operation_id === operation) &&
    (!status || `${exchange.response.status}`[0] === status[0]) &&
    (!parameters.has("violations") || exchange.violations.length > 0) &&
    (!text || textOf(exchange).includes(text.toLowerCase()))
  );
}

/** @type {WeakMap<Exchange, string>} */
const texts = new WeakMap();

/** Everything that a search looks through. @param {Exchange} exchange */
function textOf(exchange) {
  const known = texts.get(exchange) ?? JSON.stringify(exchange).toLowerCase();
  texts.set(exchange, known);
  return known;
}

/** @param {Exchange[]} kept @param {Exchange[]} found */
function summarize(kept, found) {
  const violating = kept.filter(({ violations }) => violations.length).length;
  const dropped = state.value?.journal.dropped ?? 0;
  return [
    found.length === kept.length
      ? plural(kept.length, "exchange")
      : `${count(found.length)} of ${plural(kept.length, "exchange")}`,
    violating && `${count(violating)} with violations`,
    dropped && `${count(dropped)} older ones are no longer kept`,
  ]
    .filter(Boolean)
    .join(" · ");
}

/** @param {Exchange[]} kept */
function nothing(kept) {
  if (kept.length) {
    return empty(
      "No exchange matches",
      "New ones appear here as soon as they fit the filters.",
      h("a", { class: "button", href: linkTo("/journal") }, "Clear the filters"),
    );
  }
  if (connection.value.phase === "connecting") return null;
  const organization = chosenOrganization();
  const command = curl({ path: "/v1/invoices/cups", headers: organization ? credentials(organization) : {} });
  return empty(
    "Waiting for the first request",
    `Point your app at ${PUBLIC} and every call shows up here, with what in it breaks the contract. Or try one:`,
    h(
      "div",
      { class: "command" },
      h("pre", { tabindex: 0, role: "group", "aria-label": "A request to try" }, h("code", {}, command)),
      copyButton(command, "curl"),
    ),
    h("a", { class: "button", href: linkTo("/try") }, "Send one from here"),
  );
}

/** @param {AbortSignal} until */
function announceNew(until) {
  let last = exchanges.value[0]?.id ?? 0;
  exchanges.watch(([latest]) => {
    if (latest && latest.id > last)
      mention(
        `${latest.request.method} ${latest.operation_id ?? "unknown operation"} answered ${latest.response.status}`,
      );
    last = latest?.id ?? 0;
  }, until);
}
