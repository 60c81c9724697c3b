// Keys that work everywhere, and the dialog that lists them.

import { showDialog } from "./dialog.js";
import { fill, h, one } from "./dom.js";
import { icon } from "./icons.js";
import { go, linkTo } from "./route.js";

const KEYS = [
  ["1 – 4", "World, Journal, Controls, Try"],
  ["/", "Search"],
  ["↑ ↓ Home End", "Move within a list"],
  ["← →", "Move within the tabs"],
  ["Enter", "Open a row"],
  ["i  c  f", "Copy the id, curl or fetch of a row"],
  ["Esc", "Close, or empty the search"],
  ["Ctrl Enter", "Send, on Try"],
  ["?", "This list"],
];

/** @param {string[]} paths the views behind the keys 1, 2, … */
export function followShortcuts(paths) {
  const help = one("#help");
  fill(help, [icon("help")]);
  help.addEventListener("click", showKeys);
  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    const typing =
      target instanceof Element && target.closest("input:not([type=range], [type=checkbox]), textarea, select");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const field = document.querySelector("[data-search]");
    if (key === "/" && field instanceof HTMLElement) {
      event.preventDefault();
      field.focus();
    } else if (key === "?") showKeys();
    else if (paths[Number(key) - 1]) go(linkTo(paths[Number(key) - 1]));
  });
}

function showKeys() {
  const lines = KEYS.map(([keys, meaning]) =>
    h(
      "div",
      {},
      h("dt", {}, ...keys.split(/ +/).map((key) => (key === "–" ? " – " : h("kbd", {}, key)))),
      h("dd", {}, meaning),
    ),
  );
  showDialog("Keyboard shortcuts", h("dl", { class: "keys" }, ...lines));
}
