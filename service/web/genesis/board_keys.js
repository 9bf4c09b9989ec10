// The keys of a board: one of its buttons has the Tab key's stop; arrows go about, and carry a card that is lifted.

import { announce } from "../announcer.js";
import { BoardCarry } from "./board_carry.js";
import { B } from "./board_texts.js";
import { watchDrag } from "./board_drag.js";

/** @typedef {{chapter: string, column: string, scene: string, index: number}} Spot */

const STEPS = /** @type {Record<string, [number, number]>} */ ({ ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] });

export class BoardKeys {
  /** @param {import("./board.js").Board} board */
  constructor(board) {
    this.board = board;
    this.carry = new BoardCarry(board);
    /** @type {{chapter: string, scene: string} | null} the card that has the focus as soon as it is there */
    this.wanted = null;
    board.grid.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.key(event));
    board.grid.addEventListener("focusin", (/** @type {FocusEvent} */ event) => this.rove(/** @type {HTMLElement} */ (event.target)));
    board.grid.addEventListener("focusout", (/** @type {FocusEvent} */ event) => event.relatedTarget && this.carry.isByKeys && this.carry.end());
    this.stop = watchDrag(board, this.carry);
  }

  leave() {
    this.stop();
  }

  // -- where the focus is

  /** The button that the Tab key reaches. @param {HTMLElement | null} [item] */
  rove(item) {
    const { grid } = this.board;
    const now = grid.querySelector('button[tabindex="0"]');
    const next = item?.closest("button") ?? now ?? grid.querySelector(".scene-card") ?? grid.querySelector(".chapter-head");
    if (now && now !== next) now.tabIndex = -1;
    if (next) next.tabIndex = 0;
  }

  /** What has the focus, to be found again in rows that are made anew. @returns {Spot | null} */
  get focused() {
    const item = /** @type {HTMLElement | null} */ (document.activeElement);
    if (!item || !this.board.body.contains(item)) return null;
    const cell = /** @type {HTMLElement} */ (item.closest("[role=gridcell], [role=rowheader]"));
    return { chapter: /** @type {any} */ (cell.parentElement).dataset.chapter ?? "", column: cell.dataset.column ?? "head", scene: item.dataset.scene ?? "", index: itemsOf(cell).indexOf(item) };
  }

  /** @param {Spot | null} spot */
  restore(spot) {
    const { body } = this.board;
    this.rove();
    this.carry.redraw();
    if (this.wanted) {
      const card = this.cardOf(this.wanted);
      if (!card) return;
      this.wanted = null;
      return card.focus();
    }
    if (!spot || body.contains(document.activeElement)) return;
    const row = [...body.children].find((one) => /** @type {HTMLElement} */ (one).dataset.chapter === spot.chapter);
    const cell = row && [...row.children].find((one) => (/** @type {HTMLElement} */ (one).dataset.column ?? "head") === spot.column);
    const item = (spot.scene && this.cardOf(spot)) || (cell && (itemsOf(cell)[spot.index] ?? itemsOf(cell)[0])) || row?.querySelector("button");
    /** @type {HTMLElement | null | undefined} */ (item)?.focus();
  }

  /** Focus a card, as soon as it is there. @param {{chapter: string, scene: string}} place */
  find(place) {
    this.wanted = place;
    this.restore(null);
  }

  /** @param {{chapter: string, scene: string}} place @returns {HTMLElement | null} */
  cardOf = ({ chapter, scene }) => this.board.body.querySelector(`[data-chapter="${chapter}"] [data-scene="${scene}"]`);

  /** The rows that are shown, with that of the threads. @returns {HTMLElement[]} */
  get rows() {
    return [this.board.head, ...this.board.body.querySelectorAll(".board-row:not([hidden])")];
  }

  // -- what the keys do

  /** @param {KeyboardEvent} event */
  key(event) {
    const item = /** @type {HTMLElement} */ (event.target).closest("button");
    if (!item || event.isComposing) return;
    if (this.carry.moved ? this.carry.key(event) : this.act(event, item)) (event.preventDefault(), event.stopPropagation());
  }

  /** @param {KeyboardEvent} event @param {HTMLElement} item @returns {boolean} whether the key did something */
  act(event, item) {
    const { owner } = this.board;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") return owner.undo?.(), true;
    if (event.key in STEPS && !event.ctrlKey && !event.altKey && !event.metaKey) return this.step(item, ...STEPS[event.key]), true;
    if (event.key === "Home" || event.key === "End") return this.leap(item, event), true;
    if (event.ctrlKey || event.altKey || event.metaKey || !owner.isOpen) return false;
    const isCard = item.classList.contains("scene-card");
    if (event.key.toLowerCase() === "m" && isCard && owner.move) return this.lift(item), true;
    if (event.key.toLowerCase() === "l" && isCard) return owner.lock?.(pathOf(item)), true;
    if (event.key.toLowerCase() === "n") return this.addHere(item), true;
    return false;
  }

  /** @param {HTMLElement} item @param {number} dx @param {number} dy */
  step(item, dx, dy) {
    const { rows } = this;
    const cell = /** @type {HTMLElement} */ (item.closest("[role=gridcell], [role=rowheader], [role=columnheader]"));
    const row = rows.indexOf(/** @type {HTMLElement} */ (cell.parentElement)), column = [...rows[row].children].indexOf(cell), at = itemsOf(cell).indexOf(item);
    const beside = dy && itemsOf(cell)[at + dy];
    if (beside) return beside.focus();
    for (let [r, c] = [row + dy, column + dx]; r >= 0 && r < rows.length && c >= 0 && c < rows[r].children.length; r += dy, c += dx) {
      const found = itemsOf(rows[r].children[c]);
      if (found.length) return /** @type {HTMLElement} */ (found.at(dy < 0 ? -1 : 0)).focus();
    }
  }

  /** To an end of the row, or of the board. @param {HTMLElement} item @param {KeyboardEvent} event */
  leap(item, event) {
    const isLast = event.key === "End";
    const scope = event.ctrlKey ? this.rows.at(isLast ? -1 : 1) : item.closest(".board-row");
    const cells = [...(scope?.children ?? [])].filter((cell) => itemsOf(cell).length);
    const cell = cells.at(isLast ? -1 : 0);
    if (cell) itemsOf(cell)[0].focus();
  }

  /** @param {HTMLElement} card */
  lift(card) {
    const path = pathOf(card);
    if (this.board.owner.lockOf?.(path)) return announce(B.isLocked), this.board.owner.say(B.isLocked);
    this.carry.begin(card, true);
    announce(B.lifted(card.firstElementChild?.textContent ?? ""));
  }

  /** A new scene where the focus is. @param {HTMLElement} item */
  addHere(item) {
    const cell = /** @type {HTMLElement | null} */ (item.closest("[role=gridcell], [role=rowheader]"));
    const chapter = /** @type {HTMLElement | undefined} */ (cell?.parentElement)?.dataset.chapter;
    if (chapter) this.board.owner.add?.(chapter, cell?.dataset.column ?? this.board.columns[0]);
  }
}

/** @param {Element} cell @returns {HTMLElement[]} */
export const itemsOf = (cell) => [...cell.querySelectorAll("button")];

/** @param {HTMLElement} card */
export const pathOf = (card) => `plot.chapters.${/** @type {HTMLElement} */ (card.closest("[data-chapter]")).dataset.chapter}.scenes.${card.dataset.scene}`;
