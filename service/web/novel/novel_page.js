// The page of a novel: its text chapter by chapter, its plan, its board and its findings, as they are heard of.

import { announce } from "../announcer.js";
import { ApiError } from "../client.js";
import { fill, h, setText } from "../dom.js";
import { EVENTS_FIRST, Live } from "../live.js";
import { loaded } from "../loading.js";
import { readNovel } from "./api.js";
import { Head } from "./head.js";
import { Novel } from "./log.js";
import { EVENTS } from "./texts.js";

/** @typedef {{element: HTMLElement, update?(): void, onWords?(number: number): void, leave?(): void}} View */
/** The script of a view is loaded when it is first shown. @type {Record<string, () => Promise<(page: NovelPage) => View>>} */
const VIEWS = {
  text: async () => (await import("./text_view.js")).textView,
  plan: async () => (await import("./plan_view.js")).planView,
  board: async () => (await import("./board_view.js")).boardView,
  findings: async () => (await import("./findings_view.js")).findingsView,
  print: async () => (await import("./print_view.js")).printView,
};

/** @type {import("../app.js").Page} */
export async function novelPage(place, address, id) {
  const page = new NovelPage(id, await readNovel(id), address);
  await page.begin();
  fill(place, page.element);
  return { title: page.state.title, leave: () => page.leave() };
}

export class NovelPage {
  /** @param {string} id @param {import("./log.js").State} state @param {URLSearchParams} address */
  constructor(id, state, address) {
    this.id = id;
    this.subject = new Novel(id, this, state);
    this.log = this.subject.log;
    const view = address.get("view") ?? "text";
    this.name = view in VIEWS ? view : "text";
    this.asked = address;
    this.problem = h("p", { class: "problem", role: "alert", hidden: true });
    this.head = new Head(this);
    this.content = h("div", { class: "content" });
    this.element = h("div", { class: "tool novel-page", dataset: { view: this.name } }, this.head.element, this.problem, this.content);
    this.frame = 0;
    this.over = new AbortController();
  }

  get state() {
    return this.log.state;
  }

  async begin() {
    this.view = (await loaded(VIEWS[this.name]))(this);
    fill(this.content, this.view.element);
    // A browser opens six connections to a server at most: a tab that nobody sees needs none.
    document.addEventListener("visibilitychange", () => (document.hidden ? this.rest() : this.wakeUp()), { signal: this.over.signal });
    this.refresh();
    this.wakeUp();
  }

  leave() {
    this.rest();
    this.over.abort();
    this.view?.leave?.();
    cancelAnimationFrame(this.frame);
  }

  rest() {
    this.live?.stop();
    this.live = undefined;
  }

  wakeUp() {
    if (this.live) return;
    this.live = new Live(this.subject, this, EVENTS_FIRST);
    this.live.run();
  }

  /** @param {string} [view] @param {Record<string, string | number>} [more] */
  address(view = "text", more = {}) {
    const query = new URLSearchParams(Object.entries({ ...(view === "text" ? {} : { view }), ...more }).map(([key, value]) => [key, String(value)])).toString();
    return `#/novel/${this.id}${query ? `?${query}` : ""}`;
  }

  /** How a chapter is called. @param {number} number @returns {string} */
  titleOf(number) {
    return this.state.outline.chapters[number - 1]?.title ?? "";
  }

  // -- what is heard

  /** @param {import("./log.js").State} _state @param {string} event */
  onState(_state, event) {
    if (EVENTS[event]) announce(EVENTS[event]);
    this.update();
  }

  /** @param {number} number */
  onWords(number) {
    this.view?.onWords?.(number);
  }

  /** @param {string} mode */
  onMode(mode) {
    this.head.hear(mode);
    this.update();
  }

  onMessage() {}

  onNeedsToken() {
    window.dispatchEvent(new HashChangeEvent("hashchange"));
  }

  /** Show what has changed with the next frame: events come in bursts. */
  update() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.refresh());
  }

  refresh() {
    this.head.update();
    this.view?.update?.();
  }

  // -- what the person does

  /** @param {string} text */
  tell(text) {
    setText(this.problem, text);
    this.problem.hidden = !text;
    if (text) this.problem.scrollIntoView({ block: "nearest" });
  }

  /** Do something, and say why where it is refused. @template R @param {() => Promise<R>} act @returns {Promise<R | null>} */
  async attempt(act) {
    this.tell("");
    try {
      return await act();
    } catch (fault) {
      if (!(fault instanceof ApiError)) throw fault;
      this.tell(fault.message);
      return null;
    }
  }
}
