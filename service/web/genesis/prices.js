// What the next steps would cost, asked of the service as the stage changes: each button that spends says so.

import { ApiError } from "../client.js";
import { dollars } from "../money.js";
import { estimate } from "./api.js";
import { T } from "./texts.js";

const PAUSE_MS = 300;

/** An estimate in words, to stand behind a label: “, about $0.02”; empty where nothing is asked for. @param {any} found */
export function priceWords(found) {
  if (!found?.rounds.length) return "";
  return found.high_usd === 0 ? `, ${T.free}` : `, about ${dollars(found.low_usd)}`;
}

export class Prices {
  /** @param {import("./session_page.js").SessionPage} page */
  constructor(page) {
    this.page = page;
    /** @type {Record<string, any>} estimates by what they are of */
    this.found = {};
    this.timer = 0;
    this.asked = "";
  }

  /** Ask again where something has changed that a price depends on. @param {string} stage */
  renew(stage) {
    const { plan } = this.page;
    const { status } = plan.state.stages[stage];
    const stale = plan.stale(stage).length;
    const key = [stage, status, stale, plan.may("CONFIRM_STAGE", stage), plan.may("GENERATE_INSPIRATION", stage)].join();
    if (key === this.asked) return;
    this.asked = key;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.ask(stage, stale), PAUSE_MS);
  }

  /** @param {string} stage @param {number} stale */
  async ask(stage, stale) {
    const { plan } = this.page;
    const wanted = [];
    // A round that is being written can be asked for again only when it is over.
    if (plan.state.stages[stage].status === "proposing") return;
    if (plan.may("GENERATE_INSPIRATION", stage)) wanted.push([`round ${stage}`, "GENERATE_INSPIRATION", { stage }]);
    if (plan.may("GENERATE_INSPIRATION", stage) && stale) wanted.push([`stale ${stage}`, "GENERATE_INSPIRATION", { stage, scope: "stale" }]);
    if (plan.may("CONFIRM_STAGE", stage)) wanted.push([`confirm ${stage}`, "CONFIRM_STAGE", { stage }]);
    for (const [name, type, payload] of wanted) {
      try {
        this.found[/** @type {string} */ (name)] = await estimate(this.page.id, /** @type {string} */ (type), payload);
      } catch (fault) {
        // A price that cannot be had is not shown; the button says what else is wrong when it is pressed.
        if (!(fault instanceof ApiError)) throw fault;
      }
    }
    if (wanted.length) this.page.update();
  }

  /** @param {string} stage @param {"round" | "stale" | "confirm"} [what] */
  words(stage, what = "round") {
    return priceWords(this.found[`${what} ${stage}`]);
  }

  /** Whether a round of a stage is known to cost nothing: the planner without a model makes it. @param {string} stage */
  isFree(stage) {
    const found = this.found[`round ${stage}`];
    return Boolean(found?.rounds.length) && found.high_usd === 0;
  }

  leave() {
    clearTimeout(this.timer);
  }
}
