// The five steps: where the plan stands, what waits for the person, and the way from one to another.

import { h, setText } from "../dom.js";
import { STAGES } from "./table.js";
import { T } from "./texts.js";

export class Rail {
  /** @param {import("./session_page.js").SessionPage} page */
  constructor(page) {
    this.page = page;
    this.done = h("progress", { max: STAGES.length, "aria-label": T.stagesLabel });
    this.doneWords = h("p", { class: "tiny soft flush" });
    this.links = STAGES.map((stage) => {
      const small = h("small", {});
      const link = h("a", { href: page.address(stage), dataset: { stage } }, h("strong", {}, T.stages[stage]), small);
      link.addEventListener("click", (/** @type {MouseEvent} */ event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        page.goTo(stage);
      });
      return { stage, link, small };
    });
    this.spark = h("div", { class: "aside stack s05" }, h("p", { class: "tiny soft flush" }, T.sparkWords), h("blockquote", { dir: "auto" }));
    this.element = h("aside", { class: "rail", "aria-label": T.stagesLabel },
      h("ol", { class: "stages" }, this.links.map(({ link }) => h("li", {}, link))),
      h("div", { class: "aside stack s05" }, this.done, this.doneWords), this.spark);
  }

  update() {
    const { plan, stage: here } = this.page;
    const confirmed = plan.state.progress.confirmed.length;
    this.done.value = confirmed;
    setText(this.doneWords, T.confirmed(confirmed));
    for (const { stage, link, small } of this.links) {
      const { is, words, look } = this.stateOf(stage);
      link.dataset.is = is;
      setText(small, words);
      small.classList.toggle("look", look);
      link.setAttribute("href", this.page.address(stage));
      stage === here ? link.setAttribute("aria-current", "step") : link.removeAttribute("aria-current");
    }
    const spark = plan.state.inspiration;
    this.spark.hidden = !spark;
    setText(/** @type {Element} */ (this.spark.lastChild), spark.length > 600 ? `${spark.slice(0, 600)}…` : spark);
  }

  /** @param {string} stage @returns {{is: string, words: string, look: boolean}} */
  stateOf(stage) {
    const { plan, log } = this.page;
    const { status, round, proposals } = plan.state.stages[stage];
    const stale = plan.stale(stage).length;
    const missing = plan.state.progress.missing[stage]?.length ?? 0;
    if (status === "proposing") {
      const made = Object.values(proposals).filter((/** @type {any} */ one) => one.round === round).length;
      return { is: "busy", words: T.stageIs.proposing(made, plan.state.jobs[`${stage}_${round}`]?.progress ?? 0), look: false };
    }
    if (stale) return { is: status === "confirmed" ? "done" : "now", words: T.stageIs.look(stale), look: true };
    if (status === "choosing") return { is: "now", words: T.stageIs.choosing(Object.keys(proposals).length), look: true };
    if (status === "confirmed") return { is: "done", words: T.stageIs.confirmed, look: false };
    if (status === "drafting") return { is: "now", words: missing ? T.stageIs.missing(missing) : T.stageIs.drafting, look: false };
    const before = STAGES[STAGES.indexOf(stage) - 1];
    const isReached = log.state.status !== "active" || plan.may("EDIT_STAGE", stage);
    return { is: "wait", words: isReached ? T.stageIs.waiting : T.stageIs.after(before), look: false };
  }
}
