// Fields that were drawn from words which have changed since: why, and what can be done. Nothing is rewritten by itself.

import { fill, h, setText } from "../dom.js";
import { T } from "./texts.js";

const SOME = 4;

export class Stale {
  /** @param {import("./session_page.js").SessionPage} page @param {string} stage */
  constructor(page, stage) {
    this.page = page;
    this.stage = stage;
    this.title = h("h3", {});
    this.list = h("ul", { class: "why" });
    this.act = h("button", { class: "button primary", type: "button", onclick: () => page.send("GENERATE_INSPIRATION", { stage, scope: "stale" }) });
    this.element = h("section", { class: "warn", "aria-label": T.look, hidden: true }, this.title, this.list, h("div", { class: "row" }, this.act));
  }

  update() {
    const { plan, prices } = this.page;
    const stale = plan.stale(this.stage);
    this.element.hidden = stale.length === 0 || plan.state.stages[this.stage].status === "proposing";
    if (this.element.hidden) return;
    setText(this.title, T.staleTitle(stale.length));
    setText(this.act, T.staleAsk(stale.length, prices.words(this.stage, "stale")));
    this.act.hidden = !plan.may("GENERATE_INSPIRATION", this.stage);
    const key = JSON.stringify(stale);
    if (key === this.shown) return;
    this.shown = key;
    fill(this.list, stale.slice(0, SOME).map(([path, changed]) => h("li", {}, this.link(path, h("b", {}, plan.label(path))),
      h("span", {}, `${T.drawn} `, changed.slice(0, SOME).map((one, index) => [index > 0 && ", ", this.link(one, plan.label(one))]), changed.length > SOME && ` ${T.staleMore(changed.length - SOME)}`))),
    stale.length > SOME && h("li", { class: "soft" }, T.staleMore(stale.length - SOME)));
  }

  /** @param {string} path @param {any} text */
  link(path, text) {
    return h("a", { href: this.page.address(path.split(".")[0]), onclick: (/** @type {Event} */ event) => (event.preventDefault(), this.page.find(path)) }, text);
  }
}
