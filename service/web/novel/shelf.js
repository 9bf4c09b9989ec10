// The novels in the library: how much of each is written, and since when it has been there.

import { h, fill, icon } from "../dom.js";
import { Pages } from "../genesis/pages.js";
import { ago } from "../genesis/shelf.js";
import { listNovels, readNovel } from "./api.js";
import { N } from "./texts.js";

export class NovelShelf {
  /** @param {<R>(request: () => Promise<R>) => Promise<R | null>} attempt says why a request fails @param {() => void} onShow after what is shown has changed */
  constructor(attempt, onShow) {
    this.onShow = onShow;
    this.pages = new Pages((cursor, limit) => attempt(() => listNovels(cursor, limit)), () => this.show(), (id) => this.focus(id), readNovel);
    this.list = h("ul", { class: "made-novels", role: "list" });
    this.element = h("section", { class: "shelf", "aria-labelledby": "novels-title", hidden: true }, h("h2", { id: "novels-title" }, N.shelf), this.list, this.pages.more);
  }

  load = () => this.pages.load();
  /** @param {any[]} newest */
  replace = (newest) => this.pages.replace(newest);
  /** @param {any} one */
  put = (one) => this.pages.put(one);
  /** @param {string} id */
  gone = (id) => this.pages.gone(id);

  /** Whether a session has become one of these novels. @param {string} session */
  has(session) {
    return [...this.pages.items.values()].some((one) => one.session_id === session);
  }

  show() {
    this.onShow();
    const { newest } = this.pages;
    this.element.hidden = newest.length === 0;
    const focused = document.activeElement?.closest("[data-novel]")?.getAttribute("data-novel");
    fill(this.list, newest.map((one) => h("li", { dataset: { novel: one.id } }, h("a", { class: "novel", href: `#/novel/${one.id}` }, icon("book"), h("span", { class: "name", dir: "auto" }, one.title),
      h("span", { class: "small soft" }, N.shelfLine(one), " · ", h("time", { datetime: one.updated_at }, ago(one.updated_at)))))));
    if (focused) this.focus(focused);
  }

  /** @param {string} id */
  focus(id) {
    /** @type {HTMLElement | null} */ (this.list.querySelector(`[data-novel="${id}"] a`))?.focus();
  }
}
