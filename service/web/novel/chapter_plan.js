// The plan of a chapter, beside its text: what it is for, its scenes with their beats, and what to keep in mind.

import { fill, h } from "../dom.js";
import { fieldName } from "../genesis/texts.js";
import { letterOf, threadMarks } from "../genesis/board_model.js";
import { N } from "./texts.js";

export class ChapterPlan {
  /** @param {import("./novel_page.js").NovelPage} page @param {number} number */
  constructor(page, number) {
    this.page = page;
    this.number = number;
    const { outline, bible } = page.state;
    this.chapter = outline.chapters[number - 1];
    this.names = new Map([...bible.people, ...bible.world.places, ...outline.threads].map((one) => [one.id, one.name ?? one.id]));
    this.scenes = h("div", { class: "stack s05" });
    const facts = ["goal", "conflict", "outcome", "hook"].filter((name) => this.chapter[name]);
    const reminders = this.reminders();
    this.element = h("aside", { class: "chapter-plan", id: "plan", tabindex: "-1", "aria-label": N.planOf(number) },
      h("div", { class: "sheet stack s075" }, h("div", { class: "split" }, h("h3", {}, N.plan), h("a", { class: "small", href: page.address("board", { chapter: number }) }, N.onBoard)),
        h("dl", {}, facts.map((name) => h("div", {}, h("dt", {}, fieldName(name, "chapters")), h("dd", { dir: "auto" }, this.chapter[name]))))),
      h("div", { class: "sheet stack s075" }, h("h3", {}, N.scenes), this.chapter.scenes.length ? this.scenes : h("p", { class: "small soft flush" }, N.noScenes)),
      reminders.length > 0 && h("div", { class: "sheet stack s05" }, h("h3", {}, N.inMind), reminders));
  }

  /** What the person whose eyes it is seen by is after, and the threads that begin or end here. */
  reminders() {
    const { outline, bible } = this.page.state;
    const person = bible.people.find((/** @type {any} */ { id }) => id === this.chapter.pov);
    const line = (/** @type {string} */ strong, /** @type {string} */ text) => h("p", { class: "small flush", dir: "auto" }, h("strong", {}, strong), " ", h("span", { class: "soft" }, text));
    const marks = threadMarks(outline);
    const threads = outline.threads.flatMap((/** @type {any} */ thread) => {
      const mark = marks.get(thread.id);
      return [mark?.first === this.number && thread.setup && line(`${N.setsUp} ${thread.name ?? ""}.`, thread.setup), mark?.last === this.number && thread.payoff && line(`${N.paysOff} ${thread.name ?? ""}.`, thread.payoff)];
    });
    return [person?.want && line(N.want(person.name), person.want), person?.lie && line(N.lie(person.name), person.lie), ...threads].filter(Boolean);
  }

  update() {
    const { page, number } = this;
    const { status, version } = page.state.chapters[number] ?? {};
    const scene = status === "generating" ? Math.max(1, page.log.writing[number]?.length ?? 1) : version ? Infinity : 0;
    if (scene === this.shown) return;
    this.shown = scene;
    const { threads } = page.state.outline;
    fill(this.scenes, this.chapter.scenes.map((/** @type {any} */ one, /** @type {number} */ index) => {
      const is = index + 1 < scene || scene === Infinity ? "done" : index + 1 === scene ? "now" : "to";
      return h("section", { class: "scene-plan", "aria-current": is === "now" && "step" },
        h("p", { class: "small flush", dir: "auto" }, letterOf(threads, one.threads?.[0]), h("strong", {}, N.scene(index + 1)), one.place && h("span", { class: "soft" }, ` · ${this.names.get(one.place) ?? one.place}`), is === "now" && h("span", { class: "unseen" }, ` (${N.beingWritten})`)),
        one.summary && h("p", { class: "small flush", dir: "auto" }, one.summary),
        one.beats?.length > 0 && h("ul", { class: "beats" }, one.beats.map((/** @type {string} */ beat) => h("li", { class: is === "now" ? "now" : is, dir: "auto" }, h("span", {}, beat)))));
    }));
  }
}
