// The plan of a session as one tree, in the form in which a novel has it: a bible and an outline.

import { TABLE } from "./table.js";

/**
 * @typedef {{id: string, summary?: string, place?: string, people: string[], beats: string[], threads: string[], turn?: string, words?: number}} Scene
 * @typedef {{id: string, number: number, title?: string, act?: number, pov?: string, goal?: string, conflict?: string, outcome?: string, hook?: string, scenes: Scene[]}} Chapter
 * @typedef {{id: string, name?: string, setup?: string, payoff?: string}} Thread
 * @typedef {{structure?: string, ending?: string, threads: Thread[], chapters: Chapter[]}} Outline
 * @typedef {{concept: any, theme: any, people: any[], relations: any[], world: any}} Bible
 */

/** @param {import("./plan.js").Plan} plan @returns {Outline} */
export function outlineOf(plan) {
  const outline = part(plan, "plot", TABLE.plot);
  outline.chapters.forEach((/** @type {Chapter} */ chapter, /** @type {number} */ index) => (chapter.number = index + 1));
  return outline;
}

/** @param {import("./plan.js").Plan} plan @returns {Bible} */
export function bibleOf(plan) {
  const { people, relations } = part(plan, "character", TABLE.character);
  return { concept: part(plan, "concept", TABLE.concept), theme: part(plan, "theme", TABLE.theme), people, relations, world: part(plan, "world", TABLE.world) };
}

/** @param {import("./plan.js").Plan} plan @param {string} path @param {import("./table.js").Group} group @returns {any} */
function part(plan, path, { fields, collections }) {
  /** @type {Record<string, any>} */
  const made = {};
  for (const { name, kind } of fields) {
    const value = plan.value(`${path}.${name}`) ?? (kind === "list" || kind === "refs" ? [] : undefined);
    if (value === undefined) continue;
    const [first, second] = name.split(".");
    if (second) (made[first] ??= {})[second] = value;
    else made[first] = value;
  }
  for (const one of collections) made[one.name] = plan.ids(`${path}.${one.name}`).map((id) => ({ ...part(plan, `${path}.${one.name}.${id}`, one), id }));
  return made;
}
