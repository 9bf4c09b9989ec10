// What a book has cost so far; and where its budget is used up, a larger one.

import { h, setText } from "./dom.js";
import { dollars } from "./money.js";

const STORY = "BUDGET_EXCEEDED";
const MONTH = "MONTH_BUDGET_EXCEEDED";

export class SpendNote {
  /** @param {number | null} budget in US dollars @param {(budget: number) => Promise<void>} onRaise */
  constructor(budget, onRaise) {
    this.budget = budget;
    this.sum = h("p", { class: "spend", hidden: true });
    this.told = h("p", {});
    this.amount = h("input", { type: "number", min: 0, step: "0.01", inputmode: "decimal", required: true, "aria-label": "New budget in US dollars" });
    this.raise = h("form", { class: "row", onsubmit: async (/** @type {Event} */ event) => {
      event.preventDefault();
      this.budget = Number(this.amount.value);
      await onRaise(this.budget);
    } }, h("span", {}, "$"), this.amount, h("button", { class: "button primary", type: "submit" }, "Raise it and continue"));
    this.stopped = h("section", { class: "sheet stopped", hidden: true }, h("h2", {}, "The budget is used up"), this.told, this.raise);
    this.element = h("div", { class: "money" }, this.sum, this.stopped);
  }

  /** @param {import("./client.js").StoryState} state */
  update(state) {
    const spent = state.spend?.cost_usd ?? 0;
    const aside = state.spend?.set_aside_usd ?? 0;
    this.sum.hidden = spent === 0 && aside === 0 && this.budget === null;
    setText(this.sum, `Spent so far: ${dollars(spent)}${this.budget === null ? "" : ` of ${dollars(this.budget)}`}`
      + (aside ? `, and ${dollars(aside)} set aside for a paid call whose answer was lost` : ""));
    const codes = Object.values(state.assets).map((asset) => asset.status === "failed" && asset.error_code);
    const mine = codes.includes(STORY);
    this.stopped.hidden = state.overall === "generating" || !(mine || codes.includes(MONTH));
    this.raise.hidden = !mine;
    setText(this.told, mine ? "The next step would cost more than the rest of the budget, so the work stopped. Everything that is ready is kept. If you raise the budget, the rest will be made."
      : "This month's budget is used up. Continue next month, or ask the person who runs this studio to raise it.");
    if (mine && !this.amount.value) this.amount.value = String(Math.ceil(2 * Math.max(spent, this.budget ?? 0)) || 1);
  }
}
