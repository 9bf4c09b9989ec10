// The texts that a chapter has had: who wrote each and when, what differs, and the way back to it.

import { fill, h, icon } from "../dom.js";
import { when } from "../genesis/past.js";
import { chip } from "../genesis/value.js";
import { readVersion, restoreVersion } from "./api.js";
import { compared } from "./compare.js";
import { N } from "./texts.js";

export class Versions {
  /** @param {import("./chapter_view.js").ChapterView} view */
  constructor(view) {
    this.view = view;
    this.shut = h("button", { class: "iconic", type: "button", "aria-label": N.closeVersions, onclick: () => this.close(true) }, icon("close"));
    this.list = h("ol", { class: "past" });
    this.element = h("aside", { class: "drawer versions-drawer", hidden: true, "aria-labelledby": "versions-title" }, h("header", {}, h("h3", { id: "versions-title" }, N.versionsTitle), this.shut), this.list);
    this.element.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && this.close(true));
    /** @type {Map<number, string>} texts that are shown */
    this.texts = new Map();
  }

  /** @param {HTMLElement} button */
  toggle(button) {
    if (!this.element.hidden) return this.close(true);
    this.button = button;
    this.element.hidden = false;
    this.element.parentElement?.classList.add("with-versions");
    this.update();
    this.shut.focus();
  }

  /** @param {boolean} focus */
  close(focus) {
    this.element.hidden = true;
    this.element.parentElement?.classList.remove("with-versions");
    if (!focus) return;
    // The button is made anew as the chapter changes.
    const again = this.button?.isConnected ? this.button : this.view.tools.lastElementChild;
    /** @type {HTMLElement | null} */ (again)?.focus();
  }

  update() {
    if (this.element.hidden) return;
    const { history, chapter, isWriting } = this.view;
    const key = JSON.stringify([history.map(({ version }) => version), chapter?.version, isWriting, [...this.texts.keys()]]);
    if (key === this.shown) return;
    this.shown = key;
    fill(this.list, history.map((one, index) => this.item(one, index)));
  }

  /** @param {import("./api.js").Version} one @param {number} index */
  item(one, index) {
    const { made_from: from, version } = one;
    const name = N.version(version);
    const text = this.texts.get(version);
    const button = (/** @type {string} */ label, /** @type {() => any} */ onclick, kind = "") => h("button", { class: `button small ${kind}`, type: "button", onclick, "aria-label": `${label}: ${name}` }, label);
    return h("li", { dataset: { version } },
      h("span", { class: "when" }, one.by === "person" ? chip("you", N.by.person, "person") : chip("", N.by.ai, "content"), `${when(one.created_at)}${index ? "" : ` · ${N.now}`}`),
      h("b", {}, name, " ", h("span", { class: "soft num" }, `· ${N.words(one.words)}${from.restored ? ` · ${N.restored(from.restored)}` : ""}`)),
      from.instruction && h("span", { class: "soft", dir: "auto" }, N.wishWas(from.instruction)),
      index > 0 && h("span", { class: "row" }, button(text === undefined ? N.show : N.hide, () => this.show(version), "quiet"), !this.view.isWriting && button(N.bringBack, () => this.bringBack(version))),
      index > 0 && text !== undefined && h("div", { class: "old-text", dir: "auto" }, h("p", { class: "tiny soft flush" }, N.differs), compared(text, this.view.chapter?.text ?? "")));
  }

  /** @param {number} version */
  async show(version) {
    if (this.texts.delete(version)) return this.update();
    const found = await this.view.page.attempt(() => readVersion(this.view.page.id, this.view.number, version));
    if (!found) return;
    this.texts.set(version, found.text ?? "");
    this.update();
    /** @type {HTMLElement | null} */ (this.list.querySelector(`[data-version="${version}"] button`))?.focus();
  }

  /** @param {number} version */
  async bringBack(version) {
    const { page, number } = this.view;
    const done = await page.attempt(() => restoreVersion(page.id, number, version));
    if (!done) return;
    this.view.take(done);
    await this.view.read();
    this.shut.focus();
  }
}
