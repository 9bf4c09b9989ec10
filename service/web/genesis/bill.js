// What a plan will cost, and the sum that it may never go above.

import { ApiError } from "../client.js";
import { fill, h, icon, setText } from "../dom.js";
import { dollars } from "../money.js";
import { estimatePlan } from "./api.js";
import { T } from "./texts.js";

export class Bill {
  /** @param {string} budget */
  constructor(budget) {
    this.cap = h("input", { id: "cap", inputmode: "decimal", autocomplete: "off", "aria-describedby": "cap-hint", value: budget });
    this.go = h("button", { class: "button primary big go", type: "submit" });
    this.rows = h("tbody", {});
    this.sum = h("td", { class: "num" });
    this.table = h("table", { hidden: true }, h("thead", { class: "unseen" }, h("tr", {}, h("th", { scope: "col" }, T.costSteps), h("th", { scope: "col" }, T.costAbout))), this.rows,
      h("tfoot", {}, h("tr", {}, h("th", { scope: "row" }, T.together), this.sum)));
    this.note = h("p", { class: "small soft flush" });
    this.short = h("p", { class: "estimate flush" }, T.nothingSpent);
    this.element = h("aside", { class: "bill stack", "aria-labelledby": "bill-title" },
      h("div", { class: "sheet stack s075" }, h("h2", { id: "bill-title" }, T.cost), this.table,
        h("div", { class: "field", dataset: { path: "budget_usd" } }, h("label", { for: "cap" }, T.cap), h("div", { class: "money" }, h("span", { "aria-hidden": "true" }, "$"), this.cap),
          h("p", { class: "hint after", id: "cap-hint" }, T.capHint), h("p", { class: "error", hidden: true })),
        this.go, h("p", { class: "small soft flush" }, T.nothingSpent)),
      this.note);
    /** @type {AbortController | null} */
    this.asking = null;
  }

  /** Ask again where the price depends on what has changed. @param {any} request as START_GENESIS takes it */
  async renew(request) {
    const key = JSON.stringify(request);
    if (key === this.asked) return;
    this.asked = key;
    this.asking?.abort();
    this.asking = new AbortController();
    try {
      this.show(await estimatePlan(request, this.asking.signal));
    } catch (fault) {
      // Without a price the form stays usable.
      if (!(fault instanceof ApiError) && /** @type {Error} */ (fault).name !== "AbortError") throw fault;
    }
  }

  /** @param {any} found */
  show({ rounds, low_usd: sum, high_usd: most }) {
    const words = (/** @type {number} */ usd) => (usd ? dollars(usd) : T.free);
    this.table.hidden = false;
    fill(this.rows, rounds.map((/** @type {any} */ round) => h("tr", {}, h("th", { scope: "row" }, T.rows(round.stage, round.count)), h("td", {}, words(round.low_usd)))));
    setText(this.sum, words(sum));
    fill(this.note, icon("plug"), ` ${most ? T.costAgain : T.costFree}`);
    setText(this.short, `${T.wholePlan(words(sum))} ${T.nothingYet}`);
  }

  leave() {
    this.asking?.abort();
  }
}
