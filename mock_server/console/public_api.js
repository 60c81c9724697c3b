// The public API, asked as the chosen organization asks it.

import { chosenOrganization } from "./organization.js";
import { credentials, urlOf } from "./snippets.js";

/** @import { Call } from "./snippets.js" */

/** A refusal of the public API, in its own words: one, or one for each finding. */
export class ApiRefusal extends Error {
  /** @param {number} status @param {string} code @param {string[]} words @param {string} hint what the mock adds */
  constructor(status, code, words, hint) {
    super(words.join("; "));
    this.status = status;
    this.code = code;
    this.words = words;
    this.hint = hint;
  }
}

/** A call with the credentials of the chosen organization. @param {Call} call @returns {Call} */
export function authorized(call) {
  const organization = chosenOrganization();
  return { ...call, headers: { ...(organization ? credentials(organization) : {}), ...call.headers } };
}

/**
 * What the API answers to a call: its JSON, or null where there is no body.
 *
 * @param {Call} call
 * @returns {Promise<any>}
 * @throws {ApiRefusal} when it refuses
 */
export async function ask(call) {
  const { method, headers, body } = authorized(call);
  const response = await fetch(urlOf(call), { method, headers, body, cache: "no-store" });
  const text = await response.text();
  if (!response.ok) throw refusal(response, text);
  return text ? JSON.parse(text) : null;
}

/** @param {Response} response @param {string} text */
function refusal({ status, statusText, headers }, text) {
  const { detail, code = "" } = parsed(text);
  const words = Array.isArray(detail) ? detail.map(finding) : [detail ?? statusText];
  return new ApiRefusal(status, code, words.map(String), headers.get("x-mock-hint") ?? "");
}

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

/** One finding of a 422: where, and what. @param {{ loc?: unknown[], msg?: string }} found */
const finding = ({ loc = [], msg = "" }) => [loc.join("."), msg].filter(Boolean).join(": ");
