// Asks for a text of a chapter: what it costs, with a wish and a limit where there are such.

import { h, setText } from "../dom.js";
import { numberOf } from "../fields.js";
import { newId } from "../genesis/api.js";
import { draftChapter } from "./api.js";
import { forgetPassage } from "./passage.js";
import { N } from "./texts.js";

export class DraftForm {
  /** @param {import("./chapter_view.js").ChapterView} view */
  constructor(view) {
    this.view = view;
    this.key = `storytroupe.novel.wish.${view.page.id}.${view.number}`;
    this.id = newId();
    this.wish = h("textarea", { id: "wish", rows: 2, maxlength: 2000, dir: "auto", placeholder: N.wishPlaceholder, "aria-describedby": "wish-hint" });
    this.wish.value = sessionStorage.getItem(this.key) ?? "";
    this.cap = h("input", { id: "novel-cap", inputmode: "decimal", autocomplete: "off", "aria-describedby": "cap-hint" });
    this.go = h("button", { class: "button", type: "submit" });
    this.note = h("p", { class: "small soft flush" });
    this.fold = h("details", { class: "fold", open: Boolean(this.wish.value) }, h("summary", {}, N.fold), h("div", { class: "stack s075" },
      h("div", { class: "field" }, h("label", { for: "wish" }, N.wish), h("p", { class: "hint", id: "wish-hint" }, N.wishHint), this.wish),
      h("div", { class: "field" }, h("label", { for: "novel-cap" }, N.cap), h("p", { class: "hint", id: "cap-hint" }, N.capHint), h("div", { class: "money" }, h("span", { "aria-hidden": "true" }, "$"), this.cap))));
    this.element = h("form", { class: "draft-form stack s075", hidden: true, onsubmit: (/** @type {Event} */ event) => (event.preventDefault(), this.send()) },
      h("div", { class: "row" }, this.go), this.note, this.fold);
  }

  keep() {
    this.wish.value.trim() ? sessionStorage.setItem(this.key, this.wish.value) : sessionStorage.removeItem(this.key);
  }

  update() {
    const { view } = this;
    const { status } = view.now;
    const hasText = Boolean(view.chapter?.version);
    const price = view.price();
    const [first, again] = view.isOffline ? [N.sum, N.sumAgain] : [N.write, N.writeAgain];
    setText(this.go, status === "failed" ? N.tryAgain(price) : hasText ? again(price) : first(price));
    // What the offline writer does costs nothing and reads no wish.
    this.fold.hidden = view.isOffline;
    this.go.classList.toggle("primary", !hasText);
    const note = view.isOffline ? N.synopsis : hasText ? N.writeAgainText : "";
    setText(this.note, note);
    this.note.hidden = !note;
    if (document.activeElement !== this.cap && !this.cap.value) this.cap.placeholder = String(view.page.state.budget_usd ?? "");
  }

  async send() {
    const { page, number, chapter } = this.view;
    const instruction = this.fold.hidden ? "" : this.wish.value.trim(), budget = this.fold.hidden ? null : numberOf(this.cap);
    const wanted = { expected_version: chapter?.version ?? 0, ...(instruction && { instruction }), ...(budget !== null && { budget_usd: budget }) };
    this.keep();
    forgetPassage(this.view);
    this.go.disabled = true;
    const done = await page.attempt(() => draftChapter(page.id, number, wanted, this.id));
    this.go.disabled = false;
    this.id = newId();
    if (!done) return;
    this.view.title.focus({ preventScroll: true });
  }
}
