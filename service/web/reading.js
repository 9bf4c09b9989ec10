// How far a person has read in which book: kept in this browser, so that reading goes on where it stopped.

const KEPT = "storytroupe.reading";
/** Of more books than these, those that were read longest ago are forgotten. */
const MOST = 40;

/** @typedef {{id: string, page: string, when: number}} Reading */

/** Every book that was begun and not finished, the newest first. @returns {Reading[]} */
export const readings = () => JSON.parse(localStorage.getItem(KEPT) ?? "[]");

/** The page at which a book was left; null where it was not begun. @param {string} id of a story */
export const pageLeft = (id) => readings().find((one) => one.id === id)?.page ?? null;

/** @param {string} id of a story @param {string | null} page null: it is read to its end, or not begun */
export function keepPage(id, page) {
  const others = readings().filter((one) => one.id !== id);
  const kept = page === null ? others : [{ id, page, when: Date.now() }, ...others];
  localStorage.setItem(KEPT, JSON.stringify(kept.slice(0, MOST)));
}
