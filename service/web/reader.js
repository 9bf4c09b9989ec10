// The reader: leaf by leaf, by hand or after the voice, with the spoken word lit.

import { announce } from "./announcer.js";
import { addressOf } from "./addresses.js";
import { called, captionOf, isBook, listed, PRINT } from "./captions.js";
import { ApiError, getStory, regenerate } from "./client.js";
import { fill, h, icon, setText, setVars } from "./dom.js";
import { fit, leavesOf } from "./leaves.js";
import { firstWords, wordsOfPages } from "./book_words.js";
import { Narrator } from "./narrator.js";
import { onLight } from "./palette.js";
import { Pictures } from "./pictures.js";
import { Live } from "./live.js";
import { menu } from "./menu.js";
import { keepPage, pageLeft } from "./reading.js";
import { earlierPictures, editPage, newPictures, redrawPage } from "./remaking.js";
import { Story, isOpen, staleOf, stateOf } from "./subjects.js";
import { toast } from "./toast.js";
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
  const asked = address.get("page");
  const left = pageLeft(id);
  reader.open(reader.placeOf(asked ?? left ?? "cover"));
  if (!asked && left) toast("Here you stopped reading.", { label: "From the beginning", act: () => reader.go("first") });
  if (story.asset_generation_status.overall === "generating") reader.follow();
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
    window.addEventListener("resize", () => fit(this.leaves[this.at]), { signal: this.over.signal });
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
        h("p", { class: "reader-title", dir: "auto" }, this.story.title), this.fullScreen(), this.changes(), this.downloads()),
      this.problem, this.work(),
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
      h("button", { class: "button", type: "button", onclick: () => this.change(act) }, label);
    const page = () => this.leaves[this.at].page;
    this.editing = item("Change this page", async () => this.changed(await editPage(this.story, page())));
    this.redrawing = item("Draw this picture again", async () => this.changed(await redrawPage(this.story, page())));
    this.earlier = item("Earlier pictures", async () =>
      this.changed(await earlierPictures(this.story.id, this.pictured, this.pictures) || null));
    const anew = item("New pictures", async () => {
      if (await newPictures(this.story.id)) location.hash = `#/stories/${this.story.id}`;
    });
    this.menu = menu("Change", { class: "button small" }, [this.editing, this.redrawing, this.earlier, anew]);
    return this.menu;
  }

  /** The picture of the leaf that is open. */
  get pictured() {
    const { page } = this.leaves[this.at];
    return page ? `scene_${page}` : "cover";
  }

  /** @param {() => Promise<void>} act */
  async change(act) {
    this.narrator?.pause();
    try {
      await act();
    } catch (fault) {
      if (!(fault instanceof ApiError)) throw fault;
      setText(this.problem, fault.message);
      this.problem.hidden = false;
    }
  }

  /** Look at the book as it is now, on the page that is open. @param {any} done what was done, if anything */
  changed(done) {
    if (done) window.dispatchEvent(new HashChangeEvent("hashchange"));
  }

  // -- what is being made meanwhile

  /** A line that says what is made again, or what no longer fits the rest; the book can be read all the while. */
  work() {
    const stale = staleOf(this.story.asset_generation_status);
    this.told = h("span", {}, stale.length ? `Something was changed since these parts were made: ${listed(stale, this.assets)}.` : "");
    this.again = h("button", { class: "button small", type: "button", onclick: () =>
      this.change(async () => this.changed(await regenerate(this.story.id, stale))) }, "Make them again");
    return (this.working = h("p", { class: "working row", role: "status", hidden: stale.length === 0 }, this.told, this.again));
  }

  /** Follow what is made again, and show it where the reader is as soon as it is there. */
  follow() {
    this.onState(stateOf(this.story));
    this.live = new Live(new Story(this.story.id, this, this.story), this);
    this.live.run();
  }

  /** @param {import("./client.js").StoryState} state */
  onState(state) {
    this.working.hidden = false;
    this.again.hidden = true;
    const names = Object.keys(state.assets).filter((name) => isOpen(state.assets[name]));
    setText(this.told, `Being made: ${new Intl.ListFormat("en").format(names.map((name) => called(name, state.assets[name])))} …`);
    if (state.overall === "generating") return;
    this.live?.stop();
    if (this.over.signal.aborted) return;
    const sentence = state.overall === "ready" ? "Everything is ready." : "A part could not be made. The rest of the book is as it was.";
    // Nobody's reading is broken off.
    if (this.narrator?.playing) return void toast(sentence, { label: "Show it", act: () => this.changed(true), seconds: 60 });
    toast(sentence);
    this.changed(true);
  }

  onWords() {}

  onMode() {}

  onMessage() {}

  onNeedsToken() {
    this.changed(true);
  }

  downloads() {
    const books = Object.entries(this.assets).filter(([name, asset]) => isBook(asset) && !PRINT.includes(name));
    return h("div", { class: "row" }, books.map(([name, asset]) =>
      h("button", { class: "button small", type: "button", onclick: () => this.download(name) }, icon("down"), capital(captionOf(name, asset)))),
    this.printing());
  }

  /** The files for a printer: those that are made, and making those that are missing or out of date. */
  printing() {
    const ready = PRINT.filter((name) => this.assets[name]?.url);
    const wanted = PRINT.filter((name) => !isOpen(this.assets[name]) && (!this.assets[name]?.url || this.assets[name].stale));
    const item = (/** @type {string} */ label, /** @type {() => Promise<void>} */ act) =>
      h("button", { class: "button", type: "button", onclick: act }, label);
    const making = item(ready.length ? "Make the other files for a printer" : "Make the files for a printer",
      () => this.change(async () => this.changed(await regenerate(this.story.id, wanted))));
    const saving = ready.map((name) => item(capital(captionOf(name, this.assets[name])), () => this.download(name)));
    return saving.length + wanted.length ? menu("Print", { class: "button small" }, wanted.length ? [...saving, making] : saving) : null;
  }

  /** The book and nothing else, where the browser can. */
  fullScreen() {
    if (!document.fullscreenEnabled) return null;
    const turn = () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen());
    return h("button", { class: "bare", type: "button", "aria-label": "Full screen", onclick: turn }, icon("whole"));
  }

  leave() {
    this.live?.stop();
    this.over.abort();
    this.pictures.release();
  }

  // -- leaves

  /** Show a leaf, and get its neighbours' pictures ready. @param {number} at */
  open(at) {
    this.at = at;
    const current = this.leaves[at];
    this.keep(current);
    this.menu.open = false;
    for (const leaf of this.leaves) leaf.element.hidden = leaf !== current;
    this.element.dataset.kind = current.kind;
    fit(current);
    this.editing.hidden = !current.page;
    this.redrawing.hidden = !current.image;
    this.earlier.hidden = !current.image || !current.url;
    this.tint();
    for (const leaf of this.leaves.slice(Math.max(0, at - 1), at + 2)) {
      if (leaf.image && leaf.url) this.pictures.show(leaf.image, leaf.url);
    }
    setText(this.folio, current.page ? `${current.page} / ${this.firsts.length}` : current.name);
    this.back.setAttribute("aria-disabled", String(at === 0));
    this.onward.setAttribute("aria-disabled", String(at === this.leaves.length - 1));
  }

  /** The leaf that an address names; the cover where none has that name. @param {string} key */
  placeOf(key) {
    return Math.max(0, this.leaves.findIndex((leaf) => leaf.key === key));
  }

  /** Every leaf has an address, and the book opens where it was left. @param {import("./leaves.js").Leaf} leaf */
  keep({ kind, key }) {
    if (!this.element.isConnected) return;
    history.replaceState(history.state, "", `#/read/${this.story.id}?page=${key}`);
    keepPage(this.story.id, ["cover", "ending", "talk", "colophon"].includes(kind) ? null : key);
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
    const first = this.firstWord();
    if (first < 0) this.narrator.seek(this.at <= 1 ? 0 : this.firsts[this.firsts.length - 1]);
    else if (!this.narrator.isWithin(first, this.firsts[this.leaves[this.at].page])) this.narrator.seek(first);
    this.narrator.play();
  }

  /** Hear the word that was clicked; while the book is read aloud, all from there on. @param {Event} event */
  fromWord(event) {
    const word = /** @type {HTMLElement} */ (event.target).closest?.(".word");
    if (!word || !this.narrator) return;
    const number = Number(/** @type {HTMLElement} */ (word).dataset.word);
    this.narrator.playing ? this.narrator.seek(number) : this.narrator.say(number);
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
    if (this.leaves[this.at].page === this.firsts.length) this.open(this.placeOf("ending"));
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
