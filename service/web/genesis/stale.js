// Fields that were drawn from words which have changed since: why, and what can be done. Nothing is rewritten by itself.

import { fill, h, setText } from "../dom.js";
import { T } from "./texts.js";

const SOME = 4;
/** As many as one command may have. */
const MOST_CHANGES = 500;

export class Stale {
  /** @param {import("./session_page.js").SessionPage} page @param {string} stage */
  constructor(page, stage) {
    this.page = page;
    this.stage = stage;
    this.title = h("h3", {});
    this.list = h("ul", { class: "why" });
    this.act = h("button", { class: "button primary", type: "button", onclick: () => page.send("GENERATE_INSPIRATION", { stage, scope: "stale" }) });
    this.fine = h("button", { class: "button", type: "button", onclick: () => this.keep() });
    this.element = h("section", { class: "warn", "aria-label": T.look, hidden: true }, this.title, this.list, h("div", { class: "row" }, this.act, this.fine));
  }

  update() {
    const { plan, prices } = this.page;
    const stale = plan.stale(this.stage);
    this.element.hidden = stale.length === 0 || plan.state.stages[this.stage].status === "proposing";
    if (this.element.hidden) return;
    setText(this.title, T.staleTitle(stale.length));
    setText(this.act, T.staleAsk(stale.length, prices.words(this.stage, "stale")));
    this.act.hidden = !plan.may("GENERATE_INSPIRATION", this.stage);
    setText(this.fine, T.staleFine(stale.length));
    this.fine.hidden = !plan.may("EDIT_STAGE", this.stage);
    const key = JSON.stringify(stale);
    if (key === this.shown) return;
    this.shown = key;
    const cause = plan.oneCause(this.stage);
    if (cause) return fill(this.list, h("li", { class: "one" }, h("span", {}, `${T.staleAll(stale.length)} `, this.named(cause))));
    fill(this.list, stale.slice(0, SOME).map(([path, changed]) => h("li", {}, this.link(path, h("b", {}, plan.label(path))),
      h("span", {}, `${T.drawn} `, this.named(changed)))),
    stale.length > SOME && h("li", { class: "soft" }, T.staleMore(stale.length - SOME)));
  }

  /** The first of some paths, and how many more. @param {string[]} paths */
  named(paths) {
    return [paths.slice(0, SOME).map((one, index) => [index > 0 && ", ", this.link(one, this.page.plan.label(one))]), paths.length > SOME && ` ${T.staleMore(paths.length - SOME)}`];
  }

  /** The person has looked, and keeps the words: a value that is set again is drawn from what there is now. */
  async keep() {
    const { plan } = this.page;
    const paths = plan.stale(this.stage).map(([path]) => path).filter((path) => !plan.lockOf(path) && plan.record(path));
    for (let at = 0; at < paths.length; at += MOST_CHANGES) {
      const changes = paths.slice(at, at + MOST_CHANGES).map((path) => ({ op: "set", path, value: plan.value(path) }));
      if (!(await this.page.send("EDIT_STAGE", { stage: this.stage, changes }))) return;
    }
  }

  /** @param {string} path @param {any} text */
  link(path, text) {
    return h("a", { href: this.page.address(path.split(".")[0]), onclick: (/** @type {Event} */ event) => (event.preventDefault(), this.page.find(path)) }, text);
  }
}
