// What is in force beside the default, in words, and the strip below the header that never lets one forget it.

import { fill, h, one } from "./dom.js";
import { percent, seconds } from "./formats.js";
import { icon } from "./icons.js";
import { linkTo } from "./route.js";
import { state } from "./session.js";

/** @import { State } from "./shapes" */

/** @param {State} state @returns {string[]} */
export function deviations({ scenario, seed, strict, faults }) {
  const { latency, error_rate: rate = 0, error_codes: codes = [], rate_limit: limit } = faults;
  return [
    scenario !== "default" && `scenario ${scenario}`,
    seed !== 1 && `seed ${seed}`,
    strict && "strict",
    latency && `latency ${seconds(String(latency))}`,
    rate > 0 && `errors ${percent(rate)} (${codes.join(", ")})`,
    limit && `limit ${limit}`,
  ].filter((text) => typeof text === "string");
}

/** Keep the strip up to date. */
export function showInForce() {
  const strip = one("#in-force");
  let shown = "";
  state.watch((now) => {
    const found = now ? deviations(now) : [];
    const text = found.join(" · ");
    if (text === shown) return;
    shown = text;
    fill(
      strip,
      text
        ? [
            icon("warning"),
            h("span", { class: "unseen" }, "In force: "),
            h("span", {}, text),
            h("a", { href: linkTo("/controls") }, "Change"),
          ]
        : [],
    );
  });
}
