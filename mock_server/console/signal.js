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
    for (const listener of [...this.#listeners]) listener(value);
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
