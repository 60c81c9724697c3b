// Near-duplicates of CUPS codes: which codes are probably meant to be the same, and where they differ.

/** @import { CupsGroup } from "./shapes" */

/** How many edits apart two codes of one facility may be and still be taken for the same one. */
const NEAR = 2;

/** What text recognition takes a digit for, by what it makes of it. */
const CONFUSED = { O: "0", I: "1", S: "5", B: "8" };

/**
 * Groups that belong together: the one with most invoices, then its near-duplicates.
 *
 * @typedef {{ head: CupsGroup, others: CupsGroup[] }} Family
 */

/**
 * Put each group to the first family of its facility whose head its code is near to.
 *
 * @param {CupsGroup[]} groups those with most invoices first
 * @returns {Family[]} in the order of their heads
 */
export function familiesOf(groups) {
  /** @type {Map<string, Family[]>} */
  const byFacility = new Map();
  for (const group of groups) {
    const families = byFacility.get(group.facility_id) ?? [];
    byFacility.set(group.facility_id, families);
    const family = families.find(({ head }) => areNear(head.cups, group.cups));
    if (family) family.others.push(group);
    else families.push({ head: group, others: [] });
  }
  const heads = new Map([...byFacility.values()].flat().map((family) => [family.head, family]));
  return groups.flatMap((group) => heads.get(group) ?? []);
}

/** @param {string} first @param {string} second */
export function areNear(first, second) {
  const [one, other] = [essence(first), essence(second)];
  return Math.abs(one.length - other.length) <= NEAR && distance(one, other) <= NEAR;
}

/** A code without its separators, letter case and confused letters. @param {string} code */
function essence(code) {
  const letters = code.toUpperCase().replace(/[^A-Z0-9]/g, "");
  return letters.slice(0, 2) + letters.slice(2).replace(/[OISB]/g, (letter) => CONFUSED[/** @type {"O"} */ (letter)]);
}

/**
 * How many characters must be added, left out, replaced or swapped with their neighbour to get from one text to the
 * other.
 *
 * @param {string} from
 * @param {string} to
 */
function distance(from, to) {
  let [before, last] = [/** @type {number[]} */ ([]), Array.from({ length: to.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= from.length; i++) {
    const now = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = last[j - 1] + Number(from[i - 1] !== to[j - 1]);
      now[j] = Math.min(last[j] + 1, now[j - 1] + 1, replaced);
      if (from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]) now[j] = Math.min(now[j], before[j - 2] + 1);
    }
    [before, last] = [last, now];
  }
  return last[to.length];
}

/** @typedef {"same" | "added" | "missing"} Kind */
/** @typedef {{ kind: Kind, text: string }} Part */

/**
 * A code in parts: what it shares with the right one, what it has beside that, and what it lacks. Of a code that is as
 * long as the right one, each character is held against the one in its place.
 *
 * @param {string} right
 * @param {string} code
 * @returns {Part[]}
 */
export function differences(right, code) {
  /** @type {Part[]} */
  const parts = [];
  for (const { kind, text } of right.length === code.length ? inPlace(right, code) : aligned(right, code)) {
    const last = parts.at(-1);
    if (last?.kind === kind) last.text += text;
    else parts.push({ kind, text });
  }
  return parts;
}

/** @param {string} right @param {string} code @returns {Part[]} */
function inPlace(right, code) {
  return [...code].map((text, index) => ({ kind: text === right[index] ? "same" : "added", text }));
}

/** @param {string} right @param {string} code @returns {Part[]} */
function aligned(right, code) {
  const longest = commonLengths(right, code);
  /** @type {Part[]} */
  const parts = [];
  let [i, j] = [0, 0];
  while (i < right.length || j < code.length) {
    const isSame = i < right.length && right[i] === code[j];
    const isAdded = j < code.length && (i === right.length || longest[i][j + 1] >= longest[i + 1][j]);
    parts.push(
      isSame || isAdded ? { kind: isSame ? "same" : "added", text: code[j] } : { kind: "missing", text: right[i] },
    );
    if (isSame || isAdded) j++;
    if (isSame || !isAdded) i++;
  }
  return parts;
}

/**
 * How long the longest common subsequence of the ends of two texts is, from each pair of places.
 *
 * @param {string} one
 * @param {string} other
 */
function commonLengths(one, other) {
  const lengths = Array.from({ length: one.length + 1 }, () => new Array(other.length + 1).fill(0));
  for (let i = one.length - 1; i >= 0; i--) {
    for (let j = other.length - 1; j >= 0; j--) {
      lengths[i][j] = one[i] === other[j] ? lengths[i + 1][j + 1] + 1 : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }
  return lengths;
}
