// What the story of a form would cost and how long it would take: asked while the form is filled in.

import { ApiError, estimateStory } from "./client.js";
import { fill, h, setText } from "./dom.js";
import { dollars, minutes } from "./money.js";

const PAUSE_MS = 500;

export class Forecast {
  /** @param {() => any} read what the form says; null while too little of it is filled in */
  constructor(read) {
    this.read = read;
    this.element = h("output", { class: "forecast", hidden: true });
    this.warnings = h("div", { class: "unmet", role: "status", hidden: true });
    this.timer = 0;
    this.said = "";
    /** @type {AbortController | null} */
    this.asking = null;
  }

  /** Ask soon; typing on asks once. */
  renew() {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.ask(), PAUSE_MS);
  }

  leave() {
    clearTimeout(this.timer);
    this.asking?.abort();
  }

  /** What cannot be told now, as of a form that is not whole yet, is not told. */
  async ask() {
    this.asking?.abort();
    const request = this.read();
    if (!request) return this.hide();
    const { signal } = (this.asking = new AbortController());
    try {
      this.show(await estimateStory(request, signal));
    } catch (fault) {
      if (signal.aborted) return;
      if (!(fault instanceof ApiError)) throw fault;
      this.hide();
    }
  }

  hide() {
    this.element.hidden = this.warnings.hidden = true;
  }

  /** @param {{low_usd: number, high_usd: number, seconds: number, budget_usd: number | null,
   *   warning_details?: {code: string, message: string}[]}} told */
  show(told) {
    // What a budget will not do for is said with the costs, and the wish is meant for the words.
    this.warn((told.warning_details ?? []).filter(({ code }) => !code.startsWith("BUDGET_") && code !== "INSTRUCTIONS_NOT_PAINTED").map(({ message }) => message));
    this.element.hidden = told.high_usd === 0;
    setText(this.element, `It will cost about ${dollars(told.low_usd)}, at most ${dollars(told.high_usd)}, `
      + `and take about ${minutes(told.seconds)}.${within(told)}`);
  }

  /** What will not be as the form has it, while it can still be changed. @param {string[]} warnings */
  warn(warnings) {
    this.warnings.hidden = warnings.length === 0;
    const said = warnings.join("\n");
    if (this.said === said) return;
    this.said = said;
    fill(this.warnings, warnings.length ? [h("p", {}, "Some of your wishes cannot be met:"),
      h("ul", {}, warnings.map((warning) => h("li", { dir: "auto" }, warning)))] : []);
  }
}

/** What comes of a budget that is less than that. @param {{low_usd: number, high_usd: number, budget_usd: number | null}} told */
function within({ low_usd: low, high_usd: high, budget_usd: budget }) {
  if (budget === null || high <= budget) return "";
  return low > budget ? " That is more than your budget. A part of the book will be left out until you raise the budget."
    : " If pictures have to be painted again, the cost may exceed your budget. Some pictures will then be left out.";
}
