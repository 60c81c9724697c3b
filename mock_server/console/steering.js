// Changes to what is in force: applied at once, told, and taken back on demand.

import { control } from "./control.js";
import { notify } from "./notices.js";
import { state, takeState } from "./session.js";

/** @import { State, StateChange } from "./shapes" */

/**
 * Apply a change; whether that worked.
 *
 * @param {StateChange} change
 * @param {string} done what to tell then
 * @returns {Promise<boolean>}
 */
export async function steer(change, done) {
  const before = state.value;
  try {
    takeState(await control.change(change));
    notify(done, before ? { action: "Undo", run: () => void undo(before) } : {});
    return true;
  } catch (error) {
    notify(error instanceof Error ? error.message : String(error), { bad: true });
    if (before) takeState(before); // so that the fields show what is in force
    return false;
  }
}

/** @param {State} before */
async function undo({ scenario, seed, strict, faults }) {
  const change = scenario === state.value?.scenario ? { seed, strict, faults } : { scenario, seed, strict, faults };
  try {
    takeState(await control.change(change));
    notify("Taken back");
  } catch (error) {
    notify(error instanceof Error ? error.message : String(error), { bad: true });
  }
}
