// Two texts of a chapter, paragraph by paragraph: what is the same, what is gone and what is new.

import { h } from "../dom.js";
import { marked } from "../genesis/diff.js";
import { paragraphsOf } from "./prose.js";

/** Paragraphs of the second text with the marks of what has changed since the first. @param {string} before @param {string} after @returns {HTMLElement[]} */
export function compared(before, after) {
  const [old, now] = [before, after].map((text) => paragraphsOf(text).map((one) => one.text));
  const lengths = table(old, now);
  const made = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) made.push(h("p", {}, now[j])), (i += 1), (j += 1);
    else if (i < old.length && j < now.length && lengths[i + 1][j + 1] >= lengths[i][j + 1] && lengths[i + 1][j + 1] >= lengths[i + 1][j]) made.push(h("p", {}, marked(old[i++], now[j++])));
    else if (j < now.length && (i === old.length || lengths[i][j + 1] >= lengths[i + 1][j])) made.push(h("p", {}, h("ins", {}, now[j++])));
    else made.push(h("p", {}, h("del", {}, old[i++])));
  }
  return made;
}

/** How many paragraphs the rests share, in order. @param {string[]} old @param {string[]} now */
function table(old, now) {
  const lengths = Array.from({ length: old.length + 1 }, () => new Array(now.length + 1).fill(0));
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) lengths[i][j] = old[i] === now[j] ? lengths[i + 1][j + 1] + 1 : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
  }
  return lengths;
}
