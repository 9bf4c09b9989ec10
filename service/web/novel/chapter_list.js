// The chapters of a novel: a list on wide pages, a choice between two arrows on narrow ones.

import { h, icon, setText } from "../dom.js";
import { stateWords } from "./text_view.js";
import { N } from "./texts.js";

export class ChapterList {
  /** @param {import("./text_view.js").TextView} view */
  constructor(view) {
    this.view = view;
    const { chapters } = view.page.state.outline;
    this.rows = chapters.map((/** @type {any} */ { title }, /** @type {number} */ index) => {
      const small = h("small", {});
      const link = view.link(index + 1, {}, h("i", {}, String(index + 1)), h("span", { dir: "auto" }, title ?? N.untitled(index + 1)), small);
      return { link, small, option: h("option", { value: index + 1 }) };
    });
    this.choice = h("select", { "aria-label": N.list, onchange: () => view.goTo(Number(this.choice.value)) }, this.rows.map((/** @type {any} */ { option }) => option));
    const turn = (/** @type {string} */ label, /** @type {string} */ sign, /** @type {number} */ by) => h("button", { class: "iconic", type: "button", "aria-label": label, onclick: () => view.goTo(view.number + by) }, icon(sign));
    this.back = turn(N.before, "left", -1);
    this.on = turn(N.after, "right", 1);
    this.list = h("ol", { class: "chapter-list hide-narrow" }, this.rows.map((/** @type {any} */ { link }) => h("li", {}, link)));
    this.element = h("nav", { class: "chapter-nav", "aria-label": N.list }, h("div", { class: "pager only-narrow" }, this.back, this.choice, this.on), this.list);
  }

  update() {
    const { page, number: here, count } = this.view;
    this.rows.forEach((/** @type {any} */ { link, small, option }, /** @type {number} */ index) => {
      const words = stateWords(page, index + 1);
      setText(small, words);
      setText(option, N.option(index + 1, page.titleOf(index + 1), words));
      index + 1 === here ? link.setAttribute("aria-current", "page") : link.removeAttribute("aria-current");
    });
    this.choice.value = String(here);
    this.back.disabled = here === 1;
    this.on.disabled = here === count;
    if (this.shown !== here) this.scrollTo(here);
    this.shown = here;
  }

  /** The chapter that is open is in sight within its list; the page does not move. @param {number} here */
  scrollTo(here) {
    const { link } = this.rows[here - 1];
    requestAnimationFrame(() => {
      const { list } = this;
      const [{ top, bottom, left, right }, one] = [list.getBoundingClientRect(), link.getBoundingClientRect()];
      if (one.top < top || one.bottom > bottom) list.scrollTop += one.top - top - 40;
      if (one.left < left || one.right > right) list.scrollLeft += one.left - left - 40;
    });
  }
}
