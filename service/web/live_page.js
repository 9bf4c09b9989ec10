// A story coming to life: words as they are written, pictures as they are painted.

import { announce } from "./announcer.js";
import { listed } from "./captions.js";
import { ApiError, cancelStory, getStory, newestRun, regenerate, resumeStory } from "./client.js";
import { confirm } from "./dialog.js";
import { fill, h, icon, setText } from "./dom.js";
import { Live } from "./live.js";
import { onLight } from "./palette.js";
import { Pictures } from "./pictures.js";
import { reasonOf } from "./reasons.js";
import { originOf } from "./origin.js";
import { newPictures } from "./remaking.js";
import { SceneCard } from "./scene_card.js";
import { SpendNote } from "./spend.js";
import { Story, isOpen, staleOf, stateOf } from "./subjects.js";
import { titled } from "./titles.js";
import { toast } from "./toast.js";
import { ProgressPanel, isHeld } from "./progress_panel.js";

/** @typedef {import("./client.js").StoryState} StoryState */

const MODES = {
  connecting: "Connecting …",
  websocket: "Live",
  events: "Live, over a one-way connection",
  polling: "Checking every two seconds",
  away: "Reconnecting …",
  ended: "",
  gone: "This story was deleted",
};
/** What the pill says of a story when nothing more is to come. */
const OVER = { ready: "Finished", partial: "Finished, a part is missing", failed: "Failed", cancelled: "Stopped" };
const ENDS = {
  ready: "Your book is ready!",
  partial: "Your book is ready, but a part of it could not be made.",
  failed: "The story could not be written.",
  cancelled: "The work was stopped. Everything that was ready is kept.",
};
/** Of a whole book in which something was to be made anew. */
const STOPPED = "Your book is ready. The last change was stopped. The parts that were ready by then are new, and the others are as before.";

/** @type {import("./app.js").Page} */
export async function livePage(place, _address, id) {
  const story = await getStory(id);
  const page = new LivePage(story);
  fill(place, page.element);
  page.onState(stateOf(story), "snapshot");
  void page.recall();
  page.follow(story);
  return { title: page.titleText, leave: () => page.leave() };
}

class LivePage {
  /** @param {any} story */
  constructor(story) {
    this.id = story.id;
    this.given = titled(story.title);
    this.brief = story.brief;
    this.pictures = new Pictures();
    onLight(() => this.cards.forEach((card) => card.tint(undefined)), this.pictures.over.signal);
    /** @type {StoryState} */
    this.state = story.asset_generation_status;
    this.stopped = false;
    this.cards = Array.from({ length: story.brief.scene_count + 1 }, (_, index) => new SceneCard(index, this.pictures));
    this.progressPanel = new ProgressPanel();
    this.spend = new SpendNote(story.brief.budget_usd ?? null, (budget) => this.resume({ budget_usd: budget }));
    this.build();
  }

  build() {
    this.title = h("h1", { dir: "auto" });
    this.mode = h("p", { class: "mode" });
    this.message = h("p", { class: "message" });
    this.reason = h("p", { class: "reason", hidden: true });
    this.detail = h("details", { class: "fold", hidden: true }, h("summary", {}, "What exactly happened"), h("p", { dir: "auto" }));
    this.other = h("a", { class: "button primary", href: `#/new?like=${this.id}`, hidden: true }, "Change the wish");
    this.whole = h("progress", { class: "whole", max: 100, value: 0, "aria-label": "The whole book" });
    this.stop = h("button", { class: "button", type: "button", onclick: () => this.cancel() }, "Stop");
    this.again = h("button", { class: "button primary", type: "button", onclick: () => this.resume() }, "Continue making it");
    this.anew = h("button", { class: "button", type: "button", onclick: () => this.paint() }, "New pictures");
    this.renew = h("button", { class: "button small", type: "button", onclick: () => this.remake() }, "Make them again");
    this.stale = h("p", { class: "stale row", hidden: true }, h("span", {}), this.renew);
    this.read = h("a", { class: "button primary big", href: `#/read/${this.id}` }, icon("book"), "Read the book");
    const origin = originOf(this.id);
    this.element = h("article", { class: "live" },
      h("header", { class: "live-head" }, h("p", { class: "eyebrow" }, `A story for ${names(this.brief.characters)}`),
        origin && h("p", { class: "flush" }, h("a", { href: `#/novel/${origin.novel}`, dir: "auto" }, `Back to the novel “${origin.title}”`)),
        this.title, this.message, this.reason, this.whole, h("p", { class: "row" }, this.read, this.other, this.again, this.anew, this.stop, this.mode), this.detail, this.stale, this.spend.element),
      h("div", { class: "live-side" }, this.cards[0].element, this.progressPanel.element),
      h("div", { class: "live-scenes" }, this.cards.slice(1).map((card) => card.element)));
  }

  get titleText() {
    return this.title.textContent ?? "";
  }

  /** @param {any} [known] the story as it was just read: only what came after it is then heard */
  follow(known) {
    this.live?.stop();
    this.live = new Live(new Story(this.id, this, known), this);
    this.live.run();
  }

  leave() {
    this.live?.stop();
    this.pictures.release();
  }

  // -- what is heard

  /** @param {StoryState} state @param {string} change */
  onState(state, change) {
    const before = this.state;
    this.state = state;
    const content = state.assets.content?.data;
    setText(this.title, content?.title ?? this.given);
    for (const beat of content?.beats ?? []) this.cards[beat.index]?.write(beat.text);
    this.cards.forEach((card, index) => card.show(state.assets[nameOf(index)], altOf(content, index, state.assets[nameOf(index)])));
    this.progressPanel.update(state);
    this.spend.update(state);
    if (content && change !== "snapshot") document.title = `${content.title} · Storytroupe`;
    this.sum();
    if (state.overall !== "ready") this.stopped = false;
    this.offer();
    if (change !== "snapshot") this.tell(before);
    if (before.overall === "generating" && state.overall === "ready") void this.recall();
  }

  /** Whether what was made last of this whole book was stopped, of which the book itself says nothing. */
  async recall() {
    if (this.state.overall !== "ready") return;
    const { status } = await newestRun(this.id).catch(() => ({ status: "" }));
    if (status !== "CANCELLED" || this.state.overall !== "ready" || !this.element.isConnected) return;
    this.stopped = true;
    this.offer();
    announce(STOPPED);
  }

  /** @param {number} page @param {string} text */
  onWords(page, text) {
    if (this.state.assets.content?.status !== "ready") this.cards[page]?.write(text);
  }

  /** @param {import("./live.js").Mode} mode */
  onMode(mode) {
    this.mode.dataset.mode = mode;
    this.pill();
    if (mode === "gone") announce(MODES.gone);
  }

  /** How the news comes, or how the story ended. */
  pill() {
    const mode = /** @type {keyof typeof MODES} */ (this.mode.dataset.mode ?? "connecting");
    setText(this.mode, MODES[mode] || (OVER[/** @type {keyof typeof OVER} */ (this.state.overall)] ?? "Finished"));
  }

  /** @param {string} text */
  onMessage(text) {
    if (this.state.overall === "generating") setText(this.message, text);
  }

  onNeedsToken() {
    window.dispatchEvent(new HashChangeEvent("hashchange"));
  }

  // -- what is shown

  sum() {
    const assets = Object.values(this.state.assets);
    const done = assets.map((asset) => (asset.status === "ready" ? 100 : asset.progress));
    this.whole.value = Math.round(done.reduce((sum, share) => sum + share, 0) / Math.max(1, done.length));
  }

  offer() {
    const { overall } = this.state;
    this.element.dataset.overall = overall;
    const over = ["partial", "failed", "cancelled"].includes(overall);
    const reason = over ? reasonOf(this.state) : null;
    this.element.toggleAttribute("data-bare", over && !written(this.state));
    this.reason.hidden = !reason;
    setText(this.reason, reason?.text ?? "");
    this.detail.hidden = !reason?.detail;
    setText(this.detail.lastElementChild, reason?.detail ?? "");
    this.other.hidden = reason?.helps !== "wish";
    this.again.classList.toggle("primary", this.other.hidden);
    this.pill();
    this.read.hidden = !["ready", "partial"].includes(overall);
    this.again.hidden = !over && !isHeld(this.state);
    this.stop.hidden = this.whole.hidden = overall !== "generating";
    this.anew.hidden = over || !written(this.state);
    const stale = staleOf(this.state);
    this.stale.hidden = stale.length === 0 || overall === "generating";
    setText(this.stale.firstElementChild, `These parts are out of date, since something else was changed: ${listed(stale, this.state.assets)}.`);
    setText(this.message, this.stopped ? STOPPED : ENDS[/** @type {keyof typeof ENDS} */ (overall)] ?? whatIsDone(this.state));
  }

  /** Announce what is new, not how far it is. @param {StoryState} before */
  tell(before) {
    for (const [name, asset] of Object.entries(this.state.assets)) {
      if (before.assets[name]?.status === asset.status) continue;
      if (asset.status === "ready" && said(name)) toast(said(name));
    }
    if (before.overall !== this.state.overall) {
      toast(ENDS[/** @type {keyof typeof ENDS} */ (this.state.overall)] ?? "The work continues.");
    }
  }

  // -- what can be done

  async cancel() {
    const sure = await confirm({ title: "Stop making this book?", yes: "Stop for now", no: "Keep making it",
      text: "Everything that is ready will be kept. You can have the rest made later." });
    if (sure) await this.change(() => cancelStory(this.id));
  }

  /** @param {{budget_usd?: number}} [changes] */
  async resume(changes) {
    await this.change(() => resumeStory(this.id, changes));
  }

  /** All pictures anew; also while they are made, where that is stuck. */
  async paint() {
    if (await newPictures(this.id)) this.follow();
  }

  /** What is out of date, made again. */
  async remake() {
    await this.change(() => regenerate(this.id, staleOf(this.state)));
  }

  /** @param {() => Promise<any>} request */
  async change(request) {
    this.stop.disabled = this.again.disabled = true;
    try {
      const { asset_generation_status: state } = await request();
      this.onState({ ...this.state, ...state }, "answer");
      this.follow();
    } catch (fault) {
      if (!(fault instanceof ApiError)) throw fault;
      setText(this.message, fault.message);
      announce(fault.message);
    } finally {
      this.stop.disabled = this.again.disabled = false;
    }
  }
}

const nameOf = (/** @type {number} */ index) => (index === 0 ? "cover" : `scene_${index}`);

const written = (/** @type {StoryState} */ state) => state.assets.content?.status === "ready";

/**
 * What a picture shows: by a person's words, else as it was drawn, else as the storyteller meant it.
 * @param {any} content @param {number} index @param {import("./client.js").Asset | undefined} asset
 */
function altOf(content, index, asset) {
  const beat = content?.beats.find((/** @type {any} */ one) => one.index === index);
  const meant = index === 0 ? content?.cover_alt : beat?.alt;
  return (beat?.described ? meant : asset?.alt ?? meant) ?? "";
}

/** @param {{name: string}[]} characters */
const names = (characters) => new Intl.ListFormat("en").format(characters.map(({ name }) => name));

/** @param {StoryState} state */
function whatIsDone(state) {
  if (!written(state)) return "The storyteller is writing.";
  if (isOpen(state.assets.cover)) return "The words are ready. The cover comes next.";
  const painting = Object.entries(state.assets).some(([name, asset]) => name.startsWith("scene_") && isOpen(asset));
  if (painting) return "The words are ready. The pages are being painted.";
  return isOpen(state.assets.audio) ? "The words and pictures are ready. The voice is reading." : "The book is being bound.";
}

/** @param {string} name */
function said(name) {
  if (name === "content") return "The words are written.";
  if (name === "cover") return "The cover is ready.";
  return name.startsWith("scene_") ? `The picture of page ${name.slice(6)} is ready.` : "";
}
