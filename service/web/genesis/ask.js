// What the person misses, said in their own words, and the buttons that ask for proposals.

import { fill, h, icon, setText } from "../dom.js";
import { isBegun } from "./plan.js";
import { T } from "./texts.js";

/** Whether the planner has no other proposal as long as nothing else is asked of it. @param {any} stage */
const isOnlyOne = ({ proposals }) => Object.values(proposals).some(({ only }) => only);

export class Ask {
  /** @param {import("./session_page.js").SessionPage} page @param {string} stage */
  constructor(page, stage) {
    this.page = page;
    this.stage = stage;
    this.kept = `storytroupe.genesis.say.${page.id}.${stage}`;
    this.label = h("label", { for: "say" });
    this.text = h("textarea", { id: "say", rows: 2, dir: "auto", placeholder: T.sayPlaceholder, "aria-describedby": "say-hint" });
    this.text.value = sessionStorage.getItem(this.kept) ?? "";
    this.text.addEventListener("input", () => (sessionStorage.setItem(this.kept, this.text.value), this.update()));
    this.hint = h("p", { class: "hint", id: "say-hint" }, T.sayHint);
    this.go = h("button", { class: "button", type: "button", onclick: () => this.ask() });
    this.only = h("button", { class: "button quiet", type: "button", onclick: () => this.say(false) }, T.keepSaid);
    this.own = h("button", { class: "button quiet", type: "button", onclick: () => page.stageView?.write() }, icon("pencil"), T.write);
    this.said = h("details", { class: "said" }, h("summary", { class: "small" }, T.said), h("ul", { class: "small" }));
    this.element = h("section", { class: "sheet ask", "aria-label": T.say },
      h("div", { class: "field" }, this.label, this.hint, this.text, this.said),
      h("div", { class: "stack s05" }, this.go, this.only, this.own));
  }

  update() {
    const { plan, prices } = this.page;
    const { status, round, fields, feedback = [] } = plan.state.stages[this.stage];
    const isPending = status === "proposing";
    const price = prices.words(this.stage);
    const wants = Boolean(this.text.value.trim());
    this.element.hidden = !plan.may("SUBMIT_FEEDBACK", this.stage);
    setText(this.label, status === "choosing" || isPending ? T.say : round || isBegun({ fields, status }) ? T.sayMore : T.sayFirst);
    setText(this.hint, prices.isFree(this.stage) ? T.sayHintFree : T.sayHint);
    this.go.hidden = !wants && isOnlyOne(plan.state.stages[this.stage]);
    setText(this.go, wants ? T.again(price) : round ? T.moreProposals(price) : T.firstProposals(price));
    this.go.classList.toggle("primary", !round && !isBegun({ fields, status }));
    this.go.disabled = isPending || !plan.may("GENERATE_INSPIRATION", this.stage);
    this.only.hidden = !wants;
    this.own.hidden = isBegun({ fields, status }) || this.page.stageView?.wantsToWrite === true || !plan.may("EDIT_STAGE", this.stage);
    this.said.hidden = feedback.length === 0;
    if (feedback.length !== this.shown) fill(this.said.lastChild, [...feedback].reverse().map((one) => h("li", { dir: "auto" }, one.text)));
    this.shown = feedback.length;
  }

  async ask() {
    if (this.text.value.trim()) return this.say(true);
    if (await this.page.send("GENERATE_INSPIRATION", { stage: this.stage })) this.page.stageView?.lead();
  }

  /** @param {boolean} regenerate */
  async say(regenerate) {
    if (!(await this.page.send("SUBMIT_FEEDBACK", { stage: this.stage, text: this.text.value.trim(), regenerate }))) return;
    this.text.value = "";
    sessionStorage.removeItem(this.kept);
    this.update();
    if (regenerate) this.page.stageView?.lead();
  }
}
