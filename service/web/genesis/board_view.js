// The board of a session: its scenes are moved and changed by commands, and each move can be undone.

import { confirm, form } from "../dialog.js";
import { fill, h, icon } from "../dom.js";
import { paragraph } from "../fields.js";
import { Board, boardBar, keyLine } from "./board.js";
import { BoardDrawer } from "./board_drawer.js";
import { changesOf, columnOf, findScene, touchedBy } from "./board_model.js";
import { MoveForm } from "./board_move.js";
import { B } from "./board_texts.js";
import { askNew } from "./collection.js";
import { GroupView } from "./group.js";
import { TABLE, find } from "./table.js";
import { T, fieldName } from "./texts.js";
import { outlineOf } from "./tree.js";

const [THREADS, CHAPTERS] = TABLE.plot.collections;
const NAMED = ["character.people", "world.places", "plot.threads"];

/** @param {import("./session_page.js").SessionPage} page */
export const boardView = (page) => new BoardView(page);

/** @implements {import("./board.js").Owner} */
export class BoardView {
  /** @param {import("./session_page.js").SessionPage} page */
  constructor(page) {
    this.page = page;
    this.board = new Board(this);
    this.drawer = new BoardDrawer(() => this.forget());
    const button = (/** @type {string} */ label, /** @type {string} */ path, /** @type {any} */ collection) => h("button", { class: "button small", type: "button", onclick: () => askNew(page, path, collection) }, icon("plus"), label);
    this.buttons = [button(B.thread, "plot.threads", THREADS), button(B.addChapter, "plot.chapters", CHAPTERS)];
    this.bar = boardBar(this.board, this.buttons);
    this.note = h("div", { class: "note", role: "status", hidden: true });
    this.empty = h("div", { class: "sheet emptyland", hidden: true }, icon("content"), h("h3", {}, B.empty), h("p", { class: "soft flush" }, B.emptyText));
    this.keys = keyLine(B.keys);
    this.holds = h("p", { class: "touch-hint flush" }, B.holds);
    this.whole = h("div", { class: "stack s075" }, h("h2", { class: "unseen" }, B.title), this.bar.element, this.note, this.empty, this.board.element, this.keys, this.holds);
    this.element = h("div", { class: "board-view" }, this.whole, this.drawer.element);
    this.path = "";
  }

  update() {
    this.board.update();
    const isEmpty = this.board.outline.chapters.length === 0;
    this.empty.hidden = !isEmpty;
    this.board.element.hidden = this.keys.hidden = isEmpty;
    for (const one of this.buttons) one.hidden = !this.isOpen;
    this.holds.hidden = isEmpty || !this.isOpen;
    this.bar.update();
    if (this.undoable && this.undoable.decision !== this.page.plan.state.decision_version && this.undoable.seen) this.say("");
    if (this.undoable && this.undoable.decision === this.page.plan.state.decision_version) this.undoable.seen = true;
    this.refresh();
  }

  leave() {
    this.board.leave();
  }

  // -- what the board asks

  outline = () => outlineOf(this.page.plan);

  /** @param {string} id of a person, a place or a thread */
  name(id) {
    for (const path of NAMED) {
      const name = this.page.plan.value(`${path}.${id}.name`);
      if (name) return name;
    }
    return id;
  }

  get isOpen() {
    return this.page.plan.may("EDIT_STAGE", "plot");
  }

  /** @param {string} path */
  lockOf = (path) => this.page.plan.lockOf(path);

  /** @param {string} path */
  lock(path) {
    const lock = this.page.plan.lockOf(path);
    return this.page.send(lock ? "UNLOCK_FIELDS" : "LOCK_FIELDS", { paths: [lock ?? path] });
  }

  /** @param {import("./board_model.js").Place} moved @param {import("./board_model.js").Target} to @returns {string[]} */
  touches(moved, to) {
    const { plan } = this.page;
    const { scene } = /** @type {any} */ (findScene(this.board.outline, moved));
    const isOther = columnOf(scene, this.board.outline.threads) !== to.thread;
    const drawn = isOther ? plan.touched([`plot.chapters.${moved.chapter}.scenes.${moved.scene}.threads`]).length : 0;
    return [...touchedBy(this.board.outline, moved, to, (id) => this.name(id)), ...(drawn ? [B.drawn(drawn)] : [])];
  }

  // -- what the person decides

  /** @param {import("./board_model.js").Place} moved @param {import("./board_model.js").Target} to */
  async move(moved, to) {
    const { page, board } = this;
    const { version } = page.plan.state;
    const changes = changesOf(board.outline, moved, to);
    const number = board.outline.chapters.find(({ id }) => id === to.chapter)?.number ?? 0;
    const where = B.here(number, to.thread ? this.name(to.thread) : B.loose);
    const done = await page.send("EDIT_STAGE", { stage: "plot", changes });
    if (!done) return null;
    const path = done.result.moved?.[0] ?? `plot.chapters.${moved.chapter}.scenes.${moved.scene}`;
    this.say(B.moved(where), { version, decision: done.decision_version });
    board.keys.find({ chapter: to.chapter, scene: path.split(".")[4] });
    return path;
  }

  async undo() {
    const { undoable } = this;
    if (!undoable) return;
    this.say("");
    if (await this.page.send("RESTORE", { to_version: undoable.version, stages: ["plot"] })) this.say(B.undone);
  }

  /** @param {string} text @param {{version: number, decision: number, seen?: boolean}} [undoable] */
  say(text, undoable) {
    this.undoable = undoable;
    this.note.hidden = !text;
    fill(this.note, text && h("span", {}, text), undoable && h("button", { class: "button small", type: "button", onclick: () => this.undo() }, B.undo));
  }

  /** @param {string} chapter @param {string} thread */
  async add(chapter, thread) {
    const summary = paragraph({ rows: 3, required: true, dir: "auto", "aria-label": fieldName("summary", "scenes") });
    const number = this.board.outline.chapters.find(({ id }) => id === chapter)?.number ?? 0;
    const path = `plot.chapters.${chapter}.scenes`;
    let added = "";
    await form({ title: B.addScene(number, thread ? this.name(thread) : B.loose), body: [h("div", { class: "field" }, h("p", { class: "label", "aria-hidden": "true" }, fieldName("summary", "scenes")), summary)], answers: [{ value: "add", label: T.addYes, main: true }],
      act: async () => {
        const value = { summary: summary.value.trim(), ...(thread && { threads: [thread] }) };
        const done = await this.page.command("EDIT_STAGE", { stage: "plot", changes: [{ op: "add", path, value }] });
        added = done.result.added[0].split(".").at(-1);
      } });
    if (added) this.board.keys.find({ chapter, scene: added });
  }

  /** @param {string} path @param {HTMLElement} button */
  open(path, button) {
    const { collection } = find(path);
    const isScene = collection?.name === "scenes";
    this.path = path;
    this.group = new GroupView(this.page, path, (collection?.fields ?? []).filter(({ name }) => name !== "number"));
    this.form = isScene ? new MoveForm(this, path) : undefined;
    this.drawer.open(this.titleOf(path), [this.group.element, this.form?.element, this.tools(path)], () => (button.isConnected ? button : this.board.grid.querySelector('button[tabindex="0"]')));
  }

  /** @param {string} path */
  titleOf(path) {
    const [, , chapter, , scene] = path.split(".");
    if (!scene) return this.page.plan.nameOf(path);
    const found = findScene(this.board.outline, { chapter, scene });
    return B.scene(found?.chapter.number ?? 0, (found?.at ?? 0) + 1);
  }

  /** @param {string} path */
  tools(path) {
    const { plan } = this.page;
    const isScene = find(path).collection?.name === "scenes";
    const button = (/** @type {string} */ label, /** @type {() => any} */ onclick) => h("button", { class: "button small quiet", type: "button", onclick }, label);
    return h("div", { class: "row element-tools" }, isScene && this.isOpen && button(plan.lockOf(path) ? B.unlock : B.lock, async () => (await this.lock(path), this.drawer.close())), isScene && this.isOpen && !plan.lockOf(path) && button(B.remove, () => this.remove(path)), button(B.inPlan, () => this.page.find(path)));
  }

  /** @param {string} path */
  async remove(path) {
    const { plan } = this.page;
    const own = Object.keys(plan.state.stages.plot.fields).map((name) => `plot.${name}`).filter((one) => one.startsWith(`${path}.`));
    const sure = await confirm({ title: B.removeTitle, text: T.removeText(plan.touched(own).length), yes: B.removeYes });
    if (!sure || !(await this.page.send("EDIT_STAGE", { stage: "plot", changes: [{ op: "remove", path }] }))) return;
    this.drawer.close();
  }

  /** What is open follows the plan; it closes where it is there no more. */
  refresh() {
    if (!this.path) return;
    const parent = this.path.slice(0, this.path.lastIndexOf("."));
    if (!this.page.plan.ids(parent).includes(this.path.split(".").at(-1) ?? "")) return this.drawer.close();
    this.group?.update();
    this.form?.update();
  }

  forget() {
    this.page.edits.save();
    for (const path of [...this.page.values.keys()]) if (path.startsWith(`${this.path}.`)) this.page.values.delete(path);
    this.path = "";
    this.group = this.form = undefined;
  }
}
