// One step of a session: proposals to choose from, what the person says of them, and the words of the plan.

import { fill, h, setText } from "../dom.js";
import { Ask } from "./ask.js";
import { CollectionView } from "./collection.js";
import { GroupView } from "./group.js";
import { isBegun } from "./plan.js";
import { Proposals } from "./proposals.js";
import { Stale } from "./stale.js";
import { STAGES, TABLE } from "./table.js";
import { T } from "./texts.js";

const SOME = 4;

export class StageView {
  /** @param {import("./session_page.js").SessionPage} page @param {string} stage */
  constructor(page, stage) {
    this.page = page;
    this.stage = stage;
    this.proposals = new Proposals(page, stage);
    this.ask = new Ask(page, stage);
    this.stale = new Stale(page, stage);
    this.title = h("h2", { id: "words-title", tabindex: "-1" }, T.stages[stage]);
    this.note = h("p", { class: "soft flush" });
    this.failed = h("div", { class: "problem", role: "alert", hidden: true });
    this.fields = new GroupView(page, stage, TABLE[stage].fields);
    this.lists = TABLE[stage].collections.map((one) => new CollectionView(page, `${stage}.${one.name}`, one));
    this.sheet = h("section", { class: "sheet person" }, this.fields.element);
    this.words = h("section", { class: "stack", "aria-labelledby": "words-title" }, this.sheet, this.lists.map(({ element }) => element));
    this.act = h("div", { class: "row" });
    this.actWords = h("p", { class: "small soft flush" });
    this.confirm = h("section", { class: "sheet split confirm" }, this.actWords, this.act);
    this.again = h("details", { class: "others" }, h("summary", {}, T.others));
    this.again.addEventListener("toggle", () => this.again.open && this.update());
    this.above = h("div", { class: "stack" });
    this.element = h("div", { class: "stack step" }, h("div", {}, this.title, this.note), this.failed, this.stale.element, this.above, this.words, this.confirm, this.again);
  }

  update() {
    const { plan } = this.page;
    const one = plan.state.stages[this.stage];
    const isOpen = plan.may("EDIT_STAGE", this.stage);
    const isEmpty = !isBegun(one) && !this.isWriting();
    const isChoosing = one.status === "proposing" || one.status === "choosing";
    const before = STAGES[STAGES.indexOf(this.stage) - 1];
    const isUnreached = !isOpen && plan.state.status === "active" && plan.state.stages[before]?.status !== "confirmed";
    const note = isUnreached ? T.unreached(before) : isEmpty && !isChoosing ? T.nothingHere(this.stage) : one.status === "confirmed" && isOpen ? T.reopenText : "";
    setText(this.note, note);
    this.note.hidden = !note;
    this.title.classList.toggle("unseen", isChoosing && isEmpty);
    this.showFailed(one);
    this.stale.update();
    this.arrange(isChoosing);
    if (this.again.open || isChoosing || this.proposals.element.parentElement === this.above) this.proposals.update();
    if (this.leads && isChoosing) (this.leads = false), this.proposals.lead();
    this.ask.update();
    const isShown = !isEmpty || this.wantsToWrite === true;
    this.words.hidden = !isShown;
    this.sheet.hidden = TABLE[this.stage].fields.length === 0;
    if (isShown) for (const part of [this.fields, ...this.lists]) part.update();
    this.showConfirm(one, before);
  }

  isWriting = () => [...this.page.edits.drafts.keys()].some((path) => path.startsWith(`${this.stage}.`));

  /** While there is something to choose, that comes first; afterwards the words do. @param {boolean} isChoosing */
  arrange(isChoosing) {
    const one = this.page.plan.state.stages[this.stage];
    const isEmpty = !isBegun(one) && !Object.keys(one.proposals).length;
    const home = isChoosing || isEmpty ? this.above : this.again;
    for (const part of [this.proposals.element, this.ask.element]) if (part.parentElement !== home) home.append(part);
    this.again.hidden = home !== this.again || !(this.page.plan.may("GENERATE_INSPIRATION", this.stage) || Object.keys(one.proposals).length > 0);
  }

  /** A round that failed says so; the rest of the plan stays usable. @param {any} one */
  showFailed(one) {
    const job = this.page.plan.state.jobs[`${this.stage}_${one.round}`];
    const isOver = job?.status === "failed" && one.status !== "proposing";
    this.failed.hidden = !isOver;
    if (isOver) fill(this.failed, h("h3", {}, T.failed), h("p", { class: "small flush" }, `${job.error?.message ?? ""} ${T.failedText}`));
  }

  /** @param {any} one @param {string} before */
  showConfirm(one, before) {
    const { page } = this;
    const { plan } = page;
    const missing = plan.state.progress.missing[this.stage] ?? [];
    const mayConfirm = plan.may("CONFIRM_STAGE", this.stage);
    const mayReopen = plan.may("REOPEN_STAGE", this.stage);
    const mayFinish = plan.may("FINISH_GENESIS");
    const begun = isBegun(one);
    this.confirm.classList.toggle("ready", mayConfirm || mayFinish);
    this.confirm.hidden = !(mayConfirm || mayReopen || (begun && missing.length && plan.may("EDIT_STAGE", this.stage)));
    const next = plan.state.mode === "guided" ? STAGES[STAGES.indexOf(this.stage) + 1] : undefined;
    const begins = next && plan.state.stages[next].status === "empty";
    const words = mayFinish ? [T.finishText] : mayConfirm ? [begins || !next ? T.confirmThen(next, page.prices.words(this.stage, "confirm")) : "", plan.stale(this.stage).length ? T.confirmStale : ""]
      : missing.length && begun ? [T.confirmMissing(missing.slice(0, SOME).map((/** @type {string} */ path) => plan.label(path).replace(`${T.stages[this.stage]} · `, "")), Math.max(0, missing.length - SOME))] : [];
    setText(this.actWords, words.filter(Boolean).join(" "));
    const key = [mayConfirm, mayReopen, mayFinish, plan.state.is_pending, before].join();
    if (key === this.shown) return;
    this.shown = key;
    const button = (/** @type {string} */ label, /** @type {() => any} */ onclick, kind = "") => h("button", { class: `button ${kind}`, type: "button", onclick }, label);
    fill(this.act, mayReopen && button(T.reopen(this.stage), () => page.send("REOPEN_STAGE", { stage: this.stage })),
      mayConfirm && button(T.confirm(this.stage), () => this.confirmIt(), "primary"),
      mayFinish && button(T.finish, () => page.finish(), "primary"));
  }

  async confirmIt() {
    await this.page.edits.save();
    await this.page.send("CONFIRM_STAGE", { stage: this.stage });
  }

  /** Lead the person to the proposals that are asked for. */
  lead() {
    this.leads = true;
    this.update();
  }

  /** Show the empty fields, to be written by the person. */
  write() {
    this.wantsToWrite = true;
    this.update();
    this.words.scrollIntoView({ block: "start" });
    this.words.querySelector("button:not([hidden])")?.focus();
  }

  /** Open all that a path is in, and show it. @param {string} path */
  find(path) {
    const parts = path.split(".");
    for (let length = 2; length <= parts.length; length += 1) {
      const at = this.words.querySelector(`details[data-value="${CSS.escape(parts.slice(0, length).join("."))}"]`);
      if (at) (at.open = true), this.build(at);
    }
    const value = this.words.querySelector(`[data-value="${CSS.escape(path)}"]`);
    value?.scrollIntoView({ block: "center" });
    value?.querySelector("button, summary")?.focus({ preventScroll: true });
  }

  /** The toggle of a fold comes later than its opening. @param {HTMLElement} fold */
  build(fold) {
    fold.dispatchEvent(new Event("toggle"));
  }
}
