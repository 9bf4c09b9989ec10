// The proposals of an earlier round, as they were: to be read again, and to be chosen after all.

import { fill, h, icon } from "../dom.js";
import { readHistory, readState } from "./api.js";
import { Card } from "./card.js";
import { Choice } from "./choice.js";
import { Plan } from "./plan.js";
import { rowsOf } from "./rows.js";
import { T } from "./texts.js";

const MOST = 100;

/** The state that a round ended with; null where no decision is known that began the next one. Raises `ApiError`.
 * @param {string} id of the session @param {string} stage @param {number} round @param {number} now the newest round */
async function stateOf(id, stage, round, now) {
  const { items } = await readHistory(id, null, MOST);
  const next = items.filter((/** @type {any} */ one) => one.stage === stage && one.events.includes("generation.requested"))[now - round - 1];
  return next ? readState(id, next.version - next.events.length) : null;
}

/** What a card asks of its desk: here one proposal can be chosen, and nothing else. */
export class Round extends Choice {
  /** @param {import("./proposals.js").Proposals} desk @param {number} round @param {import("./log.js").State} state as it was */
  constructor(desk, round, state) {
    super();
    this.desk = desk;
    this.stage = desk.stage;
    this.version = state.version;
    this.page = { plan: new Plan(state) };
    this.shown = /** @type {any[]} */ (Object.entries(state.stages[this.stage].proposals).map(([id, one]) => ({ id, .../** @type {any} */ (one), status: "open", drawn_from: [], assumed: [] }))).sort((a, b) => a.index - b.index);
    this.rows = rowsOf(this.stage, this.shown, state);
    this.cards = this.shown.map(() => new Card(/** @type {any} */ (this)));
    this.title = h("h2", { tabindex: "-1" }, T.roundWas(round, this.shown.length));
    this.element = h("section", { class: "stack s075" }, h("div", { class: "split" }, h("div", {}, this.title, h("p", { class: "small soft flush" }, this.mayChoose() ? T.roundTake : T.roundRead)),
      h("button", { class: "button small", type: "button", onclick: () => desk.showRound(null) }, icon("left"), T.roundBack)),
    h("div", { class: "proposals", dataset: { count: String(this.shown.length) } }, this.cards.map(({ element }) => element)));
    this.draw();
  }

  draw() {
    this.cards.forEach((card, index) => card.update(this.shown[index], this.rows));
  }

  mayChoose = () => this.desk.page.plan.may("EDIT_STAGE", this.stage);

  /** Choose the proposal after all; what is locked stays. @param {import("./rows.js").Shown} shown */
  async choose(shown) {
    const { page } = this.desk;
    await page.edits.save();
    const done = await page.send("SELECT_PROPOSAL", { proposal_ids: [shown.id], version: this.version });
    if (!done) return;
    this.desk.showRound(null);
    page.sayKept(done.result.kept);
    page.goToWords();
  }
}

/** The buttons that lead to earlier rounds, the newest first. @param {import("./proposals.js").Proposals} desk @param {HTMLElement} place @param {number} now the newest round */
export function showWays(desk, place, now) {
  const open = async (/** @type {number} */ round) => {
    const state = await stateOf(desk.page.id, desk.stage, round, now);
    state && Object.keys(state.stages[desk.stage].proposals).length ? desk.showRound(new Round(desk, round, state)) : desk.page.tell(T.roundGone);
  };
  fill(place, Array.from({ length: Math.min(now - 1, 5) }, (_, index) => now - 1 - index).map((round) =>
    h("button", { class: "button small quiet", type: "button", onclick: () => desk.page.attempt(() => open(round)) }, T.roundWay(round))));
}
