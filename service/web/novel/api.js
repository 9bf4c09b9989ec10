// The HTTP interface of novels: what is read of one, and what a person does with its chapters.

import { ask, call, refusal } from "../client.js";

/**
 * @typedef {{status: string, version: number, words: number}} ChapterState
 * @typedef {ChapterState & {novel_id: string, number: number, text: string | null, made_from: Record<string, any>, updated_at: string}} Chapter
 * @typedef {{version: number, words: number, by: "person" | "ai", made_from: Record<string, any>, created_at: string, text?: string}} Version
 */

const novel = (/** @type {string} */ id) => `/api/v1/novels/${encodeURIComponent(id)}`;
const chapter = (/** @type {string} */ id, /** @type {number} */ number) => `${novel(id)}/chapters/${number}`;

/** @param {string | null} cursor @param {number} limit */
export const listNovels = (cursor, limit) => call("GET", `/api/v1/novels?limit=${limit}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);

/** @param {string} id */
export const readNovel = (id) => call("GET", novel(id));

/** @param {string} id */
export const deleteNovel = (id) => call("DELETE", novel(id));

/** @param {string} id @param {number} number @returns {Promise<Chapter>} */
export const readChapter = (id, number) => call("GET", chapter(id, number));

/** The person's own text, as a new version. @param {string} id @param {number} number @param {string} text @param {number} version that the person has read */
export const editChapter = (id, number, text, version) => call("PATCH", chapter(id, number), { text, expected_version: version });

/** @param {string} id @param {number} number @param {any} wanted @param {string} key that makes it happen once */
export const draftChapter = (id, number, wanted, key) => call("POST", `${chapter(id, number)}/draft`, wanted, { "Idempotency-Key": key });

/** @param {string} id @param {number} number @param {any} wanted @param {string} key that makes it happen once */
export const redraftPassage = (id, number, wanted, key) => call("POST", `${chapter(id, number)}/redraft`, wanted, { "Idempotency-Key": key });

/** @param {string} id @param {number} number @returns {Promise<{model: string, calls: number, usd: number, seconds: number | null}>} */
export const estimateChapter = (id, number) => call("POST", `${chapter(id, number)}/estimate`);

/** @param {string} id @param {number} number */
export const cancelChapter = (id, number) => call("POST", `${chapter(id, number)}/cancel`);

/** @param {string} id @param {number} number @returns {Promise<Version[]>} the newest first */
export const listVersions = async (id, number) => {
  const found = [];
  for (let cursor = ""; ; ) {
    const { items, next_cursor: next } = await call("GET", `${chapter(id, number)}/versions?limit=100${cursor}`);
    found.push(...items);
    if (!next) return found;
    cursor = `&cursor=${encodeURIComponent(next)}`;
  }
};

/** @param {string} id @param {number} number @param {number} version @returns {Promise<Version>} */
export const readVersion = (id, number, version) => call("GET", `${chapter(id, number)}/versions/${version}`);

/** @param {string} id @param {number} number @param {number} version */
export const restoreVersion = (id, number, version) => call("POST", `${chapter(id, number)}/versions/${version}/restore`);

/** The request for a picture book, or the story itself. @param {string} id @param {any} wanted @param {string} [key] that makes it happen once */
export const pictureBook = (id, wanted, key) => call("POST", `${novel(id)}/picture-book`, wanted, key ? { "Idempotency-Key": key } : {});

/** Where a file of the novel is. @param {string} id @param {string} format */
export const exportPath = (id, format) => `${novel(id)}/export?format=${format}`;

/** A file of the novel, with the name that the service gives it. @param {string} id @param {string} format @returns {Promise<{file: Blob, name: string}>} */
export async function readExport(id, format) {
  const response = await ask(exportPath(id, format));
  if (!response.ok) throw await refusal(response);
  const said = response.headers.get("Content-Disposition") ?? "";
  const name = /filename\*=UTF-8''([^;]+)/i.exec(said)?.[1];
  return { file: await response.blob(), name: name ? decodeURIComponent(name) : /filename="([^"]+)"/.exec(said)?.[1] ?? format };
}
