// What differs between two sides, by path. Elements of a list are the same by their id, by their name, or by their place.

import { STAGES, TABLE, find } from "../table.js";
import { T } from "../texts.js";
import { speaksOf } from "./side.js";

/**
 * `path` is that of the left side, `there` that of the right one: they differ where one element has two ids. A side without the
 * value has none. An element that only one side has is one row; so is the order of a list.
 * @typedef {import("./side.js").Side} Side
 * @typedef {{key: string, stage: string, label: string, kind: "field" | "element" | "order", path: string | null, there: string | null,
 *   left: string | undefined, right: string | undefined, field?: import("../table.js").Field, collection?: import("../table.js").Collection,
 *   value?: any, unknown?: string[]}} Row
 */

export class Differences {
  /** @param {Side} left @param {Side} right */
  constructor(left, right) {
    this.left = left;
    this.right = right;
    /** @type {Row[]} */
    this.rows = [];
    /** How many fields are the same. */
    this.same = 0;
    /** @type {Map<string, string>} elements of the right side, by path, each with the same element of the left side */
    this.pairs = new Map();
    for (const stage of STAGES.filter((one) => left.stages.includes(one) && right.stages.includes(one))) this.group(stage, stage, stage, TABLE[stage]);
  }

  /** @param {string} stage @param {string} path @param {string} there @param {import("../table.js").Group} group */
  group(stage, path, there, { fields, collections }) {
    for (const field of fields) this.field(stage, `${path}.${field.name}`, `${there}.${field.name}`, field);
    for (const collection of collections) this.list(stage, `${path}.${collection.name}`, `${there}.${collection.name}`, collection);
  }

  /** @param {string} stage @param {string} path @param {string} there @param {import("../table.js").Field} field */
  field(stage, path, there, field) {
    const [mine, theirs] = [this.left.values.get(path), this.right.values.get(there)];
    if (mine === undefined && theirs === undefined) return;
    // What a proposal does not say stays as it is in a plan.
    const isSilent = (this.left.kind === "proposal" && mine === undefined) || (this.right.kind === "proposal" && theirs === undefined);
    if (isSilent && this.left.kind !== this.right.kind) return;
    const { value, unknown } = this.translated(field, theirs);
    if (JSON.stringify(mine) === JSON.stringify(value) && !unknown.length) this.same += 1;
    else this.put({ kind: "field", stage, path, there, label: this.left.plan.label(path), field, value, unknown,
      left: text(this.left, field, mine), right: text(this.right, field, theirs) });
  }

  /** @param {string} stage @param {string} path @param {string} there @param {import("../table.js").Collection} collection */
  list(stage, path, there, collection) {
    if (!speaksOf(this.left, path) || !speaksOf(this.right, there)) return;
    const [mine, theirs] = [this.left.plan.ids(path), this.right.plan.ids(there)];
    const pairs = this.paired(path, there, mine, theirs);
    for (const [id, other] of pairs) this.pairs.set(`${there}.${other}`, `${path}.${id}`);
    const isPart = this.left.isPart || this.right.isPart;
    for (const id of mine) {
      const other = pairs.get(id);
      if (other) this.group(stage, `${path}.${id}`, `${there}.${other}`, collection);
      else if (!isPart) this.put({ kind: "element", stage, path: `${path}.${id}`, there: null, label: this.left.plan.label(`${path}.${id}`), collection, left: gist(this.left, `${path}.${id}`, collection), right: undefined });
    }
    const matched = new Set(pairs.values());
    for (const id of theirs.filter((one) => !matched.has(one))) {
      this.put({ kind: "element", stage, path: null, there: `${there}.${id}`, label: this.right.plan.label(`${there}.${id}`), collection, left: undefined, right: gist(this.right, `${there}.${id}`, collection) });
    }
    if (!isPart) this.order(stage, path, there, collection, mine, theirs.filter((one) => matched.has(one)));
  }

  /** The order of a list that has the same elements. @param {string} stage @param {string} path @param {string} there @param {import("../table.js").Collection} collection @param {string[]} mine @param {string[]} theirs */
  order(stage, path, there, collection, mine, theirs) {
    const wanted = theirs.map((id) => /** @type {string} */ (this.pairs.get(`${there}.${id}`)).split(".").at(-1));
    const kept = mine.filter((id) => wanted.includes(id));
    if (wanted.join() === kept.join()) return;
    const named = (/** @type {Side} */ side, /** @type {string} */ at, /** @type {any[]} */ ids) => ids.map((id, index) => `${index + 1}. ${side.plan.nameOf(`${at}.${id}`)}`).join("\n");
    this.put({ kind: "order", stage, path, there, collection, value: wanted, label: T.orderOf(this.left.plan.label(path)),
      left: named(this.left, path, kept), right: named(this.right, there, theirs) });
  }

  /** @param {string} path @param {string} there @param {string[]} mine @param {string[]} theirs @returns {Map<string, string>} */
  paired(path, there, mine, theirs) {
    const pairs = new Map(mine.filter((id) => theirs.includes(id)).map((id) => [id, id]));
    const open = () => [mine.filter((id) => !pairs.has(id)), theirs.filter((id) => ![...pairs.values()].includes(id))];
    const [left, right] = open();
    const names = new Map(right.map((id) => [this.right.plan.nameOf(`${there}.${id}`), id]).reverse());
    for (const id of left) {
      const other = names.get(this.left.plan.nameOf(`${path}.${id}`));
      if (other && ![...pairs.values()].includes(other)) pairs.set(id, other);
    }
    // Each proposal makes its people and its chapters anew: the first is compared with the first.
    if (this.left.kind === "proposal" || this.right.kind === "proposal") {
      const [rest, others] = open();
      rest.slice(0, others.length).forEach((id, index) => pairs.set(id, others[index]));
    }
    return pairs;
  }

  /** A value of the right side as the left side would have it, and the names of what the left side does not have.
   * @param {import("../table.js").Field} field @param {any} value @returns {{value: any, unknown: string[]}} */
  translated(field, value) {
    if (value === undefined || !field.of) return { value, unknown: [] };
    const ids = [value].flat();
    const found = ids.map((id) => this.elementHere(`${field.of}.${id}`));
    const unknown = ids.filter((_, index) => !found[index]).map((id) => this.right.plan.nameOf(`${field.of}.${id}`));
    const here = found.filter((one) => one !== undefined);
    return { value: field.kind === "ref" ? here[0] : here, unknown };
  }

  /** The id on the left side of an element of the right side. @param {string} path @returns {string | undefined} */
  elementHere(path) {
    const here = this.pairs.get(path) ?? (this.left.plan.ids(path.slice(0, path.lastIndexOf("."))).includes(path.split(".").at(-1) ?? "") ? path : undefined);
    return here?.split(".").at(-1);
  }

  /** @param {Omit<Row, "key">} row */
  put(row) {
    const key = `${row.kind} ${row.path ?? row.there}`;
    this.rows.push({ ...row, key, label: row.label.replace(`${T.stages[row.stage]} · `, "") });
  }
}

/** @param {Side} side @param {import("../table.js").Field} field @param {any} value */
const text = (side, field, value) => (value === undefined ? undefined : side.plan.text(field, value));

/** An element in a few words: its name, and the line below it. @param {Side} side @param {string} path @param {import("../table.js").Collection} collection */
function gist(side, path, collection) {
  const line = collection.line ? side.values.get(`${path}.${collection.line}`) : undefined;
  return [side.plan.nameOf(path), line].filter(Boolean).join("\n");
}
