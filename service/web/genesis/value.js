// One field: its words, who wrote them, its lock; written in place, with what happens to the words at each moment.

import { fill, h, icon, setText } from "../dom.js";
import { showApart } from "./apart.js";
import { control } from "./control.js";
import { find } from "./table.js";
import { T, fieldName } from "./texts.js";

const SOME = 3;
/** Texts of more characters have a line of their own. */
const LONG = 150;

export class ValueView {
  isLong = false;

  /** @param {import("./session_page.js").SessionPage} page @param {string} path */
  constructor(page, path) {
    this.page = page;
    this.path = path;
    page.values.set(path, this);
    const { field, collection, stage } = find(path);
    this.field = /** @type {import("./table.js").Field} */ (field);
    this.label = fieldName(this.field.name, collection?.name ?? stage);
    this.chips = h("span", { class: "chips" });
    this.words = h("div", { class: "words", dir: "auto" });
    this.because = h("p", { class: "because", hidden: true });
    this.desk = h("div", { class: "desk", hidden: true });
    this.told = h("p", { class: "told tiny soft" });
    this.apart = h("div", { class: "problem mildly apart", role: "alert", hidden: true });
    this.editButton = this.tool("pencil", () => this.open());
    this.lockButton = this.tool("unlock", () => this.lock());
    this.pastButton = this.tool("clock", () => page.showPast(path, this.pastButton));
    this.element = h("div", { class: "value", dataset: { value: path } },
      h("dt", {}, h("span", {}, this.label), this.chips),
      h("dd", {}, this.words, this.desk, this.told, this.apart, this.because),
      h("dd", { class: "tools" }, this.editButton, this.lockButton, this.pastButton));
    this.words.addEventListener("click", () => !getSelection()?.toString() && this.open());
    this.update();
  }

  /** @param {string} name @param {() => void} onclick */
  tool = (name, onclick) => h("button", { class: "iconic", type: "button", onclick }, icon(name));

  /** What it is called where the field alone would not say it. */
  get name() {
    return this.page.plan.label(this.path);
  }

  update() {
    const { plan, edits } = this.page;
    const record = plan.record(this.path);
    const draft = edits.drafts.get(this.path);
    const lock = plan.lockOf(this.path);
    const stale = plan.state.stages[find(this.path).stage].stale?.[this.path];
    const key = JSON.stringify([record, draft, lock, stale, plan.may("EDIT_STAGE", find(this.path).stage)]);
    if (key === this.shown) return this.refer();
    this.shown = key;
    this.element.classList.toggle("stale", Boolean(stale));
    this.element.classList.toggle("locked", Boolean(lock));
    const words = plan.text(this.field, draft ? draft.value : record?.value);
    this.element.classList.toggle("blank", !words);
    setText(this.words, words || T.addHere);
    this.isLong = words.length > LONG || (this.field.kind === "text" && !find(this.path).element);
    this.dress(record, lock, stale);
    this.because.hidden = !stale || plan.oneCause(find(this.path).stage) !== null;
    if (stale) setText(this.because, T.staleWhy(stale.slice(0, SOME).map((/** @type {string} */ path) => plan.label(path)).join(", ")));
    setText(this.told, draft ? stateOf(draft) : this.told.textContent ? T.saved : "");
    showApart(this, draft);
    if (this.control && !draft && !same(this.control.read(), record?.value)) this.control.set(record?.value);
  }

  /** The chips and the tools, where what they say has changed: not at each keystroke. @param {any} record @param {string | null} lock @param {string[] | undefined} stale */
  dress(record, lock, stale) {
    const { stage } = find(this.path);
    const key = JSON.stringify([record, lock, Boolean(stale), this.name, this.page.plan.may("EDIT_STAGE", stage)]);
    if (key === this.dressed) return;
    this.dressed = key;
    fill(this.chips, this.chipsOf(record, lock, stale));
    this.tools(lock);
  }

  /** Names of others may have changed. */
  refer() {
    if (this.field.kind !== "ref" && this.field.kind !== "refs") return;
    const value = this.page.edits.drafts.get(this.path)?.value ?? this.page.plan.value(this.path);
    setText(this.words, this.page.plan.text(this.field, value) || T.addHere);
  }

  /** @param {any} record @param {string | null} lock @param {string[] | undefined} stale */
  chipsOf(record, lock, stale) {
    const proposal = record?.by === "ai" && this.page.plan.state.stages[find(this.path).stage].proposals[record.proposal];
    const isEmpty = Array.isArray(record?.value) && !record.value.length;
    return [
      record?.by === "person" && chip("you", T.you, "person"),
      record?.by === "ai" && !isEmpty && chip("", proposal ? T.proposal(proposal.index + 1) : T.aProposal, "content"),
      lock && chip("lock", T.locked, "lock"), stale && chip("look", T.look),
      !record && this.field.needed && chip("look", T.needed),
    ];
  }

  /** @param {string | null} lock */
  tools(lock) {
    const { plan } = this.page;
    const { stage } = find(this.path);
    this.editButton.hidden = !plan.may("EDIT_STAGE", stage);
    this.editButton.disabled = Boolean(lock);
    this.editButton.setAttribute("aria-label", T.edit(this.name));
    this.lockButton.hidden = !plan.may("LOCK_FIELDS");
    this.lockButton.setAttribute("aria-pressed", String(Boolean(lock)));
    this.lockButton.setAttribute("aria-label", lock ? T.unlock(this.name) : T.lock(this.name));
    const sign = lock ? "lock" : "unlock";
    if (this.lockButton.dataset.sign !== sign) fill(this.lockButton, icon(sign));
    this.lockButton.dataset.sign = sign;
    this.pastButton.setAttribute("aria-label", T.historyOf(this.name));
  }

  lock() {
    const lock = this.page.plan.lockOf(this.path);
    return this.page.send(lock ? "UNLOCK_FIELDS" : "LOCK_FIELDS", { paths: [lock ?? this.path] });
  }

  // -- writing

  open() {
    const { plan, edits } = this.page;
    if (this.control || this.editButton.hidden || this.editButton.disabled) return;
    this.before = plan.value(this.path) ?? null;
    const draft = edits.drafts.get(this.path);
    this.control = control(this.field, draft ? draft.value : this.before, plan, this.name);
    const touched = plan.touched([this.path]);
    const { element, instant, hint } = this.control;
    element.addEventListener(instant ? "change" : "input", () => edits.write(this.path, this.control?.read(), instant ? 0 : undefined));
    element.addEventListener("focusout", () => edits.drafts.has(this.path) && edits.save());
    this.desk.onkeydown = (/** @type {KeyboardEvent} */ event) => this.key(event);
    fill(this.desk, element, hint && h("p", { class: "tiny soft flush" }, hint),
      h("div", { class: "row" },
        h("button", { class: "button small primary", type: "button", onclick: () => this.close() }, T.done),
        h("button", { class: "button small", type: "button", onclick: () => this.leave() }, T.leave),
        h("span", { class: "tiny soft hide-narrow" }, T.keys)),
      touched.length > 0 && h("p", { class: "tiny soft flush touches" },
        T.touches(touched.length, touched.slice(0, SOME).map((path) => plan.label(path)).join(", ") + (touched.length > SOME ? " …" : "."))));
    this.told.setAttribute("role", "status");
    setText(this.told, "");
    this.element.classList.add("open");
    this.words.hidden = true;
    this.desk.hidden = false;
    element.focus();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.isComposing) return;
    if (event.key === "Escape") (event.preventDefault(), event.stopPropagation(), this.leave());
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) (event.preventDefault(), this.close());
  }

  /** The words stand as they are written. */
  close() {
    if (!this.control) return;
    this.control = undefined;
    this.element.classList.remove("open");
    this.words.hidden = false;
    this.desk.hidden = true;
    fill(this.desk);
    this.page.edits.save();
    this.shown = undefined;
    this.update();
    this.editButton.focus();
  }

  /** The words are again what they were when the person began. */
  leave() {
    const { plan, edits } = this.page;
    const draft = edits.drafts.get(this.path);
    if (draft?.state === "refused") edits.drop(this.path);
    else if (!same(plan.value(this.path), this.before) || (draft && !same(draft.value, this.before))) edits.write(this.path, this.before, 0);
    this.close();
  }
}

/** @param {string} kind @param {string} text @param {string} [sign] */
export const chip = (kind, text, sign) => h("span", { class: `chip ${kind}` }, sign && icon(sign), text);

const same = (/** @type {any} */ a, /** @type {any} */ b) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/** @param {import("./edits.js").Draft} draft */
const stateOf = ({ state }) => ({ waiting: T.saving, saving: T.saving, away: T.waits, conflict: "", refused: "" })[state];
