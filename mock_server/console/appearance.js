// The switch between the light theme, the dark one and the system's. `theme.js` applies the choice on the next visit.

import { fill, one } from "./dom.js";
import { icon } from "./icons.js";

const KEY = "dcycle-mock.theme";
const THEMES = /** @type {const} */ (["auto", "light", "dark"]);

export function showThemeButton() {
  const button = one("#theme");
  const chosen = () => THEMES.find((theme) => theme === document.documentElement.dataset.theme) ?? "auto";
  const update = () => {
    button.setAttribute("aria-label", `Theme: ${chosen()}`);
    button.title = `Theme: ${chosen()}`;
    button.classList.add("icon-only");
    fill(button, [icon(chosen())]);
  };
  button.addEventListener("click", () => {
    const next = THEMES[(THEMES.indexOf(chosen()) + 1) % THEMES.length];
    localStorage.setItem(KEY, next);
    if (next === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = next;
    update();
  });
  update();
}
