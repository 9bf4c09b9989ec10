// What a plan will cost, and the sum that it may never go above.

import { fill, h, icon } from "../dom.js";
import { T } from "./texts.js";

export class Bill {
  /** @param {string} budget */
  constructor(budget) {
    this.cap = h("input", { id: "cap", inputmode: "decimal", autocomplete: "off", "aria-describedby": "cap-hint", value: budget });
    this.go = h("button", { class: "button primary big go", type: "submit" });
    this.note = h("p", { class: "small soft flush" });
    this.short = h("p", { class: "estimate flush" }, T.nothingSpent);
    this.element = h("aside", { class: "bill stack", "aria-labelledby": "bill-title" },
      h("div", { class: "sheet stack s075" }, h("h2", { id: "bill-title" }, T.cost),
        h("div", { class: "field", dataset: { path: "budget_usd" } }, h("label", { for: "cap" }, T.cap), h("div", { class: "money" }, h("span", { "aria-hidden": "true" }, "$"), this.cap),
          h("p", { class: "hint after", id: "cap-hint" }, T.capHint), h("p", { class: "error", hidden: true })),
        this.go, h("p", { class: "small soft flush" }, T.nothingSpent)),
      this.note);
    fill(this.note, icon("plug"), " ", T.costUnknown);
  }

  /** @param {string} _how @param {number} _chapters */
  renew(_how, _chapters) {}
}
