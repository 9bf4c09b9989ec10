// The fields of a stage or of one element: those that are written, and those that are still empty, folded away.

import { h, setText } from "../dom.js";
import { T } from "./texts.js";
import { ValueView } from "./value.js";

export class GroupView {
  /** @param {import("./session_page.js").SessionPage} page @param {string} prefix of the paths @param {import("./table.js").Field[]} fields */
  constructor(page, prefix, fields) {
    this.page = page;
    this.fields = fields.map((field) => ({ field, path: `${prefix}.${field.name}` }));
    /** @type {Map<string, ValueView>} */
    this.views = new Map();
    this.list = h("dl", { class: "values" });
    this.rest = h("dl", { class: "values" });
    this.restName = h("summary", {});
    this.fold = h("details", { class: "rest" }, this.restName, this.rest);
    this.element = h("div", {}, this.list, this.fold);
    this.fold.addEventListener("toggle", () => this.fold.open && this.update());
    this.update();
  }

  update() {
    const { plan, edits } = this.page;
    let empty = 0;
    /** @type {ValueView[][]} */
    const [shown, folded] = [[], []];
    for (const { field, path } of this.fields) {
      const isWritten = plan.record(path) || field.needed || edits.drafts.has(path) || this.views.get(path)?.control;
      if (!isWritten) empty += 1;
      if (!isWritten && !this.fold.open) continue;
      if (!this.views.has(path)) this.views.set(path, new ValueView(this.page, path));
      else this.views.get(path)?.update();
      (isWritten ? shown : folded).push(/** @type {ValueView} */ (this.views.get(path)));
    }
    for (const [list, views] of /** @type {[Element, ValueView[]][]} */ ([[this.list, shown], [this.rest, folded]])) {
      place(list, views.map(({ element }) => element));
      pair(views);
    }
    this.fold.hidden = empty === 0;
    setText(this.restName, T.emptyMore(empty));
  }
}

/** Short fields stand in pairs; one that has no neighbour takes the whole width. @param {ValueView[]} views */
function pair(views) {
  for (let at = 0; at < views.length; at += 1) {
    const isPair = !views[at].isLong && views[at + 1]?.isLong === false;
    views[at].element.classList.toggle("wide", !isPair);
    views[at].element.classList.toggle("first", isPair);
    if (isPair) views[(at += 1)].element.classList.remove("wide", "first");
  }
}

/** Put elements into their order; those that stand right are not touched, so that none loses the focus. @param {Element} parent @param {Element[]} wanted */
export function place(parent, wanted) {
  for (const child of [...parent.children]) if (!wanted.includes(child)) child.remove();
  wanted.forEach((child, index) => {
    if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] ?? null);
  });
}
