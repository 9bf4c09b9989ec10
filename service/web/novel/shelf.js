// The novels in the library: how much of each is written, and since when it has been there.

import { h, fill, icon } from "../dom.js";
import { ago } from "../genesis/shelf.js";
import { listNovels } from "./api.js";
import { N } from "./texts.js";

const PAGE = 50;

export class NovelShelf {
  /** @param {<R>(request: () => Promise<R>) => Promise<R | null>} attempt says why a request fails @param {() => void} onShow after what is shown has changed */
  constructor(attempt, onShow) {
    this.attempt = attempt;
    this.onShow = onShow;
    /** @type {Map<string, any>} */
    this.novels = new Map();
    this.list = h("ul", { class: "made-novels", role: "list" });
    this.element = h("section", { class: "shelf", "aria-labelledby": "novels-title", hidden: true }, h("h2", { id: "novels-title" }, N.shelf), this.list);
  }

  async load() {
    const found = await this.attempt(() => listNovels(null, PAGE));
    if (found) this.replace(found.items);
  }

  /** @param {any[]} novels the newest */
  replace(novels) {
    this.novels = new Map(novels.map((one) => [one.id, one]));
    this.show();
  }

  /** @param {any} one as it now is */
  put(one) {
    this.novels.set(one.id, one);
    this.show();
  }

  /** @param {string} id */
  drop(id) {
    if (this.novels.delete(id)) this.show();
  }

  /** Whether a session has become one of these novels. @param {string} session */
  has(session) {
    return [...this.novels.values()].some((one) => one.session_id === session);
  }

  show() {
    this.onShow();
    const newest = [...this.novels.values()].sort((a, b) => (a.updated_at < b.updated_at ? 1 : -1));
    this.element.hidden = newest.length === 0;
    const focused = document.activeElement?.closest("[data-novel]")?.getAttribute("data-novel");
    fill(this.list, newest.map((one) => h("li", { dataset: { novel: one.id } }, h("a", { class: "novel", href: `#/novel/${one.id}` }, icon("book"), h("span", { class: "name", dir: "auto" }, one.title),
      h("span", { class: "small soft" }, N.shelfLine(one), " · ", h("time", { datetime: one.updated_at }, ago(one.updated_at)))))));
    if (focused) /** @type {HTMLElement | null} */ (this.list.querySelector(`[data-novel="${focused}"] a`))?.focus();
  }
}
