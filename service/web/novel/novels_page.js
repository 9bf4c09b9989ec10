// The novels of the user: those that are finished as plans, and the plans that are still being made, each once.

import { ApiError } from "../client.js";
import { fill, h, icon, setText } from "../dom.js";
import { T } from "../genesis/texts.js";
import { Live } from "../live.js";
import { Library } from "../subjects.js";
import { Novels } from "./novels.js";
import { N } from "./texts.js";

/** @type {import("../app.js").Page} */
export async function novelsPage(place) {
  const page = new NovelsPage();
  await page.novels.load();
  fill(place, page.element);
  page.follow();
  return { title: N.novels, leave: () => page.leave() };
}

class NovelsPage {
  constructor() {
    this.problem = h("p", { class: "problem", role: "alert", hidden: true });
    this.novels = new Novels((request) => this.attempt(request), false);
    this.element = h("div", { class: "novels-page" }, h("header", { class: "page-head split" }, h("div", {}, h("h1", {}, N.novels), h("p", {}, N.novelsText)),
      h("a", { class: "button primary", href: "#/novels/new" }, icon("plus"), T.plan)), this.problem, this.novels.elements);
    this.isLeft = false;
  }

  leave() {
    this.isLeft = true;
    this.live?.stop();
  }

  async follow() {
    const library = await this.attempt(() => Library.of(this, 1));
    if (!library || this.isLeft) return;
    this.live = new Live(library, this);
    this.live.run();
  }

  onSessions = (/** @type {any[]} */ sessions) => this.novels.plans.replace(sessions);
  onSession = (/** @type {any} */ session) => this.novels.plans.put(session);
  onSessionGone = (/** @type {string} */ id) => this.novels.plans.gone(id);
  onNovels = (/** @type {any[]} */ novels) => this.novels.made.replace(novels);
  onNovel = (/** @type {any} */ novel) => this.novels.made.put(novel);
  onNovelGone = (/** @type {string} */ id) => this.novels.made.gone(id);
  onStories() {}
  onStory() {}
  onGone() {}
  onMode() {}
  onMessage() {}

  onNeedsToken() {
    window.dispatchEvent(new HashChangeEvent("hashchange"));
  }

  /** @template R @param {() => Promise<R>} request @returns {Promise<R | null>} */
  async attempt(request) {
    this.problem.hidden = true;
    try {
      return await request();
    } catch (fault) {
      if (!(fault instanceof ApiError)) throw fault;
      if (fault.status === 401) throw fault;
      setText(this.problem, `${fault.message} Try again in a moment.`);
      this.problem.hidden = false;
      return null;
    }
  }
}
