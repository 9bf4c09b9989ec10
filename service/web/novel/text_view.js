// The text of a novel: its chapters, one of them with its words, and the plan beside it.

import { h } from "../dom.js";
import { ChapterList } from "./chapter_list.js";
import { ChapterPlan } from "./chapter_plan.js";
import { ChapterView } from "./chapter_view.js";
import { N } from "./texts.js";

/** @param {import("./novel_page.js").NovelPage} page */
export const textView = (page) => new TextView(page);

export class TextView {
  /** @param {import("./novel_page.js").NovelPage} page */
  constructor(page) {
    this.page = page;
    this.list = new ChapterList(this);
    this.element = h("div", { class: "novel-desk" });
    this.open(this.asked());
  }

  get count() {
    return this.page.state.outline.chapters.length;
  }

  /** The chapter of the address, or the first without a text. */
  asked() {
    const number = Number(this.page.asked.get("chapter"));
    if (Number.isInteger(number) && number >= 1 && number <= this.count) return number;
    const { chapters } = this.page.state;
    const first = Object.keys(chapters).map(Number).sort((a, b) => a - b).find((one) => chapters[one].version === 0);
    return first ?? 1;
  }

  /** Show another chapter; the browser's way back leads to this one. @param {number} number */
  goTo(number) {
    history.pushState(null, "", this.page.address("text", { chapter: number }));
    this.open(number);
    window.scrollTo(0, 0);
    this.chapter?.title.focus({ preventScroll: true });
  }

  /** @param {number} number */
  open(number) {
    this.leave();
    this.number = number;
    this.chapter = new ChapterView(this.page, number, this);
    this.plan = new ChapterPlan(this.page, number);
    this.element.replaceChildren(this.list.element, this.chapter.element, this.plan.element, this.chapter.versions.element);
    history.replaceState(null, "", this.page.address("text", { chapter: number }));
    this.update();
  }

  /** A link to a chapter. @param {number} number @param {Record<string, any>} properties @param {...any} children */
  link = (number, properties, ...children) => h("a", { ...properties, href: this.page.address("text", { chapter: number }), onclick: (/** @type {MouseEvent} */ event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    this.goTo(number);
  } }, ...children);

  update() {
    this.list.update();
    this.chapter?.update();
    this.plan?.update();
  }

  /** @param {number} number */
  onWords(number) {
    this.list.update();
    if (number !== this.number) return;
    this.chapter?.showWriting();
    this.plan?.update();
  }

  leave() {
    this.chapter?.leave();
  }
}

/** How far a chapter is, in words. @param {import("./novel_page.js").NovelPage} page @param {number} number */
export function stateWords(page, number) {
  const { status, words, version } = page.state.chapters[number] ?? { status: "planned", words: 0, version: 0 };
  if (status === "generating") return N.is.generating(page.log.progress[number] ?? page.state.jobs[`chapter_${number}`]?.progress ?? 0);
  if (status === "failed") return N.is.failed;
  return version ? N.words(words) : N.is.planned;
}
