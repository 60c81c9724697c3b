// A field for a parameter, of the kind that its schema asks for. It may be filled with wrong values, too:
// what the API answers to those is half of what there is to try.

import { h } from "./dom.js";

/** @import { Parameter, Schema } from "./contract.js" */

/**
 * @param {Parameter} parameter
 * @param {string} value
 * @param {Record<string, string>} [names] what its values are called
 */
export function parameterField({ name, in: place, required, description, schema, example }, value, names = {}) {
  const id = `${place}-${name}`;
  const about = [
    description,
    schema.default !== undefined && `Default: ${schema.default}.`,
    example !== undefined && `Example: ${example}`,
  ];
  const attributes = {
    id,
    "aria-describedby": `${id}-about`,
    placeholder: String(schema.default ?? (place === "path" ? name : "")),
  };
  const input = control(schema, attributes, names);
  input.value = value;
  return {
    name,
    place,
    value: () => input.value.trim(),
    element: h(
      "div",
      { class: "parameter" },
      h(
        "label",
        { for: id },
        h("code", {}, name),
        required && h("span", { class: "badge" }, "required"),
        h("span", { class: "muted" }, kind(schema)),
      ),
      input,
      h("p", { class: "muted", id: `${id}-about` }, ...prose(about.filter(Boolean).join(" "))),
    ),
  };
}

/**
 * @param {Schema} schema
 * @param {Record<string, string>} attributes
 * @param {Record<string, string>} names
 * @returns {HTMLInputElement | HTMLSelectElement}
 */
function control(schema, attributes, names) {
  const values = schema.type === "boolean" ? [true, false] : schema.enum;
  if (values)
    return h(
      "select",
      attributes,
      h("option", { value: "" }, "–"),
      ...values.map(String).map((one) => h("option", { value: one }, names[one] ?? one)),
    );
  const isNumber = schema.type === "integer" || schema.type === "number";
  return h("input", {
    ...attributes,
    type: isNumber ? "number" : "text",
    step: "any",
    spellcheck: "false",
    autocomplete: "off",
  });
}

/** A text of the contract, in which backticks stand around code. @param {string} text */
const prose = (text) => text.split("`").map((part, index) => (index % 2 ? h("code", {}, part) : part));

/** A schema in a word or two. @param {Schema} schema */
function kind({ type, format, minimum, maximum }) {
  const bounds =
    minimum !== undefined && maximum !== undefined
      ? `${minimum}–${maximum}`
      : minimum !== undefined
        ? `≥ ${minimum}`
        : "";
  return [format ?? type, bounds].filter(Boolean).join(" ");
}
