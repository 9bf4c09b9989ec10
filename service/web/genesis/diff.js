// Marks the words that differ between two texts.

import { h } from "../dom.js";

const MOST = 400;
/** The part of the shorter text that two texts must share to be marked beside one another. */
const KEPT = 0.5;

/** Nodes of the second text: words that are new in it are marked, and those that are gone are shown as such, unless `withGone` is false.
 * @param {string} before @param {string} after @param {boolean} [withGone] @returns {Node[]} */
export function marked(before, after, withGone = true) {
  const [old, now] = [before, after].map((text) => text.split(/(?<=\s)/));
  if (old.length > MOST || now.length > MOST) return [h("span", {}, after)];
  const lengths = table(old, now);
  // Where nearly all is new, marks in between would only hide the words.
  if (lengths[0][0] < KEPT * Math.min(old.length, now.length)) return withGone && before ? [h("del", {}, before), h("span", {}, " "), h("ins", {}, after)] : [h("span", {}, after)];
  const nodes = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) nodes.push(h("span", {}, now[j++])), (i += 1);
    else if (j < now.length && (i === old.length || lengths[i][j + 1] >= lengths[i + 1][j])) nodes.push(h("ins", {}, now[j++]));
    else if (withGone) nodes.push(h("del", {}, old[i++]));
    else i += 1;
  }
  return joined(nodes);
}

/** Marks of the same kind that follow one another are one. @param {HTMLElement[]} nodes */
function joined(nodes) {
  /** @type {HTMLElement[]} */
  const found = [];
  for (const node of nodes) {
    const last = found.at(-1);
    if (last?.tagName === node.tagName) last.append(/** @type {string} */ (node.textContent));
    else found.push(node);
  }
  return found;
}

/** How long the longest common part of the rests is. @param {string[]} old @param {string[]} now */
function table(old, now) {
  const lengths = Array.from({ length: old.length + 1 }, () => new Array(now.length + 1).fill(0));
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      lengths[i][j] = old[i] === now[j] ? lengths[i + 1][j + 1] + 1 : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }
  return lengths;
}
