// Ways to turn a page beside the buttons: arrow keys and swipes.

/** How far a finger goes for a turn, in CSS pixels, and how much more along than across. */
const FAR = 45;
const STRAIGHT = 1.6;

/**
 * @param {HTMLElement} place where swipes count
 * @param {{turn(by: number): void, go(end: "first" | "last"): void, toggle(): void}} book
 * @param {AbortSignal} signal
 */
export function listenForTurns(place, book, signal) {
  window.addEventListener("keydown", (event) => onKey(event, book), { signal });
  /** @type {{id: number, x: number, y: number} | null} */
  let touch = null;
  place.addEventListener("pointerdown", (event) => {
    touch = event.pointerType === "mouse" ? null : { id: event.pointerId, x: event.clientX, y: event.clientY };
  }, { signal });
  place.addEventListener("pointerup", (event) => {
    if (!touch || touch.id !== event.pointerId) return;
    const [along, across] = [event.clientX - touch.x, event.clientY - touch.y];
    touch = null;
    if (Math.abs(along) > FAR && Math.abs(along) > STRAIGHT * Math.abs(across)) book.turn(along < 0 ? 1 : -1);
  }, { signal });
  place.addEventListener("pointercancel", () => (touch = null), { signal });
}

/** @param {KeyboardEvent} event @param {Parameters<typeof listenForTurns>[1]} book */
function onKey(event, book) {
  const target = /** @type {HTMLElement} */ (event.target);
  if (event.altKey || event.ctrlKey || event.metaKey || target.closest("input, select, textarea, dialog")) return;
  const act = {
    ArrowRight: () => book.turn(1), PageDown: () => book.turn(1),
    ArrowLeft: () => book.turn(-1), PageUp: () => book.turn(-1),
    Home: () => book.go("first"), End: () => book.go("last"),
  }[event.key] ?? (event.key === " " && !target.closest("button, summary, a") ? () => book.toggle() : null);
  if (!act) return;
  event.preventDefault();
  act();
}
