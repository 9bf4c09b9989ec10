// The library: every book of the user, and what to begin with where there is none.

import { announce } from "./announcer.js";
import { ApiError, deleteStory, listStories } from "./client.js";
import { confirm } from "./dialog.js";
import { fill, h, icon, setText } from "./dom.js";
import { EXAMPLES } from "./examples.js";
import { Live } from "./live.js";
import { Novels } from "./novel/novels.js";
import { Pictures } from "./pictures.js";
import { Library } from "./subjects.js";

const PAGE = 24;

/** @typedef {{id: string, title: string, summary: string | null, overall: string, progress: number,
 *   cover_url: string | null, created_at: string}} Listed */

/** @type {import("./app.js").Page} */
export async function libraryPage(place) {
  const page = new LibraryPage(place);
  await page.load();
  return { title: "Library", leave: () => page.leave() };
}

class LibraryPage {
  /** @param {HTMLElement} place */
  constructor(place) {
    this.place = place;
    this.pictures = new Pictures();
    /** @type {Map<string, Card>} */
    this.cards = new Map();
    /** @type {string | null} */
    this.cursor = null;
    this.grid = h("ul", { class: "story-grid", role: "list" });
    this.more = h("button", { class: "button", type: "button", onclick: () => this.loadMore() }, "Show more");
    this.problem = h("p", { class: "problem", role: "alert", hidden: true });
    this.novels = new Novels((request) => this.attempt(request));
  }

  leave() {
    this.live?.stop();
    this.pictures.release();
  }

  async load() {
    const page = await listStories(null, PAGE);
    this.cursor = page.next_cursor;
    for (const story of page.items) this.put(story);
    await this.novels.load();
    this.show();
    this.follow();
  }

  async loadMore() {
    const page = await this.attempt(() => listStories(this.cursor, PAGE));
    if (!page) return;
    this.cursor = page.next_cursor;
    const first = page.items[0];
    for (const story of page.items) this.put(story);
    this.show();
    if (first) this.cards.get(first.id)?.link.focus();
  }

  show() {
    if (this.cards.size === 0) return void fill(this.place, this.novels.plans.isEmpty ? [welcome(), this.novels.elements] : [this.novels.elements, welcome()]);
    this.more.hidden = this.cursor === null;
    if (this.grid.isConnected) return;
    fill(this.place,
      h("header", { class: "page-head" }, h("h1", {}, "Your library"),
        h("p", {}, "All books that Storytroupe has made for you.")),
      this.problem, this.grid, h("p", { class: "row centre" }, this.more), this.novels.elements);
  }

  /** @param {Listed} story @param {boolean} [first] whether a new one comes before all others */
  put(story, first = false) {
    const known = this.cards.get(story.id);
    if (known) return known.update(story);
    const card = new Card(story, this.pictures, () => this.remove(card));
    this.cards.set(story.id, card);
    first ? this.grid.prepend(card.element) : this.grid.append(card.element);
  }

  // -- what is heard

  async follow() {
    const library = await this.attempt(() => Library.of(this, PAGE));
    if (!library || this.pictures.over.signal.aborted) return;
    this.live = new Live(library, this);
    this.live.run();
  }

  /** The newest stories: others that are as new have left the library. @param {Listed[]} stories */
  onStories(stories) {
    const present = new Set(stories.map((story) => story.id));
    const since = oldest(stories);
    for (const { story } of [...this.cards.values()]) {
      if (!present.has(story.id) && moment(story) >= since) this.onGone(story.id);
    }
    for (const story of [...stories].reverse()) this.onStory(story);
  }

  /** A new one comes first; one that is older than all that are shown waits for its page. @param {Listed} story */
  onStory(story) {
    const since = oldest([...this.cards.values()].map((card) => card.story));
    if (!this.cards.has(story.id) && this.cursor !== null && moment(story) < since) return;
    this.put(story, true);
    this.show();
  }

  /** @param {string} id */
  onGone(id) {
    this.cards.get(id)?.element.remove();
    if (this.cards.delete(id)) this.show();
  }

  /** @param {any[]} sessions */
  onSessions(sessions) {
    this.novels.plans.replace(sessions);
  }

  /** @param {any} session */
  onSession(session) {
    this.novels.plans.put(session);
  }

  /** @param {string} id */
  onSessionGone(id) {
    this.novels.plans.gone(id);
  }

  /** @param {any[]} novels */
  onNovels(novels) {
    this.novels.made.replace(novels);
  }

  /** @param {any} novel */
  onNovel(novel) {
    this.novels.made.put(novel);
  }

  /** @param {string} id */
  onNovelGone(id) {
    this.novels.made.gone(id);
  }

  onMode() {}

  onMessage() {}

  onNeedsToken() {
    window.dispatchEvent(new HashChangeEvent("hashchange"));
  }

  // -- what can be done

  /** @param {Card} card */
  async remove(card) {
    const title = card.story.title;
    const sure = await confirm({
      title: `Delete “${title}”?`,
      text: "Its words, pictures and sound will be deleted, and cannot be restored.",
      yes: "Delete the book",
    });
    const next = card.element.nextElementSibling ?? card.element.previousElementSibling;
    if (!sure || !(await this.attempt(() => deleteStory(card.story.id)))) return;
    this.onGone(card.story.id);
    (next?.querySelector("a") ?? document.querySelector("main")).focus();
    announce(`“${title}” was deleted.`);
  }

  /** @template T @param {() => Promise<T>} request @returns {Promise<T | null>} */
  async attempt(request) {
    this.problem.hidden = true;
    try {
      return await request();
    } catch (fault) {
      if (!(fault instanceof ApiError)) throw fault;
      setText(this.problem, `${fault.message} Try again in a moment.`);
      this.problem.hidden = false;
      return null;
    }
  }
}

/** When a story was made, to the microsecond, as text that can be compared. @param {Listed} story */
function moment({ created_at }) {
  const [, seconds, fraction] = /^(.{19})\.?(\d*)/.exec(created_at) ?? ["", created_at, ""];
  return seconds + fraction.padEnd(6, "0");
}

/** When the oldest was made. @param {Listed[]} stories */
const oldest = (stories) => stories.map(moment).sort()[0] ?? "";

class Card {
  /** @param {Listed} story @param {Pictures} pictures @param {() => void} onDelete */
  constructor(story, pictures, onDelete) {
    this.pictures = pictures;
    this.cover = h("img", { class: "picture", alt: "" });
    this.badge = h("span", { class: "badge" });
    this.title = h("span", { class: "card-title", dir: "auto" });
    this.link = h("a", { class: "card" },
      h("span", { class: "frame" }, h("span", { class: "blank" }, icon("book")), this.cover, this.badge), this.title);
    this.bin = h("button", { class: "bin", type: "button", onclick: onDelete }, icon("bin"));
    this.element = h("li", { dataset: { story: story.id } }, this.link, this.bin);
    this.update(story);
  }

  /** @param {Listed} story */
  update(story) {
    this.story = story;
    const readable = story.overall === "ready" || story.overall === "partial";
    this.link.href = `#/${readable ? "read" : "stories"}/${story.id}`;
    setText(this.title, story.title);
    setText(this.badge, badge(story));
    this.badge.dataset.state = story.overall;
    this.bin.setAttribute("aria-label", `Delete “${story.title}”`);
    if (story.cover_url) this.pictures.show(this.cover, story.cover_url);
  }
}

/** @param {Listed} story */
function badge({ overall, progress }) {
  if (overall === "generating") return `Being made · ${progress}%`;
  return { ready: "Ready", partial: "Ready, a part is missing", failed: "Failed", cancelled: "Stopped" }[overall] ?? overall;
}

const welcome = () =>
  h("section", { class: "welcome" },
    h("div", { class: "welcome-text" },
      h("h1", {}, "Every child can be the hero of a book"),
      h("p", { class: "lead" }, "Write a few words about your heroes. Storytroupe writes the story, paints every page, "
        + "reads it aloud and makes a book to print. You can watch while it works."),
      h("p", { class: "row" }, h("a", { class: "button primary big", href: "#/new" }, "Make your first book"))),
    h("img", { class: "welcome-art", src: "/web/art/welcome.svg", alt: "", width: 560, height: 440 }),
    h("div", { class: "examples" },
      h("h2", {}, "Or start with one of these"),
      h("ul", { role: "list" }, EXAMPLES.map((example) =>
        h("li", {}, h("a", { class: "example", href: `#/new?example=${example.id}` },
          h("img", { src: example.art, alt: "", width: 320, height: 200 }),
          h("span", { class: "card-title" }, example.name), h("span", {}, example.blurb)))))));
