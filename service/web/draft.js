// A form that was begun: kept for as long as the tab lives, so that a reload or a look elsewhere loses no word.

const KEPT = "storytroupe.draft";

/** @param {any} request as `POST /api/v1/stories` takes it */
export function keepDraft(request) {
  sessionStorage.setItem(KEPT, JSON.stringify(request));
}

export function dropDraft() {
  sessionStorage.removeItem(KEPT);
}

/**
 * What was begun, with the heroes that are still kept in the place of their ids; null where there is nothing.
 * @param {any[]} heroes that are kept
 */
export function keptDraft(heroes) {
  const request = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  if (!request) return null;
  const kept = request.character_ids.map((/** @type {string} */ known) => heroes.find(({ id }) => id === known)).filter(Boolean);
  const characters = [...kept, ...request.characters];
  return { ...request, characters: characters.length ? characters : [{}] };
}
