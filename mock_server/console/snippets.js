// Requests to the public API, as text to paste.

import { PUBLIC } from "./control.js";

/** @import { CupsConsolidation, CupsGroup, Facility, InvoiceUpdate, Organization, Recalculation } from "./shapes" */

/**
 * A request to the public API, without its credentials.
 *
 * @typedef {object} Call
 * @property {string} path
 * @property {Record<string, string>} [query]
 * @property {string} [method]
 * @property {Record<string, string>} [headers]
 * @property {string} [body]
 */

/** @param {string} id @returns {Call} */
export const invoiceCall = (id) => ({ path: `/v1/invoices/${encodeURIComponent(id)}` });

/** @param {Pick<CupsGroup, "cups" | "facility_id">} group @returns {Call} */
export const groupCall = (group) => ({
  path: "/v1/invoices/cups",
  query: { facility_id: group.facility_id, search: group.cups },
});

/** @param {Facility} facility @returns {Call} */
export const facilityCall = (facility) => ({ path: "/v1/invoices/cups", query: { facility_id: facility.id } });

/** @param {string} id @param {InvoiceUpdate} changes */
export const updateCall = (id, changes) => jsonCall("PATCH", invoiceCall(id).path, changes);

/** @param {string} id @returns {Call} */
export const deletionCall = (id) => ({ ...invoiceCall(id), method: "DELETE" });

/** @param {CupsConsolidation} wanted */
export const consolidationCall = (wanted) => jsonCall("POST", "/v1/invoices/consolidate-cups", wanted);

/** @param {Recalculation} wanted */
export const recalculationCall = (wanted) => jsonCall("POST", "/v1/invoices/recalculate", wanted);

/** @param {string} method @param {string} path @param {object} body @returns {Call} */
function jsonCall(method, path, body) {
  return { method, path, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

/** @param {Organization} organization @returns {Record<string, string>} */
export const credentials = (organization) => ({
  "x-api-key": organization.api_key,
  "x-organization-id": organization.id,
});

/** @param {Call} call */
export function urlOf({ path, query = {} }) {
  const parameters = new URLSearchParams(query).toString();
  return `${PUBLIC}${path}${parameters && `?${parameters}`}`;
}

/** @param {Call} call */
export function curl(call) {
  const { method = "GET", headers = {}, body } = call;
  const words = [
    method === "GET" ? `curl ${quoted(urlOf(call))}` : `curl -X ${quoted(method)} ${quoted(urlOf(call))}`,
    ...Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(body ? [`--data-raw ${quoted(body)}`] : []),
  ];
  return words.join(" \\\n  ");
}

/** @param {Call} call */
export function fetchSnippet(call) {
  const { method = "GET", headers = {}, body } = call;
  const options = { ...(method === "GET" ? {} : { method }), headers, ...(body ? { body } : {}) };
  return `const response = await fetch(${JSON.stringify(urlOf(call))}, ${JSON.stringify(options, null, 2)});
const data = await response.json();`;
}

/** A word of a POSIX shell. @param {string} text */
function quoted(text) {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
