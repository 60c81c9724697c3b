// How values are written for people.

const whole = new Intl.NumberFormat("en");
const decimal = new Intl.NumberFormat("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const compact = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const share = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });

/** @param {number} value */
export const count = (value) => whole.format(value);

/** @param {number | null} value */
export const amount = (value) => (value === null ? "–" : decimal.format(value));

/** @param {number} value from 0 to 1 */
export const percent = (value) => share.format(value);

/** @param {string | null} value a date or a time of ISO 8601 */
export const day = (value) => value?.slice(0, 10) ?? "–";

/** @param {number} number @param {string} one @param {string} [many] */
export const plural = (number, one, many = `${one}s`) => `${count(number)} ${number === 1 ? one : many}`;

/** @param {number} value */
export function milliseconds(value) {
  return value < 10
    ? `${compact.format(value)} ms`
    : value < 10_000
      ? `${count(Math.round(value))} ms`
      : `${compact.format(value / 1000)} s`;
}

/** @param {string} value a time of ISO 8601 */
export function clock(value) {
  const time = new Date(value);
  const pad = (/** @type {number} */ part, width = 2) => String(part).padStart(width, "0");
  const parts = [time.getHours(), time.getMinutes(), time.getSeconds()].map((part) => pad(part));
  return `${parts.join(":")}.${pad(time.getMilliseconds(), 3)}`;
}

/** @param {string} latency as the control API has it, such as `0.2-0.8` */
export const seconds = (latency) => `${latency.replace("-", "–")} s`;

/** @param {number} characters */
export const size = (characters) => (characters < 1024 ? `${characters} B` : `${compact.format(characters / 1024)} KB`);
