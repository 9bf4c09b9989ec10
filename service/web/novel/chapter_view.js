// One chapter: its words as they are written, what can be done with them, and how they came about.

import { ApiError } from "../client.js";
import { fill, h, icon, setText } from "../dom.js";
import { dollars } from "../money.js";
import { cancelChapter, estimateChapter, listVersions, readChapter, readVersion } from "./api.js";
import { DraftForm } from "./draft_form.js";
import { Editor, draftOf } from "./editor.js";
import { askPassage, passageOf } from "./passage.js";
import { codePoints, paragraphsOf, selectedIn, showProse } from "./prose.js";
import { N } from "./texts.js";
import { Versions } from "./versions.js";

const OFFLINE = "storytroupe-synopsis";
const SOME = 60;

export class ChapterView {
  /** @param {import("./novel_page.js").NovelPage} page @param {number} number @param {import("./text_view.js").TextView} desk */
  constructor(page, number, desk) {
    this.page = page;
    this.number = number;
    this.desk = desk;
    this.plan = page.state.outline.chapters[number - 1];
    /** @type {import("./api.js").Chapter | undefined} */
    this.chapter = undefined;
    /** @type {import("./api.js").Version[]} */
    this.history = [];
    /** @type {Set<string>} paragraphs that are the person's own */
    this.mine = new Set();
    this.over = new AbortController();
    this.versions = new Versions(this);
    this.form = new DraftForm(this);
    this.title = h("h2", { id: "chapter-title", tabindex: "-1", dir: "auto" }, this.plan.title ?? N.untitled(number));
    this.facts = h("p", { class: "small soft flush" });
    this.prose = h("div", { class: "prose" });
    this.present = h("details", { class: "present", hidden: true }, h("summary", { class: "small" }), h("div", { class: "prose small" }));
    this.failed = h("div", { class: "problem", role: "alert", hidden: true });
    this.emptyText = h("p", { class: "soft flush" });
    this.empty = h("div", { class: "emptyland", hidden: true }, icon("content"), h("h3", {}, N.notYet), this.emptyText);
    this.edit = h("div", { hidden: true });
    this.tools = h("div", { class: "row tools" });
    this.picked = h("div", { class: "tray picked-passage", hidden: true });
    this.bar = this.makeBar();
    const next = number < desk.count && desk.link(number + 1, { class: "button quiet next" }, N.next(number + 1, page.titleOf(number + 1)), icon("right"));
    this.element = h("article", { class: "sheet manuscript", "aria-labelledby": "chapter-title" },
      h("header", {}, h("p", { class: "eyebrow flush" }, N.chapter(number)), this.title, this.facts, this.tools), this.failed, this.empty, this.prose, this.present, this.edit, this.form.element, this.picked, this.bar, next && h("p", { class: "row end flush" }, next));
    document.addEventListener("selectionchange", () => this.pick(), { signal: this.over.signal });
    this.read();
  }

  makeBar() {
    this.barWords = h("strong", {});
    this.barCount = h("span", { class: "soft num" });
    this.barProgress = h("progress", { max: 100 });
    this.stop = h("button", { class: "button small", type: "button", "aria-label": N.stopLabel, onclick: () => this.cancel() }, icon("stop"), N.stop);
    return h("div", { class: "goingon", role: "group", "aria-label": N.stopLabel, hidden: true }, h("div", { class: "text" }, this.barWords, " ", this.barCount, this.barProgress), this.stop);
  }

  leave() {
    this.over.abort();
    this.form.keep();
  }

  get now() {
    return this.page.state.chapters[this.number] ?? { status: "planned", version: 0, words: 0 };
  }

  get isWriting() {
    return this.now.status === "generating";
  }

  /** Whether there is a newer text, which is being read: what is shown stays until it is there, so that nothing moves. */
  get isComing() {
    return this.now.version > (this.chapter?.version ?? 0);
  }

  /** Whether only a synopsis can be had. */
  get isOffline() {
    return this.estimate?.model.startsWith(OFFLINE) ?? false;
  }

  /** What a draft would cost, to stand behind a label. @param {number} [calls] */
  price(calls = this.estimate?.calls ?? 1) {
    if (!this.estimate) return "";
    const usd = (this.estimate.usd / Math.max(1, this.estimate.calls)) * calls;
    return usd === 0 ? `, ${N.free}` : `, about ${dollars(usd)}`;
  }

  // -- what is read

  async read() {
    const { id } = this.page;
    this.wanted = this.now.version;
    try {
      const [chapter, history, estimate] = await Promise.all([readChapter(id, this.number), listVersions(id, this.number), this.estimate ?? estimateChapter(id, this.number)]);
      if (this.over.signal.aborted) return;
      if (this.isTroubled) this.page.tell("");
      Object.assign(this, { history, estimate, isTroubled: false });
      this.take(chapter);
      this.mine = await this.ownWords();
      if (draftOf(id, this.number) && !this.editor) this.write();
      this.update();
    } catch (fault) {
      if (!(fault instanceof ApiError)) throw fault;
      // It is read again as soon as the service is heard of.
      this.wanted = undefined;
      this.isTroubled = true;
      this.page.tell(fault.message);
    }
  }

  /** A text as it was read or kept. @param {import("./api.js").Chapter} chapter */
  take(chapter) {
    if (this.chapter && chapter.version < this.chapter.version) return;
    this.chapter = chapter;
    this.paragraphs = paragraphsOf(chapter.text ?? "");
    this.update();
  }

  /** The paragraphs that the person wrote: those that the newest text of the troupe does not have. */
  async ownWords() {
    if (this.history[0]?.by !== "person") return new Set();
    const theirs = this.history.find(({ by }) => by === "ai");
    const known = new Set(theirs ? paragraphsOf((await readVersion(this.page.id, this.number, theirs.version)).text ?? "").map(({ text }) => text) : []);
    return new Set((this.paragraphs ?? []).map(({ text }) => text).filter((text) => !known.has(text)));
  }

  // -- what is shown

  update() {
    const { status, version } = this.now;
    if (this.wanted !== version && (this.isComing || !this.chapter)) this.read();
    if (!this.chapter) return;
    const isBusy = this.isWriting || this.isComing;
    const isEditing = Boolean(this.editor);
    this.prose.hidden = isEditing;
    setText(this.emptyText, this.isOffline ? N.notYetOffline : N.notYetText);
    this.empty.hidden = isBusy || isEditing || Boolean(this.chapter.version);
    this.form.update();
    this.form.element.hidden = isBusy || isEditing;
    this.failed.hidden = status !== "failed";
    if (status === "failed") this.showFailed();
    this.showFacts();
    this.showTools();
    this.showWriting();
    this.versions.update();
  }

  showFailed() {
    const error = this.page.state.jobs[`chapter_${this.number}`]?.error;
    const key = JSON.stringify(error);
    if (key === this.failure) return;
    this.failure = key;
    fill(this.failed, h("h3", {}, N.failed), h("p", { class: "small flush", dir: "auto" }, `${error?.message ?? ""} ${N.failedText}`));
  }

  showFacts() {
    const { version, made_from: from } = /** @type {import("./api.js").Chapter} */ (this.chapter);
    const by = this.history.find((one) => one.version === version)?.by;
    const person = this.page.state.bible.people.find((/** @type {any} */ { id }) => id === this.plan.pov);
    const parts = [version > 0 && N.version(version), version > 0 && by && (from.model?.startsWith(OFFLINE) ? N.summed : N.by[by]), from.restored && N.restored(from.restored), person?.name && N.sees(person.name)].filter(Boolean);
    const key = JSON.stringify([parts, this.mine.size > 0]);
    if (key === this.told) return;
    this.told = key;
    fill(this.facts, parts.join(" · "), this.mine.size > 0 && [" · ", h("span", { class: "yours" }, N.yours)], " ", h("a", { class: "jump", href: "#plan", onclick: (/** @type {Event} */ event) => {
      event.preventDefault();
      this.desk.plan?.element.scrollIntoView();
      this.desk.plan?.element.focus({ preventScroll: true });
    } }, N.toPlan));
  }

  showTools() {
    const { version } = /** @type {import("./api.js").Chapter} */ (this.chapter);
    const key = [version, this.isWriting, Boolean(this.editor), this.isOffline, this.history.length].join();
    if (key === this.tooled) return;
    this.tooled = key;
    const button = (/** @type {string} */ label, /** @type {(event: Event) => any} */ onclick, sign = "") => h("button", { class: "button small", type: "button", onclick }, sign && icon(sign), label);
    const isFree = !this.isWriting && !this.editor;
    fill(this.tools, isFree && button(version ? N.edit : N.mine, () => this.write(true), "pencil"), isFree && version > 0 && !this.isOffline && button(N.passage, () => this.passage(), "again"),
      this.history.length > 0 && button(N.versions(this.history.length), (event) => this.versions.toggle(/** @type {HTMLElement} */ (event.currentTarget)), "clock"));
  }

  /** The words: as they stand, or as they are being written. */
  showWriting() {
    const { page, number, chapter } = this;
    if (!chapter) return;
    this.bar.hidden = !this.isWriting;
    if (!this.isWriting && this.isComing) return;
    this.present.hidden = true;
    if (!this.isWriting) return showProse(this.prose, (this.paragraphs ?? []).map(({ text }) => text), { mine: this.mine });
    const scenes = page.log.writing[number] ?? [];
    const words = scenes.filter(Boolean).join("\n\n");
    const passage = passageOf(this);
    const text = passage ? `${chapter.text?.slice(0, passage.start)}${words || chapter.text?.slice(passage.start, passage.end)}${chapter.text?.slice(passage.end)}` : words;
    showProse(this.prose, paragraphsOf(text ?? "").map((one) => one.text), { mine: passage ? this.mine : undefined, writing: !passage });
    if (!passage && chapter.text) this.showPresent(chapter.text, chapter.version);
    this.showBar(scenes, words, Boolean(passage));
  }

  /** The text that stands until the new one is whole. @param {string} text @param {number} version */
  showPresent(text, version) {
    this.present.hidden = false;
    setText(/** @type {Element} */ (this.present.firstChild), N.present(version));
    showProse(/** @type {Element} */ (this.present.lastChild), paragraphsOf(text).map((one) => one.text));
  }

  /** @param {string[]} scenes @param {string} words @param {boolean} isPassage */
  showBar(scenes, words, isPassage) {
    const job = this.page.state.jobs[`chapter_${this.number}`];
    const percent = Math.max(this.page.log.progress[this.number] ?? 0, job?.progress ?? 0);
    const of = Math.max(1, this.plan.scenes.length), wanted = this.plan.scenes.reduce((/** @type {number} */ sum, /** @type {any} */ one) => sum + (one.words ?? 0), 0);
    setText(this.barWords, isPassage ? N.rewriting : scenes.length ? N.writing(Math.min(scenes.length, of), of) : job?.status === "retrying" ? N.again : N.begins);
    setText(this.barCount, words ? N.wordsOf(words.split(/\s+/).length, isPassage ? 0 : wanted) : "");
    this.barProgress.value = percent;
    this.barProgress.setAttribute("aria-label", N.percent(percent));
  }

  // -- what the person does

  /** Write in the chapter oneself. @param {boolean} [focus] */
  write(focus = false) {
    this.editor = new Editor(this, () => {
      this.editor = undefined;
      this.edit.hidden = true;
      fill(this.edit);
      this.update();
      this.read();
      this.title.focus({ preventScroll: true });
    });
    fill(this.edit, this.editor.element);
    this.edit.hidden = false;
    this.picked.hidden = true;
    this.update();
    if (focus) this.editor.begin();
  }

  async cancel() {
    await this.page.attempt(() => cancelChapter(this.page.id, this.number));
    this.title.focus({ preventScroll: true });
  }

  /** What is selected can be written again. */
  pick() {
    const found = this.editor || this.isWriting || this.isOffline || !this.chapter?.version ? null : selectedIn(this.prose, this.paragraphs ?? []);
    if (!found && this.picked.contains(document.activeElement)) return;
    this.selected = found;
    this.picked.hidden = !found;
    if (!found) return;
    const words = this.chapter?.text?.slice(found.start, found.end) ?? "";
    fill(this.picked, h("span", { class: "small", dir: "auto" }, N.selected(words.length > SOME ? `${words.slice(0, SOME).trimEnd()}…` : words)),
      h("button", { class: "button small primary", type: "button", onclick: () => this.passage() }, N.thisPassage));
  }

  async passage() {
    const { selected } = this;
    this.picked.hidden = true;
    await askPassage(this, selected ?? null);
  }

  /** Places as the service counts them. @param {{start: number, end: number}} span */
  counted({ start, end }) {
    const text = this.chapter?.text ?? "";
    return { start: codePoints(text, start), end: codePoints(text, end) };
  }
}
