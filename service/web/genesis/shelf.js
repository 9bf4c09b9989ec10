// The plans of novels in the library, beside the books: how far each is, and since when it has been there.

import { announce } from "../announcer.js";
import { confirm } from "../dialog.js";
import { fill, h, icon } from "../dom.js";
import { Pages } from "./pages.js";
import { deleteSession, listSessions, readHistory } from "./api.js";
import { T } from "./texts.js";

const AGO = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
/** @type {[Intl.RelativeTimeFormatUnit, number][]} */
const UNITS = [["day", 86_400], ["hour", 3600], ["minute", 60]];

/** How long ago, in words. @param {string} time */
export function ago(time) {
  const seconds = (Date.now() - Date.parse(time)) / 1000;
  const [unit, size] = UNITS.find(([, one]) => seconds >= one) ?? ["second", 60];
  return unit === "second" ? AGO.format(0, "minute") : AGO.format(-Math.floor(seconds / size), unit);
}

export class NovelList {
  /** @param {<R>(request: () => Promise<R>) => Promise<R | null>} attempt says why a request fails @param {{has(session: string): boolean}} made the plans that are novels @param {boolean} mayBegin whether there is a button for a new one */
  constructor(attempt, made, mayBegin) {
    this.attempt = attempt;
    this.made = made;
    this.pages = new Pages((cursor, limit) => attempt(() => listSessions(cursor, limit)), () => this.show(), (id) => this.focus(id), (id) => readHistory(id, null, 1));
    this.list = h("ul", { class: "novels", role: "list" });
    this.none = h("p", { class: "soft" }, T.shelfNone);
    this.element = h("section", { class: "shelf", "aria-labelledby": "shelf-title" },
      h("div", { class: "split" }, h("h2", { id: "shelf-title" }, T.shelf), mayBegin && h("a", { class: "button", href: "#/novels/new" }, icon("plus"), T.plan)), this.none, this.list, this.pages.more);
  }

  get isEmpty() {
    return this.pages.items.size === 0;
  }

  load = () => this.pages.load();
  /** @param {any[]} newest */
  replace = (newest) => this.pages.replace(newest);
  /** @param {any} one */
  put = (one) => this.pages.put(one);
  /** @param {string} id */
  gone = (id) => this.pages.gone(id);

  show() {
    const shown = this.pages.newest.filter(({ id }) => !this.made.has(id));
    this.none.hidden = shown.length > 0;
    const focused = document.activeElement?.closest("[data-session]")?.getAttribute("data-session");
    fill(this.list, shown.map((one) => this.item(one)));
    if (focused) this.focus(focused);
  }

  /** @param {string} id */
  focus(id) {
    /** @type {HTMLElement | null} */ (this.list.querySelector(`[data-session="${id}"] a`))?.focus();
  }

  /** @param {any} one */
  item(one) {
    const title = one.title || T.untitled;
    return h("li", { dataset: { session: one.id } },
      h("a", { class: "novel", href: `#/novels/${one.id}` }, icon("content"), h("span", { class: "name", dir: "auto" }, title),
        h("span", { class: "small soft" }, T.sessionStatus(one), " · ", h("time", { datetime: one.updated_at }, ago(one.updated_at)))),
      h("button", { class: "bin", type: "button", "aria-label": T.deleteLabel(title), onclick: () => this.remove(one.id, title) }, icon("bin")));
  }

  /** @param {string} id @param {string} title */
  async remove(id, title) {
    const sure = await confirm({ title: T.deleteTitle(title), text: T.deleteText, yes: T.deleteYes });
    if (!sure || !(await this.attempt(() => deleteSession(id)))) return;
    this.pages.drop(id);
    /** @type {HTMLElement} */ (this.element.querySelector("a") ?? document.querySelector("main")).focus();
    announce(T.deleted(title));
  }
}
