// The reader: leaf by leaf, by hand or after the voice, with the spoken word lit.

import { announce } from "./announcer.js";
import { addressOf } from "./addresses.js";
import { captionOf, isBook } from "./captions.js";
import { ApiError, getStory } from "./client.js";
import { fill, h, icon, setText, setVars } from "./dom.js";
import { leavesOf } from "./leaves.js";
import { firstWords, wordsOfPages } from "./book_words.js";
import { Narrator } from "./narrator.js";
import { onLight } from "./palette.js";
import { Pictures } from "./pictures.js";
import { earlierPictures, editPage, newPictures } from "./remaking.js";
import { isOpen } from "./subjects.js";
import { listenForTurns } from "./turns.js";

const capital = (/** @type {string} */ text) => text[0].toUpperCase() + text.slice(1);

const SPEEDS = [0.75, 0.9, 1, 1.1, 1.25];

/** @type {import("./app.js").Page} */
export async function readerPage(place, address, id) {
  const story = await getStory(id);
  if (!story.content) {
    location.replace(`#/stories/${id}`);
    return { title: story.title };
  }
  const reader = new Reader(story);
  fill(place, reader.element);
  reader.open(Math.min(Number(address.get("leaf")) || 0, reader.leaves.length - 1));
  return { title: story.title, leave: () => reader.leave() };
}

class Reader {
  /** @param {any} story */
  constructor(story) {
    this.story = story;
    this.assets = story.asset_generation_status.assets;
    this.over = new AbortController();
    this.pictures = new Pictures();
    const pages = wordsOfPages(story);
    this.firsts = firstWords(pages);
    this.leaves = leavesOf(story, pages);
    this.at = 0;
    /** @type {HTMLElement | null} */
    this.lit = null;
    this.narrator = this.makeNarrator();
    this.element = this.build();
    listenForTurns(this.book, this, this.over.signal);
    onLight(() => this.tint(), this.over.signal);
  }

  makeNarrator() {
    const url = this.assets.audio?.url;
    if (!url || !this.story.audio_words?.length) return null;
    const narrator = new Narrator(this.story.audio_words, this, this.over.signal);
    addressOf(url).then((address) => narrator.load(address), () => undefined);
    return narrator;
  }

  build() {
    this.book = h("div", { class: "book", onclick: (/** @type {Event} */ event) => this.fromWord(event) },
      this.leaves.map((leaf) => leaf.element));
    this.back = h("button", { class: "turn back", type: "button", "aria-label": "Previous page", onclick: () => this.turn(-1) }, icon("left"));
    this.onward = h("button", { class: "turn onward", type: "button", "aria-label": "Next page", onclick: () => this.turn(1) }, icon("right"));
    this.folio = h("p", { class: "where" });
    this.problem = h("p", { class: "problem", role: "alert", hidden: true });
    return h("article", { class: "reader" },
      h("header", { class: "reader-bar" },
        h("a", { class: "bare", href: "#/", "aria-label": "Back to the library" }, icon("left"), "Library"),
        h("p", { class: "reader-title", dir: "auto" }, this.story.title), this.changes(), this.downloads()),
      this.problem,
      h("div", { class: "stage" }, this.book),
      h("footer", { class: "controls", role: "group", "aria-label": "Reading" }, this.back, this.voiceControls(), this.folio, this.onward));
  }

  voiceControls() {
    if (!this.narrator) return h("p", { class: "where" }, isOpen(this.assets.audio) ? "The voice is still reading" : "This book has no narration");
    this.button = h("button", { class: "play", type: "button", onclick: () => this.toggle() });
    const speed = h("select", { "aria-label": "Speed of the voice",
      onchange: () => this.narrator?.setRate(Number(speed.value)) },
    SPEEDS.map((rate) => h("option", { value: rate, selected: rate === 1 }, `${rate}×`)));
    this.onPlaying(false);
    return h("div", { class: "voice" }, this.button, speed);
  }

  /** What can be changed, of the leaf that is open and of the whole book. */
  changes() {
    const item = (/** @type {string} */ label, /** @type {() => Promise<void>} */ act) =>
      h("button", { type: "button", onclick: () => this.change(act) }, label);
    this.editing = item("Change this page", async () => this.changed(await editPage(this.story, this.leaves[this.at].page)));
    this.earlier = item("Earlier pictures", async () =>
      this.changed(await earlierPictures(this.story.id, this.pictured, this.pictures) ? false : null));
    const anew = item("New pictures", async () => this.changed(await newPictures(this.story.id) || null));
    this.menu = h("details", { class: "menu" }, h("summary", { class: "button small" }, "Change"),
      h("div", { class: "menu-items" }, this.editing, this.earlier, anew));
    return this.menu;
  }

  /** The picture of the leaf that is open. */
  get pictured() {
    const { page } = this.leaves[this.at];
    return page ? `scene_${page}` : "cover";
  }

  /** @param {() => Promise<void>} act */
  async change(act) {
    this.menu.open = false;
    this.narrator?.pause();
    try {
      await act();
    } catch (fault) {
      if (!(fault instanceof ApiError)) throw fault;
      setText(this.problem, fault.message);
      this.problem.hidden = false;
    }
  }

  /** Watch what is being made, or look at the book as it is now. @param {boolean | null} begun null: nothing changed */
  changed(begun) {
    if (begun) location.hash = `#/stories/${this.story.id}`;
    if (begun !== false) return;
    history.replaceState(null, "", `#/read/${this.story.id}?leaf=${this.at}`);
    window.dispatchEvent(new HashChangeEvent("hashchange"));
  }

  downloads() {
    const books = Object.entries(this.assets).filter(([, asset]) => isBook(asset));
    return h("p", { class: "row" }, books.map(([name, asset]) =>
      h("button", { class: "button small", type: "button", onclick: () => this.download(name) }, icon("down"), capital(captionOf(name, asset)))));
  }

  leave() {
    this.over.abort();
    this.pictures.release();
  }

  // -- leaves

  /** Show a leaf, and get its neighbours' pictures ready. @param {number} at */
  open(at) {
    this.at = at;
    const current = this.leaves[at];
    for (const leaf of this.leaves) leaf.element.hidden = leaf !== current;
    this.element.dataset.kind = current.kind;
    this.editing.hidden = !current.page;
    this.earlier.hidden = !current.image || !current.url;
    this.tint();
    for (const leaf of this.leaves.slice(Math.max(0, at - 1), at + 2)) {
      if (leaf.image && leaf.url) this.pictures.show(leaf.image, leaf.url);
    }
    setText(this.folio, current.page ? `${current.page} / ${this.firsts.length}` : current.name);
    this.back.setAttribute("aria-disabled", String(at === 0));
    this.onward.setAttribute("aria-disabled", String(at === this.leaves.length - 1));
  }

  /** The room takes its colour from the leaf that is open. */
  tint() {
    for (const leaf of this.leaves) leaf.tint();
    setVars(this.element, { ground: this.leaves[this.at].element.style.getPropertyValue("--ground") });
  }

  /** Turn by hand: the voice comes along to a page with words, and rests on any other. @param {number} by */
  turn(by) {
    const at = this.at + by;
    if (at < 0 || at >= this.leaves.length) return;
    this.open(at);
    const first = this.firstWord();
    if (this.narrator?.playing) first >= 0 ? this.narrator.seek(first) : this.narrator.pause();
    else announce(this.leaves[at].name);
    if (first >= 0 && !this.narrator?.playing) this.narrator?.seek(first);
  }

  /** @param {"first" | "last"} end */
  go(end) {
    this.turn((end === "first" ? 0 : this.leaves.length - 1) - this.at);
  }

  /** The first word of the leaf that is open, or -1. */
  firstWord() {
    const { page } = this.leaves[this.at];
    return page ? this.firsts[page - 1] : -1;
  }

  // -- the voice

  toggle() {
    if (!this.narrator) return;
    if (this.narrator.playing) return this.narrator.pause();
    if (this.firstWord() < 0) this.narrator.seek(this.at <= 1 ? 0 : this.firsts[this.firsts.length - 1]);
    this.narrator.play();
  }

  /** Hear from the word that was clicked. @param {Event} event */
  fromWord(event) {
    const word = /** @type {HTMLElement} */ (event.target).closest?.(".word");
    if (!word || !this.narrator) return;
    this.narrator.seek(Number(/** @type {HTMLElement} */ (word).dataset.word));
    this.narrator.play();
  }

  /** @param {number} number of the word that is spoken, or -1 */
  onWord(number) {
    this.lit?.classList.remove("lit");
    this.lit = null;
    if (number < 0) return;
    const page = this.firsts.findLastIndex((first) => first >= 0 && first <= number) + 1;
    const at = this.leaves.findIndex((leaf) => leaf.page === page);
    if (at !== this.at && this.narrator?.playing) this.open(at);
    this.lit = this.leaves[at].element.querySelector(`[data-word="${number}"]`);
    this.lit?.classList.add("lit");
    if (this.narrator?.playing) this.keepInView();
  }

  /** Where a page is longer than its place, the light stays in sight. */
  keepInView() {
    const box = this.lit?.getBoundingClientRect();
    const within = this.lit?.closest(".text-page")?.getBoundingClientRect();
    if (!box || !within) return;
    const bottom = Math.min(within.bottom, window.innerHeight - 90);
    if (box.bottom > bottom || box.top < Math.max(within.top, 0)) this.lit?.scrollIntoView({ block: "center" });
  }

  /** @param {boolean} playing */
  onPlaying(playing) {
    if (!this.button) return;
    fill(this.button, icon(playing ? "pause" : "play"), playing ? "Pause" : "Read to me");
    this.element?.toggleAttribute("data-playing", playing);
  }

  onEnd() {
    this.onPlaying(false);
    announce("The end.");
  }

  // -- to keep

  /** Save the book as a file. @param {string} name */
  async download(name) {
    this.problem.hidden = true;
    try {
      const address = await addressOf(this.assets[name].url);
      h("a", { href: `${address}&download=1`, download: "" }).click();
    } catch (fault) {
      if (!(fault instanceof ApiError)) throw fault;
      setText(this.problem, fault.message);
      this.problem.hidden = false;
    }
  }
}
