// The words of a book as they are numbered for the voice, page by page.

import { h } from "./dom.js";

const BLOCKS = "abcdefghijkl";

/**
 * A page's words: numbers that run through the whole book, -1 where no voice has read it.
 * @typedef {{number: number, text: string}[][]} Paragraphs
 */

/**
 * The words of each page. Where there is a narration its blocks say which word has which number.
 * @param {any} story
 * @returns {Paragraphs[]}
 */
export function wordsOfPages(story) {
  const beats = story.content?.beats ?? [];
  return beats.map((/** @type {{text: string}} */ beat, /** @type {number} */ at) =>
    spoken(story.audio_blocks?.[BLOCKS[at]], beat.text) ?? plain(beat.text));
}

/** The words as the voice has them, if it has read this very text. @param {string | undefined} block @param {string} text */
function spoken(block, text) {
  const paragraphs = numbered(block);
  const said = (paragraphs ?? []).flat().map((word) => word.text).join(" ");
  return said === text.split(/\s+/).filter(Boolean).join(" ") ? paragraphs : null;
}

/** A block is markup; it is read by an inert parser, and only its texts are used. @param {string | undefined} block */
function numbered(block) {
  if (!block) return null;
  const parsed = new DOMParser().parseFromString(block, "text/html");
  return [...parsed.querySelectorAll("p")].map((paragraph) =>
    [.../** @type {NodeListOf<HTMLElement>} */ (paragraph.querySelectorAll("[data-word]"))].map((word) =>
      ({ number: Number(word.dataset.word), text: word.textContent ?? "" })));
}

/** @param {string} text @returns {Paragraphs} */
const plain = (text) =>
  text.split(/\n\s*\n/).map((paragraph) =>
    paragraph.split(/\s+/).filter(Boolean).map((word) => ({ number: -1, text: word })));

/** The first word's number of each page. @param {Paragraphs[]} pages */
export const firstWords = (pages) => pages.map((paragraphs) => paragraphs[0]?.[0]?.number ?? -1);

/** How many words a page has. @param {Paragraphs} paragraphs */
export const countOf = (paragraphs) => paragraphs.reduce((sum, words) => sum + words.length, 0);

/**
 * Paragraphs as elements, every word in one of its own.
 * @param {Paragraphs} paragraphs
 */
export const paragraphElements = (paragraphs) =>
  paragraphs.map((words) => h("p", {}, words.flatMap(({ number, text }) =>
    [number < 0 ? text : h("span", { class: "word", dataset: { word: number } }, text), " "])));
