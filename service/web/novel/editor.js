// The person's own words for a chapter: kept in this browser as they are written, and by the service when the person says so.

import { ApiError } from "../client.js";
import { confirm } from "../dialog.js";
import { fill, h, setText } from "../dom.js";
import { editChapter, readChapter } from "./api.js";
import { compared } from "./compare.js";
import { N } from "./texts.js";

/** @param {string} id @param {number} number */
const keyOf = (id, number) => `storytroupe.novel.${id}.${number}`;

/** What was written and not kept. @param {string} id @param {number} number @returns {{text: string, version: number} | null} */
export const draftOf = (id, number) => JSON.parse(localStorage.getItem(keyOf(id, number)) ?? "null");

export class Editor {
  /** @param {import("./chapter_view.js").ChapterView} view @param {() => void} onClose */
  constructor(view, onClose) {
    this.view = view;
    this.onClose = onClose;
    this.key = keyOf(view.page.id, view.number);
    const draft = draftOf(view.page.id, view.number);
    this.version = draft?.version ?? view.chapter?.version ?? 0;
    this.area = h("textarea", { class: "pages", rows: 12, dir: "auto", "aria-label": N.editLabel(view.number), "aria-describedby": "edit-hint" });
    this.area.value = draft?.text ?? view.chapter?.text ?? "";
    this.area.addEventListener("input", () => this.write());
    this.told = h("p", { class: "tiny soft flush", role: "status" }, draft ? N.back : "");
    this.apart = h("div", { class: "problem mildly apart", role: "alert", hidden: true });
    this.keepButton = h("button", { class: "button primary", type: "button", onclick: () => this.keep() }, N.keep);
    this.element = h("div", { class: "editor stack s075", onkeydown: (/** @type {KeyboardEvent} */ event) => this.key_(event) }, this.area, h("p", { class: "tiny soft flush", id: "edit-hint" }, N.editHint), this.apart,
      h("div", { class: "row" }, this.keepButton, h("button", { class: "button", type: "button", onclick: () => this.leave() }, N.leave), this.told));
  }

  /** Begin at the first word; the page stays where it is. */
  begin() {
    this.area.setSelectionRange(0, 0);
    this.area.focus({ preventScroll: true });
  }

  get isChanged() {
    return this.area.value !== (this.view.chapter?.text ?? "");
  }

  write() {
    if (this.isChanged) localStorage.setItem(this.key, JSON.stringify({ version: this.version, text: this.area.value }));
    else localStorage.removeItem(this.key);
    setText(this.told, this.isChanged ? N.kept : "");
  }

  /** @param {KeyboardEvent} event */
  key_(event) {
    if (event.isComposing) return;
    if (event.key === "Escape") (event.preventDefault(), this.leave());
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) (event.preventDefault(), this.keep());
  }

  /** @param {number} [version] that the words take the place of */
  async keep(version = this.version) {
    const text = this.area.value.trim();
    if (!text) return this.say(N.empty);
    if (text === this.view.chapter?.text) return this.close();
    this.keepButton.disabled = true;
    setText(this.told, N.saving);
    try {
      const { number, page } = this.view;
      this.view.take(await editChapter(page.id, number, text, version));
      this.close();
    } catch (fault) {
      if (!(fault instanceof ApiError)) throw fault;
      if (fault.code === "CHAPTER_CHANGED") await this.showBoth();
      else this.say(fault.fields[0]?.message ?? fault.message);
    } finally {
      this.keepButton.disabled = false;
    }
  }

  /** @param {string} text */
  say(text) {
    setText(this.told, "");
    this.apart.hidden = false;
    fill(this.apart, h("p", { class: "small flush" }, `${text} ${N.kept}.`));
  }

  /** Another window has given the chapter a newer text: both are shown, and the person decides. */
  async showBoth() {
    const { number, page } = this.view;
    const now = await readChapter(page.id, number);
    const button = (/** @type {string} */ label, /** @type {() => any} */ onclick, kind = "") => h("button", { class: `button small ${kind}`, type: "button", onclick }, label);
    setText(this.told, "");
    this.apart.hidden = false;
    fill(this.apart, h("h3", {}, N.apartTitle), h("p", { class: "small" }, N.apartText),
      h("div", { class: "versions" }, h("div", {}, h("b", {}, N.theirs), h("div", { class: "theirs small", dir: "auto" }, now.text ?? "")),
        h("div", {}, h("b", {}, N.yoursNow), h("div", { class: "mine small", dir: "auto" }, compared(now.text ?? "", this.area.value)))),
      h("div", { class: "row" }, button(N.keepMine, () => this.keep(now.version), "primary"), button(N.keepTheirs, () => (this.view.take(now), this.close())), button(N.goOn, () => ((this.apart.hidden = true), this.area.focus()), "quiet")));
    /** @type {HTMLElement} */ (this.apart.querySelector("button")).focus();
  }

  async leave() {
    const sure = !this.isChanged || (await confirm({ title: N.leaveTitle, text: N.leaveText, yes: N.leaveYes, no: N.leaveNo }));
    sure ? this.close() : this.area.focus();
  }

  close() {
    localStorage.removeItem(this.key);
    this.onClose();
  }
}
