// Back to what the mock was started with.

import { control } from "./control.js";
import { confirm } from "./dialog.js";
import { notify } from "./notices.js";
import { takeState } from "./session.js";

/** Reset the mock if the person agrees; whether it is reset. */
export async function askToReset() {
  const agreed = await confirm(
    "Go back to the start?",
    "Scenario, seed, faults and data become what they were when the mock was started, and the journal is emptied.",
    "Reset",
  );
  if (!agreed) return false;
  try {
    takeState(await control.reset());
    notify("Everything is as it was at start");
    return true;
  } catch (error) {
    notify(error instanceof Error ? error.message : String(error), { bad: true });
    return false;
  }
}
