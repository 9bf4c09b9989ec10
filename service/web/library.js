// The library: every book of the user, and what to begin with where there is none.

import { announce } from "./announcer.js";
import { ApiError, deleteStory, editContent, listStories } from "./client.js";
import { form } from "./dialog.js";
import { fill, h, icon, setText } from "./dom.js";
import { field, text } from "./fields.js";
import { EXAMPLES } from "./examples.js";
import { Live } from "./live.js";
import { Novels } from "./novel/novels.js";
import { Pictures } from "./pictures.js";
import { keepPage, readings } from "./reading.js";
import { StoryCard, isReadable } from "./story_card.js";
import { Library } from "./subjects.js";
import { Sifter } from "./sifter.js";
import { toast } from "./toast.js";

const PAGE = 24;
const UNDO_SECONDS = 8;
/** From so many books on they can be sought and sorted. */
const MANY = 4;

/** @typedef {import("./story_card.js").Listed} Listed @typedef {StoryCard} Card */

/** @type {import("./app.js").Page} */
export async function libraryPage(place) {
  const page = new LibraryPage(place);
  await page.load();
  window.addEventListener("pagehide", () => page.settle(), { signal: page.pictures.over.signal });
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
    this.none = h("p", { class: "lead", hidden: true }, "No book is like that.");
    this.sifter = new Sifter(() => this.sift());
    this.sifter.element.hidden = true;
    this.onward = h("p", { class: "continue", hidden: true });
    /** Books that are deleted unless that is taken back: each with what deletes it at once. @type {Map<string, () => void>} */
    this.leaving = new Map();
    this.more = h("button", { class: "button", type: "button", onclick: () => this.loadMore() }, "Show more");
    this.problem = h("p", { class: "problem", role: "alert", hidden: true });
    this.novels = new Novels((request) => this.attempt(request));
  }

  /** What is taken away is taken away for good. */
  settle() {
    for (const end of [...this.leaving.values()]) end();
  }

  leave() {
    this.settle();
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
    const page = await this.attempt(() => listStories(this.cursor, PAGE, this.sifter.wanted));
    if (!page) return;
    this.cursor = page.next_cursor;
    const first = page.items[0];
    for (const story of page.items) this.put(story);
    this.show();
    if (first) this.cards.get(first.id)?.link.focus();
  }

  /** List the books as they are wanted now. */
  async sift() {
    const { wanted } = this.sifter;
    const page = await this.attempt(() => listStories(null, PAGE, wanted));
    if (!page || wanted !== this.sifter.wanted) return;
    this.cursor = page.next_cursor;
    this.cards.clear();
    fill(this.grid);
    for (const story of page.items) this.put(story);
    this.show();
    announce(page.items.length ? `${this.cards.size}${this.cursor ? " or more" : ""} books` : this.none.textContent ?? "");
  }

  show() {
    this.none.hidden = this.cards.size > 0;
    if (this.cards.size >= MANY) this.sifter.element.hidden = false;
    this.offer();
    if (this.cards.size === 0 && this.sifter.isUsual) return void fill(this.place, this.novels.plans.isEmpty ? [welcome(), this.novels.elements] : [this.novels.elements, welcome()]);
    this.more.hidden = this.cursor === null;
    if (this.grid.isConnected) return;
    fill(this.place,
      h("header", { class: "page-head" }, h("h1", {}, "Your library"),
        h("p", {}, "All books that Storytroupe has made for you.")),
      this.problem, this.onward, this.sifter.element, this.none, this.grid, h("p", { class: "row centre" }, this.more), this.novels.elements);
  }

  /** @param {Listed} story @param {boolean} [first] whether a new one comes before all others */
  put(story, first = false) {
    const known = this.cards.get(story.id);
    if (known) return known.update(story);
    if (this.leaving.has(story.id)) return;
    const card = new StoryCard(story, this.pictures, { rename: () => this.rename(card), remove: () => this.remove(card) });
    this.cards.set(story.id, card);
    first ? this.grid.prepend(card.element) : this.grid.append(card.element);
  }

  /** The book that was read last and not to its end. */
  offer() {
    const [last] = readings().filter(({ id }) => this.cards.has(id));
    const card = last && this.cards.get(last.id);
    this.onward.hidden = !card || !isReadable(card.story);
    if (!this.onward.hidden) fill(this.onward, h("a", { class: "button primary", href: `#/read/${last.id}`, dir: "auto" }, icon("book"), `Continue reading “${card.name}”`));
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
    if (!this.sifter.isUsual) return stories.forEach((story) => this.onStory(story));
    const present = new Set(stories.map((story) => story.id));
    const since = oldest(stories);
    for (const { story } of [...this.cards.values()]) {
      if (!present.has(story.id) && moment(story) >= since) this.onGone(story.id);
    }
    for (const story of [...stories].reverse()) this.onStory(story);
  }

  /** A new one comes first; one that is older than all that are shown waits for its page. @param {Listed} story */
  onStory(story) {
    if (!this.sifter.isUsual) return void this.cards.get(story.id)?.update(story);
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

  /** Take a book away, unless that is taken back in time. @param {Card} card */
  remove(card) {
    const { id } = card.story;
    const next = /** @type {HTMLElement | null} */ (card.element.nextElementSibling);
    const near = next ?? card.element.previousElementSibling;
    const over = async () => {
      this.leaving.delete(id);
      if (await this.attempt(() => deleteStory(id))) keepPage(id, null);
      else back();
    };
    const back = () => {
      this.leaving.delete(id);
      this.cards.set(id, card);
      next?.isConnected ? next.before(card.element) : this.grid.append(card.element);
      this.show();
      card.bin.focus();
    };
    this.leaving.set(id, toast(`“${card.name}” was deleted.`, { label: "Undo", act: back, over, seconds: UNDO_SECONDS }));
    this.onGone(id);
    (near?.querySelector("a") ?? document.querySelector("main")).focus();
  }

  /** @param {Card} card */
  async rename(card) {
    const title = text({ maxlength: 200, required: true, dir: "auto", value: card.story.title });
    await form({ title: "Rename this book", body: [field({ path: "title", label: "Title", control: title, wide: true }),
      h("p", { class: "hint" }, "The files to download keep the old title until they are made again.")],
    answers: [{ value: "yes", label: "Rename", main: true }],
    act: async () => {
      await editContent(card.story.id, { title: title.value.trim() });
      card.update({ ...card.story, title: title.value.trim() });
    } });
    card.pen.focus();
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
