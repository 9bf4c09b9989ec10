// The board: chapters go down, threads across, and scenes are cards. It is one stop of the Tab key.

import { fill, h, icon } from "../dom.js";
import { BoardKeys } from "./board_keys.js";
import { columnOf, columnsOf, letterOf, threadMarks, toneOf, wordsIn } from "./board_model.js";
import { B } from "./board_texts.js";
import { place } from "./group.js";

/** Rows are made for so long at once: more would hold the page up. */
const AT_ONCE_MS = 6;

/**
 * Who has the board: a session, whose scenes can be moved, or a novel, whose plan is read.
 * @typedef {{outline(): import("./tree.js").Outline, name(id: string): string, written?(chapter: number): string, isOpen: boolean, lockOf?(path: string): any, open(path: string, button: HTMLElement): void,
 *   touches?(moved: import("./board_model.js").Place, to: import("./board_model.js").Target): string[], move?(moved: import("./board_model.js").Place, to: import("./board_model.js").Target): Promise<any>,
 *   add?(chapter: string, thread: string): void, lock?(path: string): any, undo?(): any, say(text: string): void}} Owner
 */

export class Board {
  /** @param {Owner} owner */
  constructor(owner) {
    this.owner = owner;
    this.head = h("div", { role: "row", class: "board-row head" });
    this.body = h("div", { role: "rowgroup", class: "board-body" });
    this.grid = h("div", { class: "board", role: "grid", "aria-label": B.label, dataset: { show: "scenes" } }, h("div", { role: "rowgroup", class: "board-head" }, this.head), this.body);
    this.element = h("div", { class: "boardwrap" }, this.grid);
    /** @type {Map<string, {element: HTMLElement, key: string}>} */
    this.rows = new Map();
    /** @type {Record<string, string>} what is shown alone */
    this.only = { pov: "", place: "", thread: "" };
    this.show = "scenes";
    this.keys = new BoardKeys(this);
    this.turn = 0;
    /** @type {(() => void) | undefined} called when all rows are there */
    this.onWhole = undefined;
    /** @type {import("./tree.js").Outline} */
    this.outline = { threads: [], chapters: [] };
    /** @type {string[]} */
    this.columns = [];
  }

  leave() {
    cancelAnimationFrame(this.turn);
    this.keys.leave();
  }

  /** Make again what differs from what is shown. */
  update() {
    this.outline = this.owner.outline();
    const { outline } = this;
    this.columns = columnsOf(outline);
    this.marks = threadMarks(outline);
    this.grid.style.setProperty("--columns", String(this.columns.length));
    this.grid.setAttribute("aria-colcount", String(this.columns.length + 1));
    this.grid.setAttribute("aria-rowcount", String(outline.chapters.length + 1));
    this.showHead();
    cancelAnimationFrame(this.turn);
    const acts = actsOf(outline.chapters);
    const wanted = outline.chapters.flatMap((chapter) => [acts.has(chapter.id) && `act ${chapter.id}`, chapter.id].filter(Boolean));
    for (const [key, row] of this.rows) if (!wanted.includes(key)) row.element.remove(), this.rows.delete(key);
    this.fillRows(0, acts);
  }

  /** Rows are made a few at a time. @param {number} from @param {Map<string, string>} acts */
  fillRows(from, acts) {
    const { chapters } = this.outline;
    const shared = JSON.stringify([this.columns, this.outline.threads.map(({ name }) => name), this.show, this.owner.isOpen]);
    let made = 0, index = from;
    const focused = this.keys.focused, until = performance.now() + AT_ONCE_MS;
    for (; index < chapters.length && (made < 1 || performance.now() < until); index += 1) {
      const chapter = chapters[index];
      if (acts.has(chapter.id) && this.put(`act ${chapter.id}`, /** @type {string} */ (acts.get(chapter.id)), () => this.actRow(/** @type {string} */ (acts.get(chapter.id))))) made += 1;
      if (this.put(chapter.id, `${shared}${this.keyOf(chapter, index)}`, () => this.row(chapter, index))) made += 1;
    }
    if (made) place(this.body, this.order(acts));
    this.filter();
    if (made) this.keys.restore(focused);
    if (index < chapters.length) this.turn = requestAnimationFrame(() => this.fillRows(index, acts));
    else this.onWhole?.();
  }

  /** @param {Map<string, string>} acts @returns {HTMLElement[]} */
  order = (acts) => this.outline.chapters.flatMap(({ id }) => [acts.has(id) && this.rows.get(`act ${id}`)?.element, this.rows.get(id)?.element].filter(Boolean));

  /** @param {string} id @param {string} key @param {() => HTMLElement} make @returns {boolean} whether it was made */
  put(id, key, make) {
    const known = this.rows.get(id);
    if (known?.key === key) return false;
    const element = make();
    known?.element.replaceWith(element);
    this.rows.set(id, { element, key });
    return true;
  }

  /** All that a row shows. @param {import("./tree.js").Chapter} chapter @param {number} index */
  keyOf(chapter, index) {
    const { owner } = this;
    const marks = chapter.scenes.flatMap(({ threads = [] }) => threads.map((id) => [this.marks?.get(id)?.first === index + 1, this.marks?.get(id)?.last === index + 1]));
    return JSON.stringify([index, chapter, marks, chapter.pov && owner.name(chapter.pov), chapter.scenes.map(({ id, place: at }) => [at && owner.name(at), Boolean(owner.lockOf?.(`plot.chapters.${chapter.id}.scenes.${id}`))])]);
  }

  showHead() {
    const { threads, chapters } = this.outline;
    const sum = chapters.reduce((all, chapter) => all + wordsIn(chapter), 0);
    const key = JSON.stringify([threads, this.columns, [...(this.marks ?? [])], chapters.length, sum]);
    if (key === this.headKey) return;
    this.headKey = key;
    fill(this.head, h("div", { role: "columnheader", class: "first" }, h("strong", {}, B.chapter), h("span", { class: "tiny soft num" }, B.planned(chapters.length, sum))), this.columns.map((id) => this.columnHead(id)));
    this.keys.rove();
  }

  /** @param {string} id */
  columnHead(id) {
    const thread = this.outline.threads.find((one) => one.id === id);
    if (!thread) return h("div", { role: "columnheader" }, h("strong", { class: "soft" }, B.loose));
    const mark = this.marks?.get(id);
    const lacks = !mark ? B.noScene : !thread.payoff ? B.noPayoff : !thread.setup ? B.noSetup : "";
    return h("div", { role: "columnheader" }, h("button", { class: "thread-head", type: "button", tabindex: "-1", onclick: (/** @type {any} */ event) => this.owner.open(`plot.threads.${id}`, event.currentTarget) },
      letterOf(this.outline.threads, id), h("span", {}, h("strong", { dir: "auto" }, thread.name ?? id), lacks ? h("span", { class: "chip look" }, lacks) : mark && h("span", { class: "tiny soft num" }, B.span(mark.first, mark.last)))));
  }

  /** @param {string} words */
  actRow = (words) => h("div", { role: "row", class: "board-act" }, h("div", { role: "rowheader", "aria-colspan": this.columns.length + 1 }, words));

  /** @param {import("./tree.js").Chapter} chapter @param {number} index */
  row(chapter, index) {
    const { threads } = this.outline;
    const sum = wordsIn(chapter);
    const facts = [chapter.pov && B.sees(this.owner.name(chapter.pov)), sum > 0 && B.about(sum), this.owner.written?.(index + 1)].filter(Boolean).join(" · ");
    const cells = this.columns.map((column) => {
      const scenes = chapter.scenes.filter((scene) => columnOf(scene, threads) === column);
      return h("div", { role: "gridcell", class: scenes.length ? "" : "bare-cell", dataset: { column } }, scenes.map((scene) => this.card(chapter, scene, index)), this.owner.add && this.owner.isOpen && this.addButton(chapter, column, index, scenes.length > 0));
    });
    return h("div", { role: "row", class: "board-row", dataset: { chapter: chapter.id, pov: chapter.pov ?? "" }, "aria-rowindex": index + 2 },
      h("div", { role: "rowheader", class: "first" }, h("button", { class: "chapter-head", type: "button", tabindex: "-1", onclick: (/** @type {any} */ event) => this.owner.open(`plot.chapters.${chapter.id}`, event.currentTarget) }, h("strong", { dir: "auto" }, B.chapterName(index + 1, chapter.title))), h("span", { class: "tiny soft num", dir: "auto" }, facts)), cells);
  }

  /** @param {import("./tree.js").Chapter} chapter @param {string} column @param {number} index @param {boolean} isMore */
  addButton(chapter, column, index, isMore) {
    const name = column ? this.owner.name(column) : B.loose;
    return h("button", { class: isMore ? "add more" : "add", type: "button", tabindex: "-1", "aria-label": B.addScene(index + 1, name), onclick: () => this.owner.add?.(chapter.id, column) });
  }

  /** @param {import("./tree.js").Chapter} chapter @param {import("./tree.js").Scene} scene @param {number} index */
  card(chapter, scene, index) {
    const { threads } = this.outline;
    const path = `plot.chapters.${chapter.id}.scenes.${scene.id}`;
    const column = columnOf(scene, threads);
    const others = (scene.threads ?? []).filter((id) => id !== column && threads.some((one) => one.id === id));
    const lock = this.owner.lockOf?.(path);
    const marks = (scene.threads ?? []).flatMap((id) => [this.marks?.get(id)?.first === index + 1 && this.mark(id, chapter, scene, true), this.marks?.get(id)?.last === index + 1 && this.mark(id, chapter, scene, false)]);
    return h("button", { class: `scene-card ${toneOf(threads.findIndex(({ id }) => id === column))}`, type: "button", tabindex: "-1", dataset: { scene: scene.id, place: scene.place ?? "", threads: (scene.threads ?? []).join(" ") }, onclick: (/** @type {any} */ event) => this.owner.open(path, event.currentTarget) },
      this.said(scene), h("span", { class: "facts" }, scene.place && h("span", { dir: "auto" }, this.owner.name(scene.place)), this.show !== "words" && scene.words && h("span", { class: "num" }, B.about(scene.words)),
        others.length > 0 && [h("span", { class: "unseen" }, B.also, others.map((id) => this.owner.name(id)).join(", ")), others.map((id) => letterOf(threads, id))], lock && h("span", { class: "mark" }, icon("lock"), h("span", { class: "unseen" }, B.locked)), marks));
  }

  /** What a card says, as the person wants the cards. @param {import("./tree.js").Scene} scene */
  said(scene) {
    const summary = h("span", { dir: "auto" }, scene.summary ?? B.noSummary);
    if (this.show === "beats") return scene.beats?.length ? h("span", { class: "beat-lines", dir: "auto" }, scene.beats.map((beat) => h("span", {}, beat))) : h("span", { class: "soft" }, B.beats);
    if (this.show === "words") return [h("span", { class: "big-number num" }, scene.words ? B.words(scene.words) : "–"), h("span", { class: "clipped", dir: "auto" }, scene.summary ?? "")];
    return summary;
  }

  /** The scene that a thread begins or ends with. @param {string} id @param {import("./tree.js").Chapter} chapter @param {import("./tree.js").Scene} scene @param {boolean} isFirst */
  mark(id, chapter, scene, isFirst) {
    const own = chapter.scenes.filter(({ threads }) => threads?.includes(id));
    if ((isFirst ? own[0] : own.at(-1)) !== scene) return null;
    const name = id === columnOf(scene, this.outline.threads) ? "" : this.owner.name(id);
    return h("span", { class: "mark" }, icon(isFirst ? "play" : "check"), isFirst ? B.begins(name) : B.ends(name));
  }

  // -- what is shown alone

  /** @param {string} show */
  showAs(show) {
    this.show = show;
    this.grid.dataset.show = show;
    this.update();
  }

  filter() {
    const { pov, place: at, thread } = this.only;
    for (const row of this.body.querySelectorAll(".board-row")) {
      const one = /** @type {HTMLElement} */ (row);
      one.hidden = Boolean(pov) && one.dataset.pov !== pov;
    }
    const isFiltered = Boolean(at || thread);
    if (!isFiltered && !this.wasFiltered) return;
    this.wasFiltered = isFiltered;
    for (const card of this.body.querySelectorAll(".scene-card")) {
      const { place: own, threads = "" } = /** @type {HTMLElement} */ (card).dataset;
      card.classList.toggle("faint", (Boolean(at) && own !== at) || (Boolean(thread) && !threads.split(" ").includes(thread)));
    }
  }

  /** Show a chapter. @param {number} number */
  scrollTo(number) {
    const id = this.outline.chapters[number - 1]?.id;
    const row = id && this.rows.get(id)?.element;
    row?.scrollIntoView({ block: "center" });
    /** @type {HTMLElement | null | undefined} */ (row?.querySelector(".chapter-head"))?.focus({ preventScroll: true });
  }
}

/** What stands above the first chapter of each act. @param {import("./tree.js").Chapter[]} chapters @returns {Map<string, string>} */
function actsOf(chapters) {
  const found = new Map();
  for (const [index, { id, act }] of chapters.entries()) {
    if (!act || act === chapters[index - 1]?.act) continue;
    let last = index;
    while (chapters[last + 1]?.act === act) last += 1;
    found.set(id, `${B.act(act)} · ${B.actSpan(index + 1, last + 1, chapters.slice(index, last + 1).reduce((sum, chapter) => sum + wordsIn(chapter), 0))}`);
  }
  return found;
}

/** The controls above a board. @param {Board} board @param {any[]} buttons */
export function boardBar(board, buttons) {
  const name = `show-${Math.random().toString(36).slice(2)}`;
  const segment = h("div", { class: "segment", role: "radiogroup", "aria-label": B.show }, B.shows.map(([value, label]) => h("label", {}, h("input", { type: "radio", name, value, checked: value === board.show, onchange: () => board.showAs(value) }), h("span", {}, label))));
  const choices = /** @type {[string, string, string][]} */ ([["pov", B.pov, B.anyPov], ["place", B.place, B.anyPlace], ["thread", B.threads, B.anyThread]]).map(([key, label, any]) => {
    const control = h("select", { "aria-label": label, class: key === "thread" ? "only-narrow" : "", onchange: () => ((board.only[key] = control.value), board.filter()) });
    return { key, any, control, shown: "" };
  });
  const update = () => {
    const { chapters, threads } = board.outline;
    /** @type {Record<string, string[]>} */
    const ids = { pov: [...new Set(chapters.flatMap(({ pov }) => pov ?? []))], place: [...new Set(chapters.flatMap(({ scenes }) => scenes.flatMap(({ place: at }) => at ?? [])))], thread: threads.map(({ id }) => id) };
    for (const one of choices) {
      const options = ids[one.key].map((id) => [id, board.owner.name(id)]);
      const key = JSON.stringify(options);
      if (key === one.shown) continue;
      one.shown = key;
      fill(one.control, h("option", { value: "" }, one.any), options.map(([id, label]) => h("option", { value: id }, label)));
      one.control.value = board.only[one.key];
    }
  };
  return { element: h("div", { class: "bar" }, segment, choices.map(({ control }) => control), h("span", { class: "grow" }), h("div", { class: "row" }, buttons)), update };
}

/** The keys of a board, below it. @param {[string[], string][]} keys */
export const keyLine = (keys) => h("p", { class: "keys hide-narrow flush" }, keys.map(([names, words]) => h("span", {}, names.flatMap((name) => [h("kbd", {}, name), " "]), words)));

