// The HTTP interface. Every refusal is an `ApiError` with a stable code and a sentence for a person.

import { doubt } from "./away.js";
import { NeedsToken, forgetToken, token } from "./session.js";

/**
 * @typedef {{path: string, message: string}} FieldError
 * @typedef {{status: string, progress: number, metadata: Record<string, any>, url?: string, hash?: string, media_type?: string,
 *   data?: any, error?: string, error_code?: string, needs_review?: boolean, alt?: string, stale?: boolean}} Asset
 * @typedef {{overall: string, assets: Record<string, Asset>, title?: string, status?: string,
 *   jobs?: Record<string, Asset>, spend?: {cost_usd?: number, set_aside_usd?: number}}} StoryState
 */

export class ApiError extends Error {
  /** @param {number} status @param {string} code @param {string} message @param {Record<string, any>} data */
  constructor(status, code, message, data = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.data = data;
  }

  /** What is wrong with which field. @returns {FieldError[]} */
  get fields() {
    return Array.isArray(this.data.errors) ? this.data.errors : [];
  }
}

/** The refusal of a service that does not answer, which every page is then told of. */
export function unreachable() {
  doubt();
  return new ApiError(0, "UNREACHABLE", "The service does not answer. Nothing is lost. It goes on when the service is back.");
}

/**
 * Ask with the token; once more with a new one where the old has ended.
 * @param {string} path
 * @param {RequestInit} [options]
 * @returns {Promise<Response>}
 */
export async function ask(path, options = {}) {
  const response = await askOnce(path, options);
  if (response.status !== 401) return response;
  forgetToken();
  const again = await askOnce(path, options);
  if (again.status === 401) forgetToken();
  return again;
}

/** @param {string} path @param {RequestInit} options */
async function askOnce(path, options) {
  // The token is for our own server alone: it goes to no other, and along no redirect.
  if (new URL(path, location.origin).origin !== location.origin) throw new Error(`${path} is not of this server`);
  try {
    const headers = { ...options.headers, Authorization: `Bearer ${await token()}` };
    return await fetch(path, { ...options, headers, redirect: "error" });
  } catch (fault) {
    if (options.signal?.aborted) throw fault;
    if (fault instanceof NeedsToken) throw new ApiError(401, "UNAUTHORIZED", "You are signed out. Reload the page, and sign in again.");
    throw unreachable();
  }
}

/** @param {Response} response @returns {Promise<ApiError>} */
export async function refusal(response) {
  try {
    const { code, message, data } = await response.json();
    return new ApiError(response.status, code, message, data);
  } catch {
    return new ApiError(response.status, "UNEXPECTED", `The server answered with status ${response.status}. Try again in a moment.`);
  }
}

/**
 * @param {string} method @param {string} path @param {any} [body]
 * @param {Record<string, string>} [headers] @param {AbortSignal} [signal] @param {boolean} [keepalive] whether it outlives the page
 */
export async function call(method, path, body, headers = {}, signal = undefined, keepalive = false) {
  const options = { method, signal, keepalive, headers: { ...headers } };
  if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers["Content-Type"] = "application/json";
  }
  const response = await ask(path, options);
  if (!response.ok) throw await refusal(response);
  const answer = await response.json();
  return "success" in answer ? answer.data : answer;
}

const story = (id) => `/api/v1/stories/${encodeURIComponent(id)}`;

/** @param {string | null} cursor @param {number} limit @param {{title?: string, sort?: string, status?: string}} [wanted] */
export const listStories = (cursor, limit, wanted = {}) =>
  call("GET", `/api/v1/stories?${new URLSearchParams({ limit: String(limit), ...wanted, ...(cursor ? { cursor } : {}) })}`);

/** Who asks. @returns {Promise<{user_id: string}>} */
export const getAccount = () => call("GET", "/api/v1/account");

/** @param {string} id */
export const getStory = (id) => call("GET", story(id));

/** @param {any} request @param {string} idempotencyKey */
export const createStory = (request, idempotencyKey) =>
  call("POST", "/api/v1/stories", request, { "Idempotency-Key": idempotencyKey });

/** Delete a story, also from a page that is left. @param {string} id */
export const deleteStory = (id) => call("DELETE", story(id), undefined, {}, undefined, true);

/** @param {string} id */
export const cancelStory = (id) => call("POST", `${story(id)}/cancel`);

/** @param {string} id @param {{budget_usd?: number}} [changes] */
export const resumeStory = (id, changes = {}) => call("POST", `${story(id)}/resume`, changes);

/** @param {string} id @param {any} change */
export const editContent = (id, change) => call("PATCH", `${story(id)}/content`, change);

/** These assets anew, with all that is made from them unless `cascade` is false. @param {string} id @param {string[]} assetTypes */
export const regenerate = (id, assetTypes, cascade = true, instructions = "") =>
  call("POST", `${story(id)}/assets/regenerate`, { assetTypes, cascade, ...(instructions ? { instructions } : {}) });

/** @param {string} id @param {Record<string, string>} look */
export const generateImages = (id, look) => call("POST", `${story(id)}/images/generate`, look);

/** @param {string} id */
export const clearImages = (id) => call("POST", `${story(id)}/images/clear`, {});

/** @param {string} id @param {string} asset */
export const listVersions = (id, asset) => call("GET", `${story(id)}/assets/${asset}/versions`);

/** @param {string} id @param {string} asset @param {string} version */
export const restoreVersion = (id, asset, version) =>
  call("POST", `${story(id)}/assets/${asset}/versions/${version}/restore`, {});

/** @param {string} id @returns {Promise<{status: string, status_message: string, progress: number, overall: string}>} */
export const storyStatus = (id) => call("GET", `${story(id)}/status`);

/** How the newest run of a story stands. @param {string} id @returns {Promise<{status: string}>} */
export const newestRun = (id) => call("GET", `${story(id)}/generation-status`);

/** The registry of traits. @returns {Promise<any[]>} */
export const listTraits = async () => (await call("GET", "/api/v1/traits")).items;

/** What the request's story would cost. @param {any} request @param {AbortSignal} [signal] */
export const estimateStory = (request, signal) => call("POST", "/api/v1/stories/estimate", request, {}, signal);

/** What a story's pictures were checked for, and what it cost. @param {string} id */
export const storyReport = (id) => call("GET", `${story(id)}/report`);

const character = (id) => `/api/v1/characters/${encodeURIComponent(id)}`;

/** Every kept hero, the newest first. @returns {Promise<any[]>} */
export const listCharacters = async () => (await call("GET", "/api/v1/characters?limit=100")).items;

/** @param {string} id */
export const getCharacter = (id) => call("GET", character(id));

/** @param {any} hero */
export const keepCharacter = (hero) => call("POST", "/api/v1/characters", hero);

/** @param {string} id @param {any} hero */
export const changeCharacter = (id, hero) => call("PATCH", character(id), hero);

/** @param {string} id */
export const deleteCharacter = (id) => call("DELETE", character(id));

/** Give a hero a picture; `declared` is drawing or photograph. @param {string} id @param {Blob} file @param {string} declared */
export async function addReference(id, file, declared) {
  const path = `${character(id)}/references?declared=${encodeURIComponent(declared)}`;
  const headers = { "Content-Type": file.type || "application/octet-stream" };
  const response = await ask(path, { method: "POST", body: file, headers });
  if (!response.ok) throw await refusal(response);
  return (await response.json()).data;
}

/** @param {string} id @param {string} reference */
export const deleteReference = (id, reference) => call("DELETE", `${character(id)}/references/${encodeURIComponent(reference)}`);

/** Books are drawn from this picture alone; null: from all. @param {string} id @param {string | null} reference */
export const approveReference = (id, reference) => call("PUT", `${character(id)}/approved-reference`, { image_id: reference });

/** Later books are painted from the sheet of this one. @param {string} id @param {string} storyId */
export const approveSheet = (id, storyId) => call("PUT", `${character(id)}/approved-reference`, { story_id: storyId });

/**
 * The URLs with an address each that needs no token, for some seconds.
 * @param {string[]} urls @param {number} seconds @returns {Promise<Record<string, string>>}
 */
export const signLinks = async (urls, seconds) =>
  (await call("POST", "/api/v1/links", { urls, expires_in: seconds })).links;
