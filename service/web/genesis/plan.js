// Reads a plan: accepted values, or those of a proposal before them, as a person sees them.

import { T, fieldName, choiceName } from "./texts.js";
import { STAGES, covers, find } from "./table.js";

/** @typedef {import("./log.js").State} State */

export class Plan {
  /** @param {State} state @param {{values: Record<string, any>, order?: Record<string, string[]>}} [proposal] */
  constructor(state, proposal) {
    this.state = state;
    this.proposal = proposal;
    /** @type {Map<string, string[]>} the ids of a proposal's lists: it does not change */
    this.known = new Map();
  }

  /** The record of an accepted value. @param {string} path @returns {any} */
  record(path) {
    const dot = path.indexOf(".");
    return this.state.stages[path.slice(0, dot)]?.fields[path.slice(dot + 1)];
  }

  /** @param {string} path @returns {any} */
  value(path) {
    return this.proposal?.values[path] ?? this.record(path)?.value;
  }

  /** The ids of a collection's elements; of a proposal, its own alone. @param {string} path @returns {string[]} */
  ids(path) {
    const dot = path.indexOf(".");
    const accepted = this.state.stages[path.slice(0, dot)]?.order[path.slice(dot + 1)] ?? [];
    if (!this.proposal) return accepted;
    if (!this.known.has(path)) this.known.set(path, this.proposed(path, accepted));
    return /** @type {string[]} */ (this.known.get(path));
  }

  /** @param {string} path @param {string[]} accepted @returns {string[]} */
  proposed(path, accepted) {
    const dot = path.indexOf(".");
    const { values = {}, order } = this.proposal ?? {};
    const ordered = order?.[path.slice(dot + 1)] ?? [];
    const paths = Object.keys(values).filter((one) => one.startsWith(`${path}.`));
    const named = [...new Set(paths.map((one) => one.slice(path.length + 1).split(".")[0]))];
    if (!named.length) return path.startsWith(`${Object.keys(values)[0]?.split(".")[0]}.`) ? [] : accepted;
    return [...ordered.filter((id) => named.includes(id)), ...named.filter((id) => !ordered.includes(id))];
  }

  /** How an element is called. @param {string} path @returns {string} */
  nameOf(path) {
    const { collection } = find(path);
    if (!collection) return path;
    if (collection.name === "relations") {
      const sides = ["a", "b"].map((side) => this.value(`${path}.${side}`)).filter(Boolean);
      if (sides.length) return T.andNames(sides.map((id) => this.nameOf(`character.people.${id}`)));
    }
    const place = this.ids(path.slice(0, path.lastIndexOf("."))).indexOf(path.split(".").at(-1) ?? "") + 1;
    if (!place && !this.value(`${path}.${collection.title}`)) return T.notHere(collection.name);
    if (collection.name === "scenes") return T.nth(collection.name, place);
    if (collection.name === "chapters") return T.chapter(this.value(`${path}.number`) ?? place, this.value(`${path}.title`));
    return this.value(`${path}.${collection.title}`) ?? T.nth(collection.name, place);
  }

  /** A path in words: “Theme · statement”, “Nell · want”. @param {string} path @returns {string} */
  label(path) {
    if (path === "inspiration") return T.yourSpark;
    if (path.startsWith("material.")) return T.yourNotes;
    const { stage, field, collection, element } = find(path);
    if (!field) return element === path ? this.nameOf(path) : listName(stage, collection ? T.collections[collection.name] : path);
    const own = fieldName(field.name, collection?.name ?? stage);
    if (!element) return `${T.stages[stage]} · ${own}`;
    const chapter = collection?.name === "scenes" ? `${this.nameOf(element.split(".").slice(0, 3).join("."))} · ` : "";
    return `${chapter}${short(this.nameOf(element))} · ${own}`;
  }

  /** Paths in few words: of an element with several of them, its name. @param {string[]} paths @returns {string[]} */
  gists(paths) {
    const elementOf = (/** @type {string} */ path) => path.split(".").slice(0, 3).join(".");
    const counts = new Map();
    for (const path of paths) counts.set(elementOf(path), (counts.get(elementOf(path)) ?? 0) + 1);
    return [...new Set(paths.map((path) => (find(path).element && counts.get(elementOf(path)) > 1 ? this.nameOf(elementOf(path)) : this.label(path))))];
  }

  /** Paths in words, each once. Of elements that are not here, the list is named. @param {string[]} paths @returns {string[]} */
  labels(paths) {
    const named = paths.map((path) => {
      const { element } = find(path);
      const list = element?.slice(0, element.lastIndexOf("."));
      return list && !this.ids(list).includes(/** @type {string} */ (element?.split(".").at(-1))) ? list : path;
    });
    return [...new Set(named.map((path) => this.label(path)))];
  }

  /** A value as text. @param {import("./table.js").Field} field @param {any} value @returns {string} */
  text(field, value) {
    if (value === undefined || value === null) return "";
    if (field.kind === "ref") return this.nameOf(`${field.of}.${value}`);
    if (field.kind === "refs") return value.map((/** @type {string} */ id) => this.nameOf(`${field.of}.${id}`)).join(", ");
    if (field.kind === "choice") return choiceName(value);
    if (field.kind === "flag") return value ? T.yes : T.no;
    if (field.name === "beats") return value.map((/** @type {string} */ one) => `• ${one}`).join("\n");
    return Array.isArray(value) ? value.join(", ") : String(value);
  }

  /** The lock that holds a path, or null. @param {string} path @returns {string | null} */
  lockOf(path) {
    return Object.keys(this.state.locks).find((lock) => covers(lock, path)) ?? null;
  }

  /** The accepted values that were drawn from any of these paths, without the paths themselves. @param {string[]} paths */
  touched(paths) {
    const found = [];
    for (const stage of STAGES) {
      const { fields, sources = {} } = this.state.stages[stage];
      const keys = new Set(Object.keys(sources).filter((key) => paths.some((path) => path in sources[key])));
      for (const [name, record] of Object.entries(fields)) {
        const path = `${stage}.${name}`;
        if (keys.has(/** @type {any} */ (record).drawn_from) && !paths.includes(path)) found.push(path);
      }
    }
    return found;
  }

  /** Whether a command is offered. @param {string} type @param {string} [stage] @returns {boolean} */
  may(type, stage) {
    return this.state.available_actions.some((/** @type {any} */ one) => one.command_type === type && (!stage || one.stage === stage));
  }

  /** What all stale values of a stage were drawn from that has changed, where that is the same for many; else null. @param {string} stage @returns {string[] | null} */
  oneCause(stage) {
    const causes = Object.values(this.state.stages[stage].stale ?? {});
    return causes.length > MANY && causes.every((one) => one.join() === causes[0].join()) ? causes[0] : null;
  }

  /** The stale values of a stage: each with the paths that have changed. @param {string} stage @returns {[string, string[]][]} */
  stale(stage) {
    return Object.entries(this.state.stages[stage].stale ?? {});
  }
}

/** The people are a step and a list. @param {string} stage @param {string} list */
const listName = (stage, list) => (T.stages[stage] === list ? list : `${T.stages[stage]} · ${list}`);
const MOST = 40;
/** Of more stale values, what they share is said once. */
const MANY = 4;
/** @param {string} name */
export const short = (name) => (name.length > MOST ? `${name.slice(0, MOST - 1).trimEnd()}…` : name);

/** Whether a stage has more than what the person said at the start. In a plan that was begun from another one, all revisions are 1. @param {any} stage */
export const isBegun = ({ fields, status }) =>
  status === "confirmed" || Object.entries(fields).some(([name, record]) => name !== "avoid" && (/** @type {any} */ (record).revision > 1 || /** @type {any} */ (record).by === "ai"));
