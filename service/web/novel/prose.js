// A text as paragraphs: shown without moving what is read, and found again by its place.

import { h, setText } from "../dom.js";
import { N } from "./texts.js";

/** @typedef {{text: string, start: number, end: number}} Paragraph `start` and `end` count as JavaScript does */

/** @param {string} text @returns {Paragraph[]} */
export function paragraphsOf(text) {
  const found = [];
  for (const match of text.matchAll(/(?:(?!\n[^\S\n]*\n)[\s\S])+/g)) {
    const words = match[0].trim();
    if (!words) continue;
    const start = /** @type {number} */ (match.index) + match[0].indexOf(words);
    found.push({ text: words, start, end: start + words.length });
  }
  return found;
}

/** The number of code points before a place: the service counts so. @param {string} text @param {number} place */
export const codePoints = (text, place) => [...text.slice(0, place)].length;

/**
 * Show paragraphs in an element. Those that are there already stay, so that neither the reader's place nor a selection moves.
 * @param {Element} element @param {string[]} texts @param {{mine?: Set<string>, writing?: boolean}} [marks]
 */
export function showProse(element, texts, { mine, writing = false } = {}) {
  texts.forEach((text, index) => {
    const made = /** @type {HTMLElement} */ (element.children[index] ?? element.appendChild(h("p", { dir: "auto" }, h("span", { class: "unseen", hidden: true }, N.yoursLabel), h("span", { class: "said" }))));
    const [label, said] = /** @type {any} */ (made.children);
    setText(said, text);
    const isMine = mine?.has(text) ?? false;
    label.hidden = !isMine;
    made.classList.toggle("mine", isMine);
    made.classList.toggle("first", index === 0);
    said.classList.toggle("writing", writing && index === texts.length - 1);
  });
  while (element.children.length > texts.length) element.lastElementChild?.remove();
}

/**
 * The part of a text that is selected within an element that shows it; null for none.
 * @param {Element} element @param {Paragraph[]} paragraphs @returns {{start: number, end: number} | null}
 */
export function selectedIn(element, paragraphs) {
  const selection = getSelection();
  if (!selection?.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  if (!element.contains(range.commonAncestorContainer)) return null;
  const start = placeOf(element, paragraphs, range.startContainer, range.startOffset, false);
  const end = placeOf(element, paragraphs, range.endContainer, range.endOffset, true);
  return start === null || end === null || start >= end ? null : { start, end };
}

/** @param {Element} element @param {Paragraph[]} paragraphs @param {Node} node @param {number} offset @param {boolean} isEnd */
function placeOf(element, paragraphs, node, offset, isEnd) {
  if (node === element) {
    const paragraph = paragraphs[isEnd ? offset - 1 : offset];
    return paragraph ? (isEnd ? paragraph.end : paragraph.start) : null;
  }
  const own = /** @type {Element} */ (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest("p");
  const index = own ? [...element.children].indexOf(own) : -1;
  const paragraph = paragraphs[index];
  if (!paragraph) return null;
  // Where a whole paragraph is picked, the selection ends at the beginning of the next one.
  if (isEnd && offset === 0) return paragraphs[index - 1]?.end ?? null;
  const said = own.querySelector(".said")?.firstChild;
  return node === said ? paragraph.start + Math.min(offset, paragraph.text.length) : isEnd ? paragraph.end : paragraph.start;
}
