// The icons, drawn with strokes on a grid of 16.

const NAMESPACE = "http://www.w3.org/2000/svg";

const STROKES = {
  again: ["M12.5 8a4.5 4.5 0 1 1-1.5-3.4M12.5 3v2.5H10"],
  auto: ["M8 2.5a5.5 5.5 0 1 0 0 11z", "M8 2.5a5.5 5.5 0 1 1 0 11"],
  check: ["M3.5 8.5l3 3 6-7"],
  close: ["M4 4l8 8M12 4l-8 8"],
  copy: ["M5.5 5.5h7v7h-7z", "M3.5 10.5v-7h7"],
  dark: ["M13 9.5A5.5 5.5 0 0 1 6.5 3a5.5 5.5 0 1 0 6.5 6.5z"],
  down: ["M4.5 6.5L8 10l3.5-3.5"],
  download: ["M8 3v7M5 7.5l3 3 3-3M3.5 13h9"],
  edit: ["M3.5 12.5l.6-2.9 6.6-6.6 2.3 2.3-6.6 6.6z"],
  electricity: ["M9 2L4.5 9H8l-1 5 4.5-7H8z"],
  external: ["M6.5 4h-3v8.5H12v-3M9 3.5h3.5V7M12.5 3.5L7.5 8.5"],
  heat: ["M8 2.5c.5 2.5 3.5 3.5 3.5 7a3.5 3.5 0 0 1-7 0c0-1.5.8-2.3 1.5-3 .3 1 .8 1.3 1.2 1.5C7 6 7 4 8 2.5z"],
  help: ["M6 6.2a2 2 0 1 1 2.8 1.9c-.6.3-.8.7-.8 1.4M8 11.8v.1"],
  left: ["M9.5 4.5L6 8l3.5 3.5"],
  light: [
    "M8 5.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z",
    "M8 1.5v1.5M8 13v1.5M1.5 8H3M13 8h1.5M3.4 3.4l1 1M11.6 11.6l1 1M12.6 3.4l-1 1M4.4 11.6l-1 1",
  ],
  lock: ["M4 7.5h8v5.5H4z", "M5.5 7.5V5.5a2.5 2.5 0 0 1 5 0v2"],
  merge: ["M4 3v1.5C4 8 8 7.5 8 10.5V13M12 3v1.5C12 8 8 7.5 8 10.5", "M6 11l2 2 2-2"],
  more: ["M3.5 8h.01M8 8h.01M12.5 8h.01"],
  pause: ["M6 4v8M10 4v8"],
  play: ["M5.5 3.5l6.5 4.5-6.5 4.5z"],
  recharge: ["M5 13.5V3.5h4.5v10M4 13.5h6.5M9.5 7.5h1.5v3.5a1 1 0 0 0 2 0V6L11.5 4.5M7.3 5.8"],
  reset: ["M3.5 8a4.5 4.5 0 1 0 1.5-3.4M3.5 3v2.5H6"],
  right: ["M6.5 4.5L10 8l-3.5 3.5"],
  search: ["M7 3a4 4 0 1 0 0 8 4 4 0 0 0 0-8z", "M10 10l3 3"],
  send: ["M3 8h9M8.5 4.5L12 8l-3.5 3.5"],
  trash: ["M3.5 4.5h9M6.5 4.5v-1.5h3v1.5M4.5 4.5l.5 8.5h6l.5-8.5"],
  warning: ["M8 2.8L14 13H2z", "M8 6.5v3M8 11.2v.1"],
  water: ["M8 2.5c2 2.7 3.7 4.5 3.7 6.8a3.7 3.7 0 0 1-7.4 0C4.3 7 6 5.2 8 2.5z"],
};

/** @typedef {keyof typeof STROKES} IconName */

/**
 * An icon. It says nothing by itself: the text beside it, or the label of its button, does.
 *
 * @param {IconName} name
 * @returns {SVGElement}
 */
export function icon(name) {
  const drawing = document.createElementNS(NAMESPACE, "svg");
  drawing.setAttribute("viewBox", "0 0 16 16");
  drawing.setAttribute("class", `icon icon-${name}`);
  drawing.setAttribute("aria-hidden", "true");
  for (const stroke of STROKES[name]) {
    const path = document.createElementNS(NAMESPACE, "path");
    path.setAttribute("d", stroke);
    drawing.append(path);
  }
  return drawing;
}

/**
 * Whether there is an icon of this name, as there is for every type of invoice that the documentation has.
 *
 * @param {string} name
 * @returns {name is IconName}
 */
export function isIcon(name) {
  return Object.hasOwn(STROKES, name);
}
