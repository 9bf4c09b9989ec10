// Cards that are carried by the pointer. A finger that moves scrolls: one that rests on a card lifts it.

import { setVars } from "../dom.js";
import { pathOf } from "./board_keys.js";

/** So far a pointer may move and still click. */
const SLACK = 6;
/** So long a finger rests on a card that it lifts. */
const REST_MS = 450;
/** So near an edge the page begins to scroll, and so fast. */
const [EDGE, STEP] = [56, 14];

/** @param {import("./board.js").Board} board @param {import("./board_carry.js").BoardCarry} carry @returns {() => void} what ends it */
export function watchDrag(board, carry) {
  const over = new AbortController();
  /** @type {{card: HTMLElement, x: number, y: number, id: number, isTouch: boolean} | null} */
  let held = null;
  /** @type {HTMLElement | null} */
  let ghost = null;
  let [frame, rest, x, y] = [0, 0, 0, 0];
  const on = (/** @type {EventTarget} */ at, /** @type {string} */ type, /** @type {(event: any) => void} */ act, options = {}) => at.addEventListener(type, act, { signal: over.signal, ...options });

  const end = (/** @type {boolean} */ isDropped) => {
    cancelAnimationFrame(frame);
    clearTimeout(rest);
    held = null;
    if (!ghost) return;
    ghost.remove();
    ghost = null;
    // The click that follows opens nothing.
    on(board.grid, "click", (event) => (event.stopPropagation(), event.preventDefault()), { capture: true, once: true });
    setTimeout(() => board.grid.dispatchEvent(new MouseEvent("click", { cancelable: true })));
    isDropped ? carry.let() : carry.putBack();
  };

  const follow = () => {
    if (!ghost) return;
    setVars(ghost, { x: `${x}px`, y: `${y}px` });
    const cell = cellAt(document.elementFromPoint(x, y));
    if (cell && board.body.contains(cell)) {
      const place = [...cell.querySelectorAll(".scene-card:not(.lifted)")].filter((one) => middle(one) < y).length;
      carry.hold(cell, place);
    }
  };

  /** The cell below the pointer; in the rest of a chapter, the cell of the card's own thread. @param {Element | null} element */
  const cellAt = (element) => {
    const column = /** @type {HTMLElement | null | undefined} */ (held?.card.closest("[role=gridcell]"))?.dataset.column;
    return /** @type {HTMLElement | null | undefined} */ (element?.closest("[role=gridcell]") ?? element?.closest("[data-chapter]")?.querySelector(`[data-column="${column}"]`));
  };

  const lift = () => {
    if (!held) return;
    carry.begin(held.card, false);
    ghost = /** @type {HTMLElement} */ (held.card.cloneNode(true));
    ghost.classList.add("ghost");
    ghost.setAttribute("aria-hidden", "true");
    setVars(ghost, { width: `${held.card.offsetWidth}px` });
    document.body.append(ghost);
    frame = requestAnimationFrame(scroll);
    follow();
  };

  const scroll = () => {
    if (!ghost) return;
    const box = board.element.getBoundingClientRect();
    const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
    const down = y > bottom - EDGE ? STEP : y < top + EDGE ? -STEP : 0;
    const right = x > box.right - EDGE ? STEP : x < box.left + EDGE ? -STEP : 0;
    if (down || right) {
      const before = board.element.scrollTop;
      board.element.scrollBy(right, down);
      if (board.element.scrollTop === before) window.scrollBy(0, down);
      follow();
    }
    frame = requestAnimationFrame(scroll);
  };

  on(board.grid, "pointerdown", (/** @type {PointerEvent} */ event) => {
    const card = /** @type {HTMLElement} */ (event.target).closest(".scene-card");
    if (!card || event.button !== 0 || ghost || !board.owner.isOpen || !board.owner.move || board.owner.lockOf?.(pathOf(/** @type {HTMLElement} */ (card)))) return;
    clearTimeout(rest);
    [x, y] = [event.clientX, event.clientY];
    held = { card: /** @type {HTMLElement} */ (card), x, y, id: event.pointerId, isTouch: event.pointerType === "touch" };
    if (held.isTouch) rest = window.setTimeout(lift, REST_MS);
  });
  // What a finger carries must not scroll the page, and no menu opens above it.
  on(board.grid, "touchmove", (event) => ghost && event.cancelable && event.preventDefault(), { passive: false });
  on(board.grid, "contextmenu", (event) => held?.isTouch && event.preventDefault());
  on(window, "pointermove", (/** @type {PointerEvent} */ event) => {
    if (!held || event.pointerId !== held.id) return;
    [x, y] = [event.clientX, event.clientY];
    if (!ghost) {
      if (Math.hypot(x - held.x, y - held.y) < SLACK) return;
      if (held.isTouch) return end(false);
      lift();
    }
    event.preventDefault();
    follow();
  });
  on(window, "pointerup", (/** @type {PointerEvent} */ event) => held?.id === event.pointerId && end(true));
  on(window, "pointercancel", () => held && end(false));
  on(window, "keydown", (/** @type {KeyboardEvent} */ event) => ghost && event.key === "Escape" && (event.stopPropagation(), end(false)), { capture: true });
  return () => (over.abort(), clearTimeout(rest), ghost?.remove());
}

/** @param {Element} element */
function middle(element) {
  const { top, height } = element.getBoundingClientRect();
  return top + height / 2;
}
