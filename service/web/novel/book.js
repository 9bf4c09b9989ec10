// A picture book of a novel: who and what it is about is chosen, and the request is shown before anything is made.

import { ApiError, estimateStory } from "../client.js";
import { form } from "../dialog.js";
import { fill, h, setText } from "../dom.js";
import { keepDraft } from "../draft.js";
import { newId } from "../genesis/api.js";
import { dollars } from "../money.js";
import { keepOrigin } from "../origin.js";
import { pictureBook } from "./api.js";
import { N } from "./texts.js";

const MOST_HEROES = 4;
const PAUSE_MS = 250;

/** @param {import("./novel_page.js").NovelPage} page */
export async function makeBook(page) {
  const book = new Book(page);
  book.renew(0);
  const answer = await form({ title: N.bookTitle, body: [h("p", {}, N.bookText), book.choices, book.shown, book.cost], answers: [{ value: "edit", label: N.bookEdit }, { value: "make", label: N.bookYes, main: true }], act: (value) => book.act(value) });
  book.leave();
  if (answer === "make") location.hash = `#/stories/${book.story}`;
  if (answer === "edit") location.hash = "#/new";
}

class Book {
  /** @param {import("./novel_page.js").NovelPage} page */
  constructor(page) {
    this.page = page;
    const { bible, outline } = page.state;
    this.id = newId();
    this.timer = 0;
    const box = (/** @type {string} */ value, /** @type {string} */ label) => {
      const input = h("input", { type: "checkbox", value });
      return { input, name: label, label: h("label", { class: "tick" }, input, h("span", { dir: "auto" }, label)) };
    };
    this.people = bible.people.map((/** @type {any} */ one) => box(one.id, one.name ?? one.id));
    this.chapters = outline.chapters.map((/** @type {any} */ one) => box(String(one.number), `${one.number}. ${one.title ?? ""}`));
    this.some = h("details", {}, h("summary", { class: "small" }, N.toldSome), h("div", { class: "boxes down", role: "group", "aria-label": N.told }, this.chapters.map((/** @type {any} */ { label }) => label)));
    this.shown = h("section", { class: "book-request", "aria-live": "polite" });
    this.cost = h("p", { class: "small flush" });
    this.choices = h("div", { onchange: () => this.renew() },
      h("fieldset", {}, h("legend", {}, N.heroes), h("p", { class: "hint" }, N.heroesHint), h("div", { class: "boxes" }, this.people.map((/** @type {any} */ { label }) => label))),
      h("fieldset", {}, h("legend", {}, N.told), this.some));
    this.story = "";
  }

  leave() {
    clearTimeout(this.timer);
    this.asking?.abort();
  }

  get wanted() {
    const checked = (/** @type {any[]} */ boxes) => boxes.map(({ input }) => input).filter((input) => input.checked).map((input) => input.value);
    return { people: checked(this.people), chapters: checked(this.chapters).map(Number) };
  }

  /** Ask what the request would be, soon. @param {number} [pause] */
  renew(pause = PAUSE_MS) {
    const isFull = this.wanted.people.length >= MOST_HEROES;
    for (const { input } of this.people) input.disabled = isFull && !input.checked;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.preview(), pause);
  }

  async preview() {
    this.asking?.abort();
    const { signal } = (this.asking = new AbortController());
    try {
      const { request, warnings = [] } = await pictureBook(this.page.id, { ...this.wanted, preview: true });
      if (signal.aborted) return;
      this.tickHeroes(request.characters);
      fill(this.shown, shownOf(request, warnings));
      const told = await estimateStory(request, signal);
      setText(this.cost, N.bookCost(told.high_usd === 0 ? N.free : `about ${dollars(told.low_usd)}, at most ${dollars(told.high_usd)}`));
    } catch (fault) {
      if (signal.aborted) return;
      if (!(fault instanceof ApiError)) throw fault;
      fill(this.shown, h("p", { class: "flush" }, fault.message));
    }
  }

  /** Where nobody was picked, those whom the request takes are. @param {any[]} heroes */
  tickHeroes(heroes) {
    if (this.wanted.people.length) return;
    const names = new Set(heroes.map(({ name }) => name));
    const taken = this.people.filter((/** @type {any} */ { name }) => names.has(name)).slice(0, MOST_HEROES);
    for (const { input } of taken) input.checked = true;
    for (const { input } of this.people) input.disabled = taken.length >= MOST_HEROES && !input.checked;
  }

  /** @param {string} answer */
  async act(answer) {
    if (answer === "edit") {
      const { request } = await pictureBook(this.page.id, { ...this.wanted, preview: true });
      return keepDraft({ ...request, character_ids: [] });
    }
    this.story = (await pictureBook(this.page.id, this.wanted, this.id)).story.id;
    keepOrigin(this.story, this.page.id, this.page.state.title);
  }
}

/** The words that the book is made of, where it has them. @param {any} text */
const wordsOf = (text) => text?.story ?? (text?.pages ?? []).map((/** @type {any} */ page) => page.text ?? page).join("\n\n");

/** The request as a person reads it. @param {any} request as `POST /api/v1/stories` takes it @param {string[]} warnings */
function shownOf(request, warnings) {
  const row = (/** @type {string} */ name, /** @type {any} */ value) => h("div", {}, h("dt", {}, name), h("dd", { dir: "auto" }, value));
  const rows = /** @type {[string, string][]} */ (Object.entries(N.bookRows)).filter(([key]) => request[key] !== undefined && String(request[key]).length > 0);
  const said = (/** @type {any} */ value) => (Array.isArray(value) ? value.join(", ") : String(value));
  const words = wordsOf(request.text);
  return [h("h3", {}, N.bookShown), warnings.map((one) => h("p", { class: "problem mildly small", dir: "auto" }, one)), h("dl", { class: "read" }, row(N.heroes, request.characters.map((/** @type {any} */ one) => [one.name, one.age && String(one.age), one.description].filter(Boolean).join(", ")).join("\n")), words && row(N.bookWords, words), rows.map(([key, name]) => row(name, said(request[key])))),
    h("details", {}, h("summary", { class: "small" }, N.bookRaw), h("pre", { tabindex: "0" }, JSON.stringify(request, null, 2)))];
}
