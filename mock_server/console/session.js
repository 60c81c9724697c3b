// What the console knows of the running mock, kept up to date for as long as the page is looked at.

import { Refused, control } from "./control.js";
import { readEvents } from "./events.js";
import { Signal } from "./signal.js";

/** @import { Exchange, Organization, Scenario, State } from "./shapes" */
/** @typedef {{ phase: "connecting" | "live" | "lost" | "asleep", reason: string }} Connection */

/** How many exchanges are kept on the page. */
export const MOST_EXCHANGES = 1000;

/** Milliseconds of silence after which a connection is taken for dead. A sign of life comes every five seconds. */
const SILENCE = 15_000;

/** Milliseconds that a hidden page stays connected. Each connection takes one of the mock's few threads. */
const HIDDEN = 10_000;

/** Milliseconds to wait between two tries, between two redraws of a busy journal, and of a world that is written to. */
const PAUSE = 1000;
const BATCH = 60;
const SETTLED = 400;

const READING = ["GET", "HEAD", "OPTIONS"];

/** @type {Signal<Connection>} */
export const connection = new Signal(/** @type {Connection} */ ({ phase: "connecting", reason: "" }));
/** @type {Signal<State | null>} */
export const state = new Signal(/** @type {State | null} */ (null));
/** @type {Signal<Organization[] | null>} */
export const organizations = new Signal(/** @type {Organization[] | null} */ (null));
/** @type {Signal<Scenario[]>} */
export const scenarios = new Signal(/** @type {Scenario[]} */ ([]));
/** @type {Signal<Exchange[]>} The latest exchange first. */
export const exchanges = new Signal(/** @type {Exchange[]} */ ([]));
/** How often the world was seen to change through the public API. */
export const changes = new Signal(0);

/** @type {Exchange[]} */
let waiting = [];

/** The timer of a change of the world that is yet to be shown. */
let changing = 0;

/** Stay connected, whatever comes. */
export async function keepConnected() {
  for (;;) {
    await untilVisible();
    try {
      await connectOnce();
    } catch (error) {
      const reason = error instanceof Refused ? error.message : "";
      connection.value = { phase: document.hidden ? "asleep" : "lost", reason };
    }
    if (!document.hidden) await pause(PAUSE);
  }
}

/** Take over a state that the control API answered, without waiting for the event that follows it. */
export function takeState(/** @type {State} */ changed) {
  state.value = changed;
}

/** Take over that the world has changed through the public API. */
export async function takeChange() {
  organizations.value = (await control.organizations()).items;
  changes.value += 1;
}

/** Read everything anew, then follow what happens; ends with an error. */
async function connectOnce() {
  const [journal, listed, now, owners] = await Promise.all([
    control.journal(),
    control.scenarios(),
    control.state(),
    control.organizations(),
  ]);
  waiting = [];
  exchanges.value = journal.items.reverse().slice(0, MOST_EXCHANGES);
  scenarios.value = listed.items;
  organizations.value = owners.items;
  state.value = now;
  const stop = new AbortController();
  const last = exchanges.value[0]?.id ?? 0;
  const response = await control.journalEvents(last, stop.signal);
  connection.value = { phase: "live", reason: "" };
  const forget = stopWhenHidden(stop);
  try {
    await follow(response, stop);
  } finally {
    forget();
  }
}

/** @param {Response} response @param {AbortController} stop */
async function follow(response, stop) {
  if (!response.body) return;
  let first = true;
  let silence = setTimeout(() => stop.abort(), SILENCE);
  for await (const { event, data } of readEvents(response.body)) {
    clearTimeout(silence);
    silence = setTimeout(() => stop.abort(), SILENCE);
    if (event === "exchange") keep(JSON.parse(data));
    if (event === "state" && !first) await change(JSON.parse(data)); // the first one repeats what was just read
    if (event === "state") first = false;
  }
}

/** @param {State} changed */
async function change(changed) {
  if (changed.journal.kept === 0) {
    waiting = [];
    exchanges.value = [];
  }
  organizations.value = (await control.organizations()).items;
  scenarios.value = (await control.scenarios()).items;
  state.value = changed;
}

/** @param {Exchange} exchange */
function keep(exchange) {
  const { request, response } = exchange;
  if (!changing && !READING.includes(request.method) && response.status < 400)
    changing = window.setTimeout(settle, SETTLED);
  if (waiting.push(exchange) === 1) setTimeout(flush, BATCH);
}

function settle() {
  changing = 0;
  takeChange().catch(() => {}); // a lost connection is told elsewhere, and everything is read again after it
}

function flush() {
  if (waiting.length) exchanges.value = [...waiting.reverse(), ...exchanges.value].slice(0, MOST_EXCHANGES);
  waiting = [];
}

/** @param {AbortController} stop @returns {() => void} */
function stopWhenHidden(stop) {
  let timer = 0;
  const look = () => {
    clearTimeout(timer);
    if (document.hidden) timer = window.setTimeout(() => stop.abort(), HIDDEN);
  };
  document.addEventListener("visibilitychange", look);
  look();
  return () => {
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", look);
  };
}

/** @returns {Promise<void>} */
function untilVisible() {
  if (!document.hidden) return Promise.resolve();
  return new Promise((resolve) => document.addEventListener("visibilitychange", () => resolve(), { once: true }));
}

/** @param {number} milliseconds @returns {Promise<void>} */
function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
