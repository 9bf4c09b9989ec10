// A proposal: its words as they are written, what differs from the others, and what can be done with it.

import { fill, h, icon, setText, setVars } from "../dom.js";
import { dollars } from "../money.js";
import { Plan } from "./plan.js";
import { differing } from "./rows.js";
import { find, covers } from "./table.js";
import { T, fieldName } from "./texts.js";
import { chip } from "./value.js";

const SOME = 3;
/** Values of these kinds stand in the line of their element where they differ. */
const SHORT = new Set(["line", "whole", "choice"]);
/** Texts of more characters are folded. */
const LONG = 420;

export class Card {
  /** @param {import("./proposals.js").Proposals} desk */
  constructor(desk) {
    this.desk = desk;
    this.number = h("span", { class: "letter", "aria-hidden": "true" });
    this.state = h("span", {});
    this.title = h("h3", { class: "name", dir: "auto" });
    this.differs = h("p", { class: "tiny flush apart-in" });
    this.log = h("p", { class: "log", dir: "auto" });
    this.blend = h("input", { type: "checkbox", onchange: () => desk.blend(/** @type {string} */ (this.shown?.id), this.blend.checked) });
    this.choose = h("button", { class: "button", type: "button", onclick: () => desk.choose(/** @type {any} */ (this.shown)) });
    this.effect = h("p", { class: "tiny soft flush effect" });
    this.tick = h("label", { class: "tick" }, this.blend, T.blend);
    this.notes = h("p", { class: "small soft flush effect", dir: "auto" });
    this.foot = h("div", { class: "foot" }, this.notes, this.tick, this.choose, this.effect);
    this.rows = h("div", { class: "rows" });
    this.element = h("article", { class: "proposal" }, h("div", { class: "top" }, h("div", { class: "split" }, this.number, this.state), this.title, this.differs), this.log, this.foot);
    /** @type {Map<string, {element: HTMLElement, key: string}>} */
    this.made = new Map();
  }

  /** @param {import("./rows.js").Shown} shown @param {import("./rows.js").Row[]} rows */
  update(shown, rows) {
    const { page, stage } = this.desk;
    const number = shown.index + 1;
    this.shown = shown;
    this.plan = new Plan(page.plan.state, shown);
    const isWriting = shown.status === "writing";
    setText(this.number, String(number));
    this.element.setAttribute("aria-label", T.untitledProposal(number));
    this.element.dataset.proposal = shown.id ?? "";
    this.element.dataset.status = shown.status;
    isWriting ? this.element.setAttribute("aria-busy", "true") : this.element.removeAttribute("aria-busy");
    fill(this.state, this.chipOf(shown));
    setText(this.title, shown.values[`${stage}.title`] ?? T.untitledProposal(number));
    setText(this.differs, this.differing(rows));
    this.differs.hidden = !this.differs.textContent;
    setText(this.log, shown.values[`${stage}.logline`] ?? "");
    this.log.classList.toggle("none", !this.log.textContent);
    const last = isWriting ? Object.keys(shown.values).at(-1) : undefined;
    this.log.classList.toggle("writing", last === `${stage}.logline`);
    setVars(this.element, { rows: String(rows.length + 3) });
    this.put(rows, last);
    this.footOf(shown, number);
  }

  /** In which rows this proposal differs from the others; a title says that by itself. @param {import("./rows.js").Row[]} rows */
  differing(rows) {
    if (!rows.some(({ differs, same }) => differs || same) || this.shown?.values[`${this.desk.stage}.title`]) return "";
    const labels = differing(rows);
    return labels.length ? T.differsIn(labels.slice(0, SOME), labels.length - SOME) : T.differsNot;
  }

  /** @param {import("./rows.js").Shown} shown */
  chipOf({ status, cost_usd: cost, id }) {
    if (status === "writing") return chip("look", T.beingWritten);
    if (status === "selected") return chip("good", T.chosen, "check");
    if (status === "blended") return chip("look", T.blended);
    if (status === "rejected") return chip("", T.passed);
    return chip("good", cost ? `${T.written} · ${dollars(cost)}` : T.written, id ? "check" : undefined);
  }

  /** @param {import("./rows.js").Row[]} rows @param {string | undefined} last the path that is being written */
  put(rows, last) {
    for (const [path, { element }] of this.made) {
      if (!rows.some((row) => row.path === path)) (element.remove(), this.made.delete(path));
    }
    let before = this.log;
    for (const row of rows) {
      const isLast = last !== undefined && covers(row.path, last);
      const own = Object.entries(this.shown?.values ?? {}).filter(([path]) => covers(row.path, path));
      const key = JSON.stringify([this.desk.mayChoose(), this.desk.opened.has(row.path), row.differs, row.same, own, isLast, row.marks?.map((one) => [...one]), this.shown?.id, this.desk.pickOf(row.path) === this.shown?.id, this.desk.pickedBelow(row.path, this.shown?.id)]);
      const made = this.made.get(row.path);
      if (made?.key !== key) {
        const element = this.row(row, own.length > 0, isLast);
        const open = made && [...made.element.querySelectorAll("details[open]")].map((one) => /** @type {HTMLElement} */ (one).dataset.path);
        if (made) made.element.replaceWith(element);
        else before.after(element);
        for (const path of open ?? []) element.querySelector(`details[data-path="${CSS.escape(/** @type {string} */ (path))}"]`)?.setAttribute("open", "");
        if (made && !made.element.querySelector("p, li") && own.length) element.classList.add("fresh");
        this.made.set(row.path, { element, key });
      }
      before = /** @type {any} */ (this.made.get(row.path)).element;
    }
  }

  /** Rows alone, as this card shows them of a proposal. @param {import("./rows.js").Shown} shown @param {import("./rows.js").Row[]} rows */
  rowsOf(shown, rows) {
    this.shown = { ...shown, id: null };
    this.plan = new Plan(this.desk.page.plan.state, shown);
    return rows.map((row) => this.row({ ...row, same: false }, true, false));
  }

  /** @param {import("./rows.js").Row} row @param {boolean} isThere @param {boolean} isLast */
  row(row, isThere, isLast) {
    const kind = row.differs ? "pfield differs" : row.same ? "pfield same" : "pfield";
    const label = h("span", { class: "label" }, row.label, row.differs && h("span", { class: "unseen" }, T.differs));
    if (!isThere) return h("div", { class: "pfield" }, label, this.shown?.status === "writing" && h("span", { class: "tocome short" }));
    const body = row.collection ? this.list(row.path, row.collection, row.marks ?? [])
      : this.words(row, isLast);
    return h("div", { class: row.collection || row.field?.kind === "text" ? `${kind} wide` : kind }, label, this.take(row.path, row.label), body);
  }

  /** A long text is folded, in all cards at once, so that the eye still compares across. @param {import("./rows.js").Row} row @param {boolean} isLast */
  words(row, isLast) {
    const text = this.plan?.text(/** @type {any} */ (row.field), this.shown?.values[row.path]) ?? "";
    const isOpen = this.desk.opened.has(row.path);
    const isFolded = text.length > LONG && !isLast;
    return [h("p", { dir: "auto", class: isLast ? "writing" : isFolded && !isOpen ? "folded" : "" }, text),
      isFolded && h("button", { class: "take unfold", type: "button", "aria-expanded": String(isOpen), dataset: { unfold: row.path }, onclick: () => this.desk.unfold(row.path, this.element) }, isOpen ? T.less : T.readAll)];
  }

  /** @param {string} path @param {import("./table.js").Collection} collection @param {Set<string>[]} marks the fields that differ, by place */
  list(path, collection, marks) {
    const plan = /** @type {Plan} */ (this.plan);
    return h("ul", { class: "plain names" }, plan.ids(path).map((id, index) => {
      const element = `${path}.${id}`;
      const differ = marks[index] ?? new Set();
      const value = (/** @type {string} */ name) => this.shown?.values[`${element}.${name}`];
      const line = value(collection.line ?? "");
      const short = collection.fields.filter(({ name, kind }) => differ.has(name) && SHORT.has(kind) && name !== collection.title && name !== collection.line && value(name) !== undefined);
      const long = collection.fields.filter(({ name, kind }) => differ.has(name) && !SHORT.has(kind) && kind !== "ref" && name !== collection.line && name !== collection.title).map(({ name }) => fieldName(name, collection.name));
      const isNamed = collection.fields.some(({ name, kind }) => differ.has(name) && (name === collection.title || kind === "ref"));
      const fold = h("details", { dataset: { path: element } }, h("summary", {}, h("b", { dir: "auto", class: isNamed ? "differs" : "" }, plan.nameOf(element)), differ.size > 0 && h("span", { class: "unseen" }, ` ${T.differs}`),
        line && h("span", { dir: "auto", class: differ.has(collection.line ?? "") ? "differs" : "" }, ` ${line}`), short.map((field) => h("span", { dir: "auto", class: "differs" }, ` · ${fieldName(field.name, collection.name)} ${plan.text(field, value(field.name))}`)), long.length > 0 && h("span", { class: "differs tiny" }, ` · ≠ ${long.length > SOME ? T.fieldsOf(long.length) : long.join(", ")}`)));
      fold.addEventListener("toggle", () => fold.open && fold.children.length === 1 && fold.append(this.inside(element, differ)));
      return h("li", {}, fold);
    }));
  }

  /** All that the proposal says of one element, in the order of its fields. @param {string} element @param {Set<string>} differ */
  inside(element, differ) {
    const own = (find(element).collection?.fields ?? []).filter(({ name }) => this.shown?.values[`${element}.${name}`] !== undefined);
    const scenes = this.plan?.ids(`${element}.scenes`) ?? [];
    return h("div", { class: "inside" }, this.take(element, this.plan?.nameOf(element) ?? ""), h("dl", {},
      own.map((field) => h("div", {}, h("dt", { class: differ.has(field.name) ? "differs" : "" }, fieldName(field.name, find(element).collection?.name ?? ""), differ.has(field.name) && h("span", { class: "unseen" }, ` ${T.differs}`)),
        h("dd", { dir: "auto" }, this.plan?.text(field, this.shown?.values[`${element}.${field.name}`])))),
      scenes.map((id, index) => h("div", {}, h("dt", {}, T.nth("scenes", index + 1)), h("dd", { dir: "auto" }, this.shown?.values[`${element}.scenes.${id}.summary`])))));
  }

  /** @param {string} path @param {string} what */
  take(path, what) {
    const { desk, shown } = this;
    if (!shown?.id || !desk.mayTake() || shown.status === "blended") return null;
    const isTaken = desk.pickOf(path) === shown.id;
    return h("button", { class: "take", type: "button", "aria-pressed": String(isTaken), "aria-label": T.takeLabel(what, shown.index + 1), dataset: { take: path },
      onclick: () => desk.pick(path, /** @type {string} */ (shown.id)) }, isTaken && icon("check"), isTaken ? T.taken : T.take);
  }

  /** @param {import("./rows.js").Shown} shown @param {number} number */
  footOf(shown, number) {
    const { desk } = this;
    const isOpen = shown.id !== null && desk.mayChoose() && shown.status !== "blended";
    const notes = (shown.notes ?? []).filter((one) => !desk.said?.has(one));
    setText(this.notes, notes.join(" "));
    this.notes.hidden = !notes.length;
    this.tick.hidden = !isOpen || !desk.mayBlend();
    this.blend.setAttribute("aria-label", T.blendLabel(number));
    this.blend.checked = desk.blends.has(/** @type {string} */ (shown.id));
    this.choose.hidden = !(desk.mayChoose() || shown.id === null) || shown.status === "blended" || shown.status === "selected";
    this.choose.disabled = shown.id === null;
    this.choose.classList.toggle("primary", isOpen);
    setText(this.choose, shown.id ? T.choose : T.chooseWhen);
    this.choose.setAttribute("aria-label", `${this.choose.textContent}: ${this.title.textContent}`);
    const drawn = desk.page.plan.labels(shown.drawn_from ?? []);
    const assumed = desk.page.plan.labels(shown.assumed ?? []).slice(0, SOME);
    setText(this.effect, [isOpen ? desk.effectOf(shown) : "", assumed.length ? T.assumed(assumed) : "",
      drawn.length ? `${T.drawnFrom(drawn.slice(0, SOME).join(", "))}${drawn.length > SOME ? " …" : "."}` : ""].filter(Boolean).join(" "));
  }
}
