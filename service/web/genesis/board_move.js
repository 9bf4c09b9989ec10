// Moves a scene without carrying it: to a chapter, a thread and a place that are chosen from lists.

import { fill, h, setText } from "../dom.js";
import { columnOf, findScene, isSame } from "./board_model.js";
import { B } from "./board_texts.js";

export class MoveForm {
  /** @param {import("./board_view.js").BoardView} view @param {string} path of the scene */
  constructor(view, path) {
    this.view = view;
    const [, , chapter, , scene] = path.split(".");
    this.moved = { chapter, scene };
    const select = (/** @type {string} */ label) => h("select", { "aria-label": label, onchange: () => this.change() });
    [this.chapter, this.thread, this.at] = [B.toChapter, B.toThread, B.toPlace].map(select);
    this.touches = h("p", { class: "tiny soft flush", role: "status" });
    this.go = h("button", { class: "button small", type: "button", onclick: () => this.move() }, B.moveIt);
    this.element = h("section", { class: "move-form stack s05", "aria-labelledby": "move-title" }, h("h4", { id: "move-title" }, B.moveTitle), this.chapter, this.thread, this.at, this.touches, h("div", { class: "row" }, this.go));
    this.update();
  }

  update() {
    const { board, isOpen } = this.view;
    const found = findScene(board.outline, this.moved);
    this.element.hidden = !isOpen || !found || Boolean(this.view.lockOf(`plot.chapters.${this.moved.chapter}.scenes.${this.moved.scene}`));
    if (!found) return;
    const { chapters, threads } = board.outline;
    const key = JSON.stringify([chapters.map(({ id, title, scenes }) => [id, title, scenes.length]), threads.map(({ id, name }) => [id, name]), found.at, found.scene.threads]);
    if (key === this.shown) return;
    this.shown = key;
    options(this.chapter, chapters.map(({ id, number, title }) => [id, B.chapterName(number, title)]), this.moved.chapter);
    options(this.thread, [...threads.map(({ id, name }) => [id, name ?? id]), ["", B.loose]], columnOf(found.scene, threads));
    this.places(found.at);
    this.change(false);
  }

  /** @param {number} at */
  places(at) {
    const chapter = this.view.board.outline.chapters.find(({ id }) => id === this.chapter.value);
    const others = (chapter?.scenes ?? []).filter(({ id }) => chapter?.id !== this.moved.chapter || id !== this.moved.scene);
    options(this.at, [["0", B.first], ...others.map((_, index) => [String(index + 1), B.afterScene(index + 1)])], String(Math.min(at, others.length)));
    this.placesOf = this.chapter.value;
  }

  /** @returns {import("./board_model.js").Target} */
  get target() {
    return { chapter: this.chapter.value, thread: this.thread.value, index: Number(this.at.value) };
  }

  /** What it would do is said before it is done. @param {boolean} [isHis] */
  change(isHis = true) {
    if (isHis && this.placesOf !== this.chapter.value) this.places(Infinity);
    const same = isSame(this.view.board.outline, this.moved, this.target);
    this.go.disabled = same;
    const touches = same ? [] : this.view.touches(this.moved, this.target);
    setText(this.touches, same ? B.same : touches.length ? `${B.touches}${touches.join(" ")}` : B.nothing);
  }

  async move() {
    const path = await this.view.move(this.moved, this.target);
    if (path) this.view.drawer.close();
  }
}

/** @param {any} select @param {string[][]} list @param {string} value */
function options(select, list, value) {
  fill(select, list.map(([key, name]) => h("option", { value: key }, name)));
  select.value = value;
}
