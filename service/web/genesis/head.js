// The head of a session: its name, whether it is heard, what it has cost, and what can be done with the whole.

import { confirm, form } from "../dialog.js";
import { fill, h, icon, setText } from "../dom.js";
import { numberOf, paragraph } from "../fields.js";
import { dollars } from "../money.js";
import { MODES, T } from "./texts.js";

export class Head {
  /** @param {import("./session_page.js").SessionPage} page */
  constructor(page) {
    this.page = page;
    this.eyebrow = h("p", { class: "eyebrow" });
    this.title = h("h1", { dir: "auto" });
    this.mode = h("p", { class: "mode", dataset: { mode: "connecting" } }, MODES.connecting);
    this.sum = h("span", { class: "num" });
    this.meter = h("meter", { min: 0, hidden: true });
    this.menu = h("div", { class: "menu-list" });
    this.fold = h("details", { class: "menu" }, h("summary", { class: "iconic", "aria-label": T.more }, icon("more")), this.menu);
    this.fold.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && this.shut(true));
    this.fold.addEventListener("focusout", (/** @type {FocusEvent} */ event) => {
      if (event.relatedTarget && !this.fold.contains(event.relatedTarget)) this.shut(false);
    });
    this.tabs = T.views.map(([view, name]) => {
      const count = h("span", { class: "chip look", hidden: true });
      return { view, count, link: h("a", { href: page.address(page.stage, view) }, name, count) };
    });
    this.notes = h("div", { class: "stack s05 head-notes" });
    this.element = h("header", {}, h("div", { class: "workhead" }, h("div", {}, this.eyebrow, this.title),
      h("div", { class: "facts" }, this.mode, h("div", { class: "spent" }, this.sum, this.meter), this.fold)), this.notes,
    h("nav", { class: "tabs", "aria-label": T.thisNovel }, this.tabs.map(({ link }) => link)));
  }

  /** @param {boolean} focus */
  shut(focus) {
    this.fold.open = false;
    if (focus) this.fold.querySelector("summary").focus();
  }

  /** @param {string} mode */
  hear(mode) {
    this.mode.dataset.mode = mode;
    setText(this.mode, MODES[mode]);
    this.update();
  }

  update() {
    const { plan, stage, view } = this.page;
    const { state } = plan;
    setText(this.eyebrow, T.making(state.mode));
    setText(this.title, titleOf(state));
    const sum = T.spent(dollars(state.spend.cost_usd), state.budget_usd ? dollars(state.budget_usd) : null);
    setText(this.sum, sum);
    this.meter.hidden = !state.budget_usd;
    Object.assign(this.meter, { max: state.budget_usd ?? 1, high: 0.95 * (state.budget_usd ?? 1), low: 0.75 * (state.budget_usd ?? 1), optimum: 0, value: state.spend.cost_usd });
    this.meter.setAttribute("aria-label", T.spentLabel(sum));
    for (const tab of this.tabs) {
      tab.link.setAttribute("href", this.page.address(stage, tab.view));
      tab.view === view ? tab.link.setAttribute("aria-current", "page") : tab.link.removeAttribute("aria-current");
      tab.count.hidden = tab.view !== "findings" || !state.findings.length;
      setText(tab.count, String(state.findings.length));
    }
    this.remind();
    const key = JSON.stringify([state.available_actions, state.mode, state.budget_usd, stage]);
    if (key !== this.shown) fill(this.menu, this.items());
    this.shown = key;
    this.fold.hidden = !this.menu.children.length;
  }

  /** What the person must know of the whole: that it has ended, sleeps soon, or cannot be reached. */
  remind() {
    const { plan } = this.page;
    const { state } = plan;
    const away = this.mode.dataset.mode === "away";
    const parts = [away && note(T.away, T.awayText), state.status !== "active" && note("", T.ends[state.status], state.novel_id ? h("a", { class: "button small", href: `#/novel/${state.novel_id}` }, T.openNovel) : plan.may("EXTEND_GENESIS") && this.button(T.wake, () => this.page.send("EXTEND_GENESIS", {}))),
      state.status === "active" && state.reminded_at && note("", T.sleeps(new Date(state.expires_at).toLocaleDateString("en", { day: "numeric", month: "long" })), this.button(T.extend, () => this.page.send("EXTEND_GENESIS", {})))].filter(Boolean);
    const key = JSON.stringify([away, state.status, state.reminded_at, state.novel_id]);
    if (key !== this.reminded) fill(this.notes, parts);
    this.reminded = key;
  }

  /** @param {string} label @param {() => any} onclick @param {string} [kind] */
  button = (label, onclick, kind = "small") => h("button", { class: `button ${kind}`, type: "button", onclick: () => (this.shut(false), onclick()) }, label);

  items() {
    const { page } = this;
    const { plan } = page;
    const item = (/** @type {string} */ label, /** @type {() => any} */ onclick) => this.button(label, onclick, "quiet");
    const other = plan.state.mode === "guided" ? "free_form" : "guided";
    return [plan.may("SET_BUDGET") && item(T.budget, () => this.setBudget()),
      plan.may("IMPORT_MATERIAL") && item(T.bring, () => this.bring()),
      plan.state.mode === "free_form" && plan.state.current_stage !== page.stage && plan.may("NAVIGATE", page.stage) && item(T.workHere, () => page.send("NAVIGATE", { stage: page.stage })),
      plan.may("SWITCH_MODE") && item(other === "guided" ? T.toGuided : T.toFree, () => page.send("SWITCH_MODE", { mode: other })),
      plan.state.status === "active" && plan.may("EXTEND_GENESIS") && item(T.extend, () => page.send("EXTEND_GENESIS", {})),
      item(T.keysItem, () => page.keys.show()), plan.may("ABANDON_GENESIS") && item(T.abandon, () => this.abandon())];
  }

  setBudget() {
    const cap = h("input", { inputmode: "decimal", autocomplete: "off", "aria-label": T.budgetLabel });
    cap.value = this.page.plan.state.budget_usd ?? "";
    return form({ title: T.budgetTitle, body: [h("p", {}, T.budgetText), h("div", { class: "money" }, h("span", { "aria-hidden": "true" }, "$"), cap)],
      answers: [{ value: "keep", label: T.budgetKeep, main: true }], act: () => this.page.command("SET_BUDGET", { budget_usd: numberOf(cap) }) });
  }

  bring() {
    const text = paragraph({ rows: 10, "aria-label": T.bringTitle, dir: "auto", required: true });
    return form({ title: T.bringTitle, body: [h("p", {}, T.bringText), text], answers: [{ value: "bring", label: T.bringYes, main: true }],
      act: () => this.page.command("IMPORT_MATERIAL", { text: text.value }) });
  }

  async abandon() {
    const sure = await confirm({ title: T.abandonTitle, text: T.abandonText, yes: T.abandonYes, no: T.abandonNo });
    if (sure) await this.page.send("ABANDON_GENESIS", {});
  }
}

/** A title that is the beginning of the spark says that it goes on. @param {import("./log.js").State} state */
const titleOf = ({ title, inspiration }) => (title ? (title.length < inspiration.length && inspiration.startsWith(title) ? `${title}…` : title) : T.untitled);

/** @param {string} title @param {string} text @param {any} [action] */
const note = (title, text, action) => h("div", { class: "problem mildly" }, title && h("b", {}, `${title}. `), h("span", { class: "small" }, text), action && h("div", { class: "row" }, action));
