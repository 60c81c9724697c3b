// What the console tells in passing: seen for a few seconds, and read out.

import { h, one } from "./dom.js";
import { icon } from "./icons.js";

const STAY = 6000;

/** Milliseconds of silence after anything that is read out, lest a busy journal never falls silent. */
const QUIET = 4000;

/**
 * Show a notice, perhaps with something that can be done about it.
 *
 * @param {string} text
 * @param {{ action?: string, run?: () => void, bad?: boolean }} [options]
 */
export function notify(text, { action = "", run = () => {}, bad = false } = {}) {
  const act = () => {
    notice.remove();
    run();
  };
  const notice = h(
    "div",
    { class: `notice ${bad ? "bad" : ""}` },
    icon(bad ? "warning" : "check"),
    h("span", {}, text),
    action && h("button", { class: "button link", type: "button", on: { click: act } }, action),
  );
  const notices = one("#notices");
  notices.append(notice);
  while (notices.children.length > 3) notices.firstElementChild?.remove();
  const leave = () => (notice.matches(":hover, :focus-within") ? setTimeout(leave, STAY) : notice.remove());
  setTimeout(leave, bad ? 2 * STAY : STAY);
}

let announced = -QUIET;

/** Read out what happens by itself, unless something was read out just now. @param {string} text */
export function mention(text) {
  if (performance.now() - announced >= QUIET) announce(text);
}

/** Read out what the person did, though it is not shown. @param {string} text */
export function announce(text) {
  announced = performance.now();
  one("#announcer").textContent = text;
}
