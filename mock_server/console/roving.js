// One stop of the Tab key for a whole list; arrows move within it.
// A container holds rows (`data-row`), and each row the things that can be reached in it (`data-rove`).

const KEYS = {
  vertical: { ArrowDown: 1, ArrowUp: -1 },
  horizontal: { ArrowRight: 1, ArrowLeft: -1 },
};

/**
 * Let arrows move between the rows of a container, whatever rows it gets later.
 *
 * @param {HTMLElement} container
 * @param {"vertical" | "horizontal"} axis
 */
export function rove(container, axis) {
  /** @type {Record<string, number>} */
  const steps = KEYS[axis];
  container.addEventListener("focusin", ({ target }) => {
    const row = target instanceof Element && target.closest("[data-row]");
    if (row) enter(container, row);
  });
  container.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || !(event.target instanceof HTMLElement)) return;
    if (!event.target.matches("[data-rove]")) return;
    const rows = [...container.querySelectorAll("[data-row]")];
    const { target } = event;
    const from = rows.findIndex((row) => row.contains(target));
    const to = event.key === "Home" ? 0 : event.key === "End" ? rows.length - 1 : from + (steps[event.key] ?? NaN);
    const row = rows[to];
    if (!row) return;
    event.preventDefault();
    const column = stops(rows[from]).indexOf(target);
    const there = stops(row);
    (there[column] ?? there[0])?.focus();
  });
}

/**
 * Make one row of a container the one that Tab reaches: the one that it was, or the given, or the first.
 *
 * @param {HTMLElement} container
 * @param {Element | null} [chosen]
 */
export function enter(container, chosen) {
  const rows = [...container.querySelectorAll("[data-row]")];
  const current = chosen ?? rows.find((row) => row.querySelector('[data-rove][tabindex="0"]')) ?? rows[0];
  for (const row of rows) for (const stop of stops(row)) stop.tabIndex = row === current ? 0 : -1;
}

/** @param {Element} row @returns {HTMLElement[]} */
function stops(row) {
  const within = /** @type {HTMLElement[]} */ ([...row.querySelectorAll("[data-rove]")]);
  return row instanceof HTMLElement && row.matches("[data-rove]") ? [row, ...within] : within;
}
