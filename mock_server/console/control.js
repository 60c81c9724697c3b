// The control API, as `_mock/openapi.yaml` describes it.

import { askForToken, rememberedToken } from "./token.js";

/** @import { CupsGroup, Exchange, Invoice, Organization, Page, Scenario, State, StateChange } from "./shapes" */
/** @typedef {Record<string, string | number | boolean | null | undefined>} Query */

/** Where the control API is; the console may be served below any prefix. */
const CONTROL = new URL(".", document.baseURI);

/** Where the public API is, without a slash at the end. */
export const PUBLIC = new URL("..", CONTROL).href.replace(/\/$/, "");

/** A refusal of the control API. Its message says why. */
export class Refused extends Error {}

/** The mock did not answer. */
export class Unreachable extends Error {}

export const control = {
  /** @returns {Promise<State>} */
  state: () => json("GET", "state"),
  /** @param {StateChange} change @returns {Promise<State>} */
  change: (change) => json("PATCH", "state", {}, change),
  /** @returns {Promise<State>} */
  reset: () => json("POST", "reset"),
  /** @returns {Promise<{ items: Scenario[] }>} */
  scenarios: () => json("GET", "scenarios"),
  /** @returns {Promise<{ items: Organization[] }>} */
  organizations: () => json("GET", "organizations"),
  /** @param {Query} query @returns {Promise<Page<CupsGroup>>} */
  groups: (query) => json("GET", "groups", query),
  /** @param {Query} query @returns {Promise<Page<Invoice>>} */
  invoices: (query) => json("GET", "invoices", query),
  /** @returns {Promise<{ items: Exchange[], dropped: number }>} */
  journal: () => json("GET", "journal"),
  /** @param {"har" | "ndjson"} format */
  journalFile: async (format) => (await ask("GET", "journal", { format })).blob(),
  clearJournal: () => ask("DELETE", "journal"),
  /** @param {number} after @param {AbortSignal} until */
  journalEvents: (after, until) =>
    ask("GET", "journal/events", {}, undefined, { headers: { "Last-Event-ID": String(after) }, signal: until }),
};

/**
 * @param {string} method
 * @param {string} path
 * @param {Query} [query]
 * @param {unknown} [body]
 * @returns {Promise<any>}
 */
async function json(method, path, query, body) {
  return (await ask(method, path, query, body)).json();
}

/**
 * The answer to a request. When a token is needed, the person is asked for it and the request is sent again.
 *
 * @param {string} method
 * @param {string} path
 * @param {Query} [query]
 * @param {unknown} [body]
 * @param {RequestInit} [options]
 */
async function ask(method, path, query = {}, body, options = {}) {
  const token = rememberedToken();
  const headers = new Headers(options.headers);
  if (token) headers.set("Authorization", `Bearer ${token}`);
  const response = await send(address(path, query), {
    ...options,
    method,
    headers,
    body: body ? JSON.stringify(body) : null,
  });
  if (response.status === 401) {
    await askForToken(token);
    return ask(method, path, query, body, options);
  }
  if (!response.ok) throw new Refused(await reason(response));
  return response;
}

/** @param {URL} url @param {RequestInit} request */
async function send(url, request) {
  try {
    return await fetch(url, request);
  } catch (error) {
    if (request.signal?.aborted) throw error;
    throw new Unreachable("The mock is not answering.", { cause: error });
  }
}

/** @param {string} path @param {Query} query */
function address(path, query) {
  const url = new URL(path, CONTROL);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") url.searchParams.set(name, String(value));
  }
  return url;
}

/** @param {Response} response */
async function reason(response) {
  const problem = await response.json().catch(() => ({}));
  return problem.detail ?? `The mock answered with ${response.status}.`;
}
