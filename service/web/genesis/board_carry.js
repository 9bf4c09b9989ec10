// A card that is carried, by keys or by the pointer: where it would stand, and what that touches, before it is dropped.

import { announce } from "../announcer.js";
import { fill, h } from "../dom.js";
import { isSame, targetOf } from "./board_model.js";
import { B } from "./board_texts.js";

export class BoardCarry {
  /** @param {import("./board.js").Board} board */
  constructor(board) {
    this.board = board;
    /** @type {import("./board_model.js").Place | null} */
    this.moved = null;
    this.isByKeys = false;
    /** @type {HTMLElement | null} */
    this.over = null;
    this.place = 0;
    this.drop = h("div", { class: "drop" });
  }

  /** @param {HTMLElement} card @param {boolean} isByKeys */
  begin(card, isByKeys) {
    const row = /** @type {HTMLElement} */ (card.closest("[data-chapter]"));
    this.moved = { chapter: row.dataset.chapter ?? "", scene: card.dataset.scene ?? "" };
    this.isByKeys = isByKeys;
    this.over = card.closest("[role=gridcell]");
    this.place = [...(this.over?.querySelectorAll(".scene-card") ?? [])].indexOf(card);
    card.classList.add("lifted");
    this.board.grid.classList.add("carrying");
    this.show();
  }

  get card() {
    return this.moved && this.board.keys.cardOf(this.moved);
  }

  /** The other cards of the cell. @returns {HTMLElement[]} */
  get others() {
    return [...(this.over?.querySelectorAll(".scene-card") ?? [])].filter((one) => one !== this.card);
  }

  /** @returns {import("./board_model.js").Target | null} */
  get target() {
    const chapter = /** @type {HTMLElement | null} */ (this.over?.closest("[data-chapter]"))?.dataset.chapter;
    return this.moved && chapter ? targetOf(this.board.outline, this.moved, chapter, this.over?.dataset.column ?? "", this.place) : null;
  }

  /** Where the card would stand, in words. */
  where() {
    const { outline, owner } = this.board;
    const chapter = outline.chapters.find(({ id }) => id === this.target?.chapter);
    return B.here(chapter?.number ?? 0, this.target?.thread ? owner.name(this.target.thread) : B.loose);
  }

  /** Hold the card over a cell, before the `place`th of its other cards. @param {HTMLElement} cell @param {number} place */
  hold(cell, place) {
    if (cell === this.over && place === this.place) return;
    this.over = cell;
    this.place = place;
    this.show();
  }

  /** What a drop would do, shown where it would be. */
  show() {
    const { outline, owner } = this.board;
    const { target, moved } = this;
    if (!target || !moved) return;
    const same = isSame(outline, moved, target);
    // What the pointer has only just lifted moves nothing.
    if (same && !this.isByKeys) return this.drop.remove();
    const touches = same ? [] : owner.touches?.(moved, target) ?? [];
    const said = same ? B.same : touches.length ? `${B.touches}${touches.join(" ")}` : B.nothing;
    fill(this.drop, h("strong", {}, this.where()), h("span", {}, this.isByKeys ? B.drops : B.lets), h("span", { class: "tiny" }, said));
    const { others } = this;
    others[this.place] ? others[this.place].before(this.drop) : this.over?.insertBefore(this.drop, this.over.querySelector(".add"));
    if (!this.isByKeys) return;
    this.drop.scrollIntoView({ block: "nearest", inline: "nearest" });
    announce(`${this.where()}. ${said}`);
  }

  /** Rows were made anew while a card is carried. */
  redraw() {
    if (!this.moved) return;
    const { card } = this;
    if (!card) return this.end();
    card.classList.add("lifted");
    if (this.over?.isConnected) return;
    this.over = card.closest("[role=gridcell]");
    this.show();
  }

  // -- keys

  /** @param {KeyboardEvent} event @returns {boolean} */
  key(event) {
    const { key } = event;
    if (key === "Escape" || key === "Tab") this.putBack();
    else if (key === "Enter" || key === " " || key.toLowerCase() === "m") this.let();
    else if (key === "ArrowUp" || key === "ArrowDown") this.along(key === "ArrowDown" ? 1 : -1);
    else if (key === "ArrowLeft" || key === "ArrowRight") this.across(key === "ArrowRight" ? 1 : -1);
    else return false;
    return key !== "Tab";
  }

  /** @param {number} by */
  along(by) {
    const place = this.place + by;
    if (place >= 0 && place <= this.others.length) return this.hold(/** @type {HTMLElement} */ (this.over), place);
    const rows = this.board.keys.rows.slice(1);
    const row = rows[rows.indexOf(/** @type {HTMLElement} */ (this.over?.parentElement)) + by];
    const cell = /** @type {HTMLElement | undefined} */ (row && [...row.children].find((one) => /** @type {HTMLElement} */ (one).dataset.column === this.over?.dataset.column));
    if (cell) this.hold(cell, by > 0 ? 0 : cell.querySelectorAll(".scene-card:not(.lifted)").length);
  }

  /** @param {number} by */
  across(by) {
    const cells = [.../** @type {any} */ (this.over?.parentElement).querySelectorAll("[role=gridcell]")];
    const cell = cells[cells.indexOf(this.over) + by];
    if (cell) this.hold(cell, cell.querySelectorAll(".scene-card:not(.lifted)").length);
  }

  // -- the end

  /** Drop the card where it is held. */
  let() {
    const { moved, target } = this;
    const { outline, owner, keys } = this.board;
    if (!moved || !target || isSame(outline, moved, target)) return this.putBack();
    this.end();
    keys.wanted = null;
    return owner.move?.(moved, target);
  }

  putBack() {
    const { card, isByKeys } = this;
    this.end();
    announce(B.back);
    if (isByKeys) card?.focus();
  }

  end() {
    this.card?.classList.remove("lifted");
    this.drop.remove();
    this.moved = this.over = null;
    this.board.grid.classList.remove("carrying");
  }
}
