// The page behind a link: somebody without an account chooses among the proposals for which a session waits.

import { ApiError } from "../client.js";
import { fill, h, icon } from "../dom.js";
import { byLink } from "./api.js";
import { Card } from "./card.js";
import { Choice } from "./choice.js";
import { place } from "./group.js";
import { Plan } from "./plan.js";
import { rowsOf } from "./rows.js";
import { STAGES } from "./table.js";
import { T } from "./texts.js";

/** @type {import("../app.js").Page} */
export async function choosePage(at, address, id) {
  try {
    const shown = await byLink(id, address);
    const page = new Choose(id, address, shown);
    fill(at, page.element);
    return { title: T.chooseTitle(shown.title) };
  } catch (fault) {
    if (!(fault instanceof ApiError) || fault.status !== 401) throw fault;
    fill(at, notice(T.choiceExpired, ""));
    return { title: T.choiceExpired };
  }
}

/** What a card asks of its desk: here one proposal can be chosen, and nothing else. */
class Choose extends Choice {
  /** @param {string} id @param {URLSearchParams} address @param {any} wait with its proposals */
  constructor(id, address, { title, stage, status, proposals }) {
    super();
    this.id = id;
    this.address = address;
    this.stage = stage;
    this.isOpen = status === "open" && Object.keys(proposals).length > 0;
    const state = /** @type {any} */ ({ stages: Object.fromEntries(STAGES.map((one) => [one, { fields: {}, order: {}, proposals: one === stage ? proposals : {} }])), locks: {}, available_actions: [] });
    /** What a card reads of a page. */
    this.page = { plan: new Plan(state) };
    this.shown = /** @type {any[]} */ (Object.entries(proposals).map(([one, made]) => ({ id: one, .../** @type {any} */ (made), drawn_from: [], assumed: [] }))).sort((a, b) => a.index - b.index);
    this.rows = rowsOf(stage, this.shown, state);
    this.cards = this.shown.map(() => new Card(/** @type {any} */ (this)));
    this.grid = h("div", { class: "proposals", dataset: { count: String(this.shown.length) } });
    this.next = h("input", { type: "checkbox", "aria-describedby": "next-hint" });
    this.text = h("textarea", { id: "say", rows: 2, dir: "auto", "aria-describedby": "say-hint", oninput: () => (this.again.disabled = !this.text.value.trim()) });
    this.again = h("button", { class: "button", type: "button", disabled: true, onclick: () => this.answer({ text: this.text.value.trim() }) }, T.chooseAgain);
    this.problem = h("p", { class: "problem", role: "alert", hidden: true });
    this.element = h("div", { class: "tool stack choose" }, this.isOpen ? this.body(title) : notice(T.choiceOver, T.choiceOverText));
    this.draw();
  }

  /** @param {string} title */
  body(title) {
    return [h("header", {}, h("p", { class: "eyebrow flush" }, T.chooseEyebrow(this.stage, this.shown.length)), h("h1", { dir: "auto" }, T.chooseTitle(title)), h("p", { class: "soft flush" }, T.chooseLead)),
      this.problem, h("div", {}, h("label", { class: "tick" }, this.next, T.chooseNext), h("p", { class: "small soft flush", id: "next-hint" }, T.chooseNextHint)), this.grid,
      h("section", { class: "sheet ask", "aria-label": T.chooseSay }, h("div", { class: "field" }, h("label", { for: "say" }, T.chooseSay), h("p", { class: "hint", id: "say-hint" }, T.chooseSayHint), this.text), h("div", {}, this.again))];
  }

  draw() {
    place(this.grid, this.cards.map((card, index) => (card.update(this.shown[index], this.rows), card.element)));
  }

  mayChoose = () => this.isOpen;

  /** @param {{id: string}} shown */
  choose(shown) {
    return this.answer({ proposal_ids: [shown.id], ...(this.next.checked ? { confirm: true } : {}) });
  }

  /** Answer the wait; only the first answer counts. @param {any} answer */
  async answer(answer) {
    const buttons = [...this.element.querySelectorAll("button:enabled")];
    for (const button of buttons) button.disabled = true;
    this.problem.hidden = true;
    try {
      await byLink(this.id, this.address, answer);
      fill(this.element, notice(T.choiceMade, ""));
      this.element.querySelector("h1").focus();
    } catch (fault) {
      if (!(fault instanceof ApiError)) throw fault;
      for (const button of buttons) button.disabled = false;
      this.problem.textContent = fault.message;
      this.problem.hidden = false;
      this.problem.scrollIntoView({ block: "nearest" });
    }
  }
}

/** @param {string} title @param {string} text */
const notice = (title, text) => h("section", { class: "notice" }, icon("check"), h("h1", { tabindex: "-1" }, title), text && h("p", {}, text));
