// A passage of a chapter that is to be written again: picked by hand or by its paragraphs, with what is to change.

import { form } from "../dialog.js";
import { h, setText } from "../dom.js";
import { paragraph } from "../fields.js";
import { newId } from "../genesis/api.js";
import { redraftPassage } from "./api.js";
import { N } from "./texts.js";

/** @typedef {{start: number, end: number, version: number}} Passage */
/** @typedef {import("./chapter_view.js").ChapterView} ChapterView */

const SOME = 50;
const keyOf = (/** @type {ChapterView} */ view) => `storytroupe.novel.passage.${view.page.id}.${view.number}`;

/** The passage that is being written again, as far as this tab knows. @param {ChapterView} view @returns {Passage | null} */
export function passageOf(view) {
  const kept = JSON.parse(sessionStorage.getItem(keyOf(view)) ?? "null");
  return kept?.version === view.chapter?.version ? kept : null;
}

/** The whole chapter is written now. @param {ChapterView} view */
export const forgetPassage = (view) => sessionStorage.removeItem(keyOf(view));

/** @param {ChapterView} view @param {{start: number, end: number} | null} selected */
export async function askPassage(view, selected) {
  const { page, number, chapter, paragraphs = [] } = view;
  if (!chapter?.text) return;
  const text = chapter.text;
  const quote = h("blockquote", { class: "passage-quote", dir: "auto" });
  const change = paragraph({ rows: 3, maxlength: 2000, required: true, dir: "auto", placeholder: N.changePlaceholder, id: "change" });
  const [from, to] = [N.fromParagraph, N.toParagraph].map((label) => h("select", { "aria-label": label }, paragraphs.map((one, index) =>
    h("option", { value: index }, `${index + 1}. ${one.text.length > SOME ? `${one.text.slice(0, SOME).trimEnd()}…` : one.text}`))));
  const span = () => selected ?? { start: paragraphs[Number(from.value)].start, end: paragraphs[Math.max(Number(from.value), Number(to.value))].end };
  const show = () => setText(quote, text.slice(span().start, span().end));
  for (const one of [from, to]) one.addEventListener("change", () => (Number(to.value) < Number(from.value) && (to.value = from.value), show()));
  show();
  const id = newId();
  const choice = !selected && h("div", { class: "fields" }, [[N.fromParagraph, from], [N.toParagraph, to]].map(([label, control]) => h("div", { class: "field" }, h("p", { class: "label", "aria-hidden": "true" }, label), control)));
  const done = await form({ title: N.passageTitle, answers: [{ value: "again", label: N.passageYes(view.price(1)), main: true }],
    body: [choice, h("p", { class: "label" }, N.picked), quote, h("div", { class: "field" }, h("label", { for: "change" }, N.change), change), h("p", { class: "small soft" }, N.passageText)],
    act: async () => {
      const { start, end } = span();
      const passage = { start, end, version: chapter.version };
      await redraftPassage(page.id, number, { ...view.counted(passage), instruction: change.value.trim(), expected_version: chapter.version }, id);
      sessionStorage.setItem(keyOf(view), JSON.stringify(passage));
    } });
  if (done) view.title.focus({ preventScroll: true });
  view.update();
}
