// Builds the page. Data only ever becomes text or an attribute here: nothing in the console parses markup.

/** @typedef {Node | string | number | null | undefined | false} Child */
/** @typedef {{ [event: string]: (event: any) => void }} Handlers */
/** @typedef {string | number | boolean | null | undefined} Value */
/** @typedef {{ on?: Handlers, [name: string]: Value | Handlers }} Attributes */

/**
 * An element with attributes, handlers (under `on`) and children. True is an empty attribute; null and false are none.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, attributes = {}, ...children) {
  const { on = {}, ...plain } = attributes;
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(plain)) setAttribute(element, name, /** @type {Value} */ (value));
  for (const [event, handler] of Object.entries(on)) element.addEventListener(event, handler);
  fill(element, children);
  return element;
}

/**
 * Put children into an element, in place of what is there.
 *
 * @param {Element} element
 * @param {Child[]} children
 */
export function fill(element, children) {
  element.replaceChildren(...children.filter(isShown).map((child) => (child instanceof Node ? child : String(child))));
}

/**
 * Make the children of an element these, touching only what differs, so that focus and scrolling stay.
 *
 * @param {Element} parent
 * @param {Element[]} wanted
 */
export function reconcile(parent, wanted) {
  const kept = new Set(wanted);
  for (const child of [...parent.children]) if (!kept.has(child)) child.remove();
  let next = parent.firstElementChild;
  for (const child of wanted) {
    if (child === next) next = next.nextElementSibling;
    else parent.insertBefore(child, next);
  }
}

/**
 * The first element that matches; there must be one.
 *
 * @param {string} selector
 * @param {ParentNode} [root]
 * @returns {HTMLElement}
 */
export function one(selector, root = document) {
  const found = root.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`The page has no ${selector}`);
  return found;
}

/** @param {Element} element @param {string} name @param {Value} value */
function setAttribute(element, name, value) {
  if (name === "value" && "value" in element) element.value = value ?? "";
  else if (value === true) element.setAttribute(name, "");
  else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, String(value));
}

/** @param {Child} child @returns {child is Node | string | number} */
function isShown(child) {
  return child !== null && child !== undefined && child !== false;
}
