// The contract that is served, as far as the console needs it: its operations, with what a request to them can hold.

import { PUBLIC } from "./control.js";

/**
 * @typedef {object} Schema
 * @property {string | string[]} [type]
 * @property {string} [format]
 * @property {unknown[]} [enum]
 * @property {number} [minimum]
 * @property {number} [maximum]
 * @property {unknown} [default]
 * @property {Schema} [items]
 *
 * @typedef {object} Parameter
 * @property {string} name
 * @property {"query" | "path" | "header" | "body"} in
 * @property {boolean} [required]
 * @property {string} [description]
 * @property {Schema} schema
 * @property {unknown} [example]
 *
 * @typedef {{ content?: Record<string, { examples?: Record<string, unknown> }> }} Answer
 *
 * @typedef {object} Operation
 * @property {string} id
 * @property {string} method
 * @property {string} path
 * @property {string} summary
 * @property {Parameter[]} parameters
 * @property {boolean} hasBody
 * @property {Parameter[]} bodyFields what a JSON body can hold
 * @property {string} bodyExample a JSON body, where one is documented
 * @property {string[]} codes the status codes that are documented
 * @property {string[]} examples the names of the answers that are documented
 * @property {{ title: string, url: string } | null} page where the vendor describes it
 */

const METHODS = ["get", "post", "put", "patch", "delete"];

/** @type {Promise<Operation[]> | null} */
let reading = null;

/** The operations of the contract, read once. */
export function operations() {
  reading ??= read().catch((error) => {
    reading = null;
    throw error;
  });
  return reading;
}

/** What the JSON body of an operation can hold. @param {string} operationId */
export async function bodyFieldsOf(operationId) {
  return (await operations()).find(({ id }) => id === operationId)?.bodyFields ?? [];
}

export async function operationIds() {
  return (await operations()).map(({ id }) => id);
}

/** @returns {Promise<Operation[]>} */
async function read() {
  const response = await fetch(`${PUBLIC}/openapi.json`);
  const contract = await response.json();
  const resolve = (/** @type {any} */ node) => (node?.$ref ? pointed(contract, node.$ref) : node);
  return Object.entries(contract.paths ?? {}).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => operation(path, method, item, resolve)),
  );
}

/**
 * @param {string} path
 * @param {string} method
 * @param {any} item
 * @param {(node: any) => any} resolve
 * @returns {Operation}
 */
function operation(path, method, item, resolve) {
  const found = item[method];
  const body = resolve(found.requestBody)?.content?.["application/json"];
  const [example] = Object.values(body?.examples ?? {}).map((one) => resolve(one).value);
  /** @type {[string, Answer][]} */
  const answers = Object.entries(found.responses ?? {}).map(([code, answer]) => [code, resolve(answer)]);
  const examples = answers.flatMap(([, { content = {} }]) =>
    Object.values(content).flatMap(({ examples = {} }) => Object.keys(examples)),
  );
  return {
    id: found.operationId ?? `${method} ${path}`,
    method: method.toUpperCase(),
    path,
    summary: found.summary ?? "",
    parameters: [...(item.parameters ?? []), ...(found.parameters ?? [])]
      .map(resolve)
      .map((one) => ({ ...one, schema: resolve(one.schema ?? {}) })),
    hasBody: Boolean(found.requestBody),
    bodyFields: bodyFields(body, resolve),
    bodyExample: example === undefined ? "" : JSON.stringify(example, null, 2),
    codes: answers.map(([code]) => code),
    examples: [...new Set(examples)],
    page: found.externalDocs
      ? { title: found.externalDocs.description ?? "Documentation", url: found.externalDocs.url }
      : null,
  };
}

/** @param {any} body @param {(node: any) => any} resolve @returns {Parameter[]} */
function bodyFields(body, resolve) {
  const { properties = {}, required = [] } = resolve(body?.schema) ?? {};
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: "body",
    required: required.includes(name),
    description: resolve(schema).description,
    schema: resolve(schema),
  }));
}

/** What a local reference points to. @param {any} document @param {string} reference */
function pointed(document, reference) {
  const steps = reference
    .replace(/^#\//, "")
    .split("/")
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  return steps.reduce((node, step) => node?.[step], document);
}
