// A value that tells when it changes.

/** @template T */
export class Signal {
  /** @type {Set<(value: T) => void>} */
  #listeners = new Set();
  #value;

  /** @param {T} value */
  constructor(value) {
    this.#value = value;
  }

  get value() {
    return this.#value;
  }

  set value(value) {
    this.#value = value;
    for (const listener of [...this.#listeners]) if (this.#listeners.has(listener)) listener(value);
  }

  /**
   * Call a function with the value now and after every change, until the signal is aborted.
   *
   * @param {(value: T) => void} listener
   * @param {AbortSignal} [until]
   */
  watch(listener, until) {
    this.#listeners.add(listener);
    until?.addEventListener("abort", () => this.#listeners.delete(listener));
    listener(this.#value);
  }
}

/**
 * Call a function now and after changes of any of the signals: once, however many of them change together.
 *
 * @param {Signal<any>[]} signals
 * @param {() => unknown} listener
 * @param {AbortSignal} [until]
 */
export function watchAll(signals, listener, until) {
  let isDue = false;
  const due = () => {
    if (!isDue) queueMicrotask(run);
    isDue = true;
  };
  const run = () => {
    isDue = false;
    if (!until?.aborted) listener();
  };
  for (const signal of signals) signal.watch(due, until);
}
