// The whole of a novel in one column, to be read or printed: its plan, and its chapters with their texts.

import { fill, h } from "../dom.js";
import { readExport } from "./api.js";
import { paragraphsOf } from "./prose.js";
import { facts, namesOf, sectionsOf } from "./read.js";
import { TABLE } from "../genesis/table.js";
import { N } from "./texts.js";

/** @param {import("./novel_page.js").NovelPage} page */
export function printView(page) {
  const paper = h("article", { class: "paper" }, h("p", { class: "soft", role: "status" }, N.moment));
  const tick = (/** @type {string} */ part, /** @type {string} */ label) => {
    const input = h("input", { type: "checkbox", checked: true, onchange: () => paper.classList.toggle(`no-${part}`, !input.checked) });
    return h("label", { class: "tick" }, input, label);
  };
  page.attempt(() => readExport(page.id, "json")).then(async (found) => found && fill(paper, leavesOf(JSON.parse(await found.file.text()))));
  return { element: h("div", { class: "stack" }, h("div", { class: "split no-print" }, h("p", { class: "soft flush" }, N.printText),
    h("div", { class: "row", role: "group", "aria-label": N.printWhat }, tick("plan", N.printPlan), tick("chapters", N.printChapters), h("button", { class: "button primary", type: "button", onclick: () => window.print() }, N.print))), paper) };
}

/** @param {any} novel as its export has it */
function leavesOf(novel) {
  const names = namesOf(novel);
  const chapter = TABLE.plot.collections[1];
  const fields = chapter.fields.filter(({ name }) => !["title", "number"].includes(name));
  return [h("p", { class: "paper-title", dir: "auto" }, novel.title), h("div", { class: "paper-plan stack s2" }, Object.values(sectionsOf(novel))),
    h("div", { class: "paper-chapters" }, novel.outline.chapters.map((/** @type {any} */ one) => h("section", { class: "paper-chapter" }, h("p", { class: "eyebrow flush" }, N.chapter(one.number)), h("h2", { dir: "auto" }, one.title ?? N.untitled(one.number)),
      one.text ? h("div", { class: "prose" }, paragraphsOf(one.text).map(({ text }, index) => h("p", { class: index ? "" : "first", dir: "auto" }, text))) : [h("p", { class: "soft small" }, N.planned), facts(one, fields, "chapters", names)])))];
}
