// The board without its elements: which scene stands where, what threads begin and end where, and what a move does.

import { h } from "../dom.js";
import { B } from "./board_texts.js";

/**
 * @typedef {import("./tree.js").Outline} Outline
 * @typedef {import("./tree.js").Scene} Scene
 * @typedef {import("./tree.js").Chapter} Chapter
 * @typedef {{chapter: string, scene: string}} Place of a scene
 * @typedef {{chapter: string, thread: string, index: number}} Target `index`: among the chapter's other scenes
 */

const TONES = 6;

/** The letter of a thread: A, B … Z, A2 … @param {number} index */
const letter = (index) => `${String.fromCharCode(65 + (index % 26))}${index >= 26 ? Math.floor(index / 26) + 1 : ""}`;

/** The tone of a thread's column, as a class. @param {number} index */
export const toneOf = (index) => (index < 0 ? "tNone" : `t${letter(index % TONES)}`);

/** The letter of a thread in its tone; nothing for no thread. @param {{id: string, name?: string}[]} threads @param {string | undefined} id */
export function letterOf(threads, id) {
  const index = threads.findIndex((one) => one.id === id);
  return index < 0 ? null : h("span", { class: `letter ${toneOf(index)}`, title: threads[index].name ?? "" }, letter(index));
}

/** Where each thread begins and ends, by chapter, and how many scenes it has. @param {Outline} outline @returns {Map<string, {first: number, last: number, scenes: number}>} */
export function threadMarks({ chapters }) {
  const found = new Map();
  for (const [index, { scenes }] of chapters.entries()) {
    for (const id of scenes.flatMap(({ threads }) => threads ?? [])) {
      const known = found.get(id);
      found.set(id, { first: known?.first ?? index + 1, last: index + 1, scenes: (known?.scenes ?? 0) + 1 });
    }
  }
  return found;
}

/** The column of a scene: its first thread that there is, or "" for none. @param {Scene} scene @param {{id: string}[]} threads */
export const columnOf = ({ threads: own }, threads) => own?.find((id) => threads.some((one) => one.id === id)) ?? "";

/** The columns: every thread, and one for scenes without any, where there are such. @param {Outline} outline @returns {string[]} */
export function columnsOf({ threads, chapters }) {
  const isLoose = threads.length === 0 || chapters.some(({ scenes }) => scenes.some((scene) => columnOf(scene, threads) === ""));
  return [...threads.map(({ id }) => id), ...(isLoose ? [""] : [])];
}

/** @param {Chapter} chapter */
export const wordsIn = ({ scenes }) => scenes.reduce((sum, { words }) => sum + (words ?? 0), 0);

/** @param {Outline} outline @param {Place} place @returns {{chapter: Chapter, scene: Scene, at: number} | undefined} */
export function findScene(outline, place) {
  const chapter = outline.chapters.find(({ id }) => id === place.chapter);
  const at = chapter?.scenes.findIndex(({ id }) => id === place.scene) ?? -1;
  return chapter && at >= 0 ? { chapter, scene: chapter.scenes[at], at } : undefined;
}

/** The threads of a scene that stands in another column. @param {Scene} scene @param {string} thread @param {{id: string}[]} threads @returns {string[]} */
export function threadsAfter(scene, thread, threads) {
  if (columnOf(scene, threads) === thread) return scene.threads ?? [];
  return thread ? [thread, ...(scene.threads ?? []).slice(1).filter((id) => id !== thread)] : [];
}

/** Where in its chapter a scene comes to stand that is dropped into a cell, before the `place`th of the cell's other scenes. @param {Outline} outline @param {Place} moved @param {string} chapterId @param {string} thread @param {number} place @returns {Target} */
export function targetOf(outline, moved, chapterId, thread, place) {
  const chapter = /** @type {Chapter} */ (outline.chapters.find(({ id }) => id === chapterId));
  const own = chapterId === moved.chapter ? chapter.scenes.findIndex(({ id }) => id === moved.scene) : -1;
  const others = chapter.scenes.filter((_, index) => index !== own);
  const inCell = others.filter((scene) => columnOf(scene, outline.threads) === thread);
  const before = own >= 0 && columnOf(chapter.scenes[own], outline.threads) === thread ? inCell.filter((scene) => others.indexOf(scene) < own).length : -1;
  if (place === before) return { chapter: chapterId, thread, index: own };
  if (place < inCell.length) return { chapter: chapterId, thread, index: others.indexOf(inCell[place]) };
  if (inCell.length) return { chapter: chapterId, thread, index: others.indexOf(/** @type {Scene} */ (inCell.at(-1))) + 1 };
  return { chapter: chapterId, thread, index: own >= 0 ? own : others.length };
}

/** @param {Outline} outline @param {Place} moved @param {Target} to */
export function isSame(outline, moved, to) {
  const found = findScene(outline, moved);
  return Boolean(found && moved.chapter === to.chapter && found.at === to.index && columnOf(found.scene, outline.threads) === to.thread);
}

/** The outline as it would be. @param {Outline} outline @param {Place} moved @param {Target} to @returns {Outline} */
export function after(outline, moved, to) {
  const { scene } = /** @type {any} */ (findScene(outline, moved));
  const now = { ...scene, threads: threadsAfter(scene, to.thread, outline.threads) };
  const chapters = outline.chapters.map((chapter) => {
    const scenes = chapter.id === moved.chapter ? chapter.scenes.filter(({ id }) => id !== moved.scene) : [...chapter.scenes];
    if (chapter.id === to.chapter) scenes.splice(to.index, 0, now);
    return { ...chapter, scenes };
  });
  return { ...outline, chapters };
}

/** What a move touches beside the scene itself, in sentences. @param {Outline} outline @param {Place} moved @param {Target} to @param {(id: string) => string} name of a person or a thread @returns {string[]} */
export function touchedBy(outline, moved, to, name) {
  const then = after(outline, moved, to);
  const { scene, chapter: from } = /** @type {any} */ (findScene(outline, moved));
  const chapter = /** @type {Chapter} */ (then.chapters.find(({ id }) => id === to.chapter));
  const [before, now] = [threadMarks(outline), threadMarks(then)];
  const threads = outline.threads.flatMap(({ id }) => {
    const [was, is] = [before.get(id), now.get(id)];
    if (was && !is) return [B.threadEmpty(name(id))];
    if (!was || !is) return [];
    return [was.first !== is.first && B.threadBegins(name(id), is.first, was.first), was.last !== is.last && B.threadEnds(name(id), is.last, was.last)];
  });
  const isElsewhere = to.chapter !== moved.chapter;
  const seen = isElsewhere && chapter.pov && scene.people?.length && !scene.people.includes(chapter.pov) && B.notThere(name(chapter.pov), chapter.number);
  const left = isElsewhere && from.scenes.length === 1 && B.chapterEmpty(from.number);
  return [...threads, seen, left, isElsewhere && wordsIn(chapter) > 0 && B.chapterWords(chapter.number, wordsIn(chapter))].filter(Boolean);
}

/** The changes of a plan that make a move. @param {Outline} outline @param {Place} moved @param {Target} to @returns {any[]} */
export function changesOf(outline, moved, to) {
  const { scene } = /** @type {any} */ (findScene(outline, moved));
  const path = `plot.chapters.${moved.chapter}.scenes.${moved.scene}`;
  const threads = threadsAfter(scene, to.thread, outline.threads);
  const isOther = JSON.stringify(threads) !== JSON.stringify(scene.threads ?? []);
  const thread = isOther ? [threads.length ? { op: "set", path: `${path}.threads`, value: threads } : { op: "remove", path: `${path}.threads` }] : [];
  if (to.chapter !== moved.chapter) return [...thread, { op: "move", path, to: `plot.chapters.${to.chapter}.scenes`, value: to.index }];
  return findScene(outline, moved)?.at === to.index ? thread : [...thread, { op: "move", path, value: to.index }];
}
