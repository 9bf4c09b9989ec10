// The HTTP interface. Every refusal is an `ApiError` with a stable code and a sentence for a person.

import { NeedsToken, forgetToken, token } from "./session.js";

/**
 * @typedef {{path: string, message: string}} FieldError
 * @typedef {{status: string, progress: number, metadata: Record<string, any>, url?: string, hash?: string,
 *   data?: any, error?: string, needs_review?: boolean, stale?: boolean}} Asset
 * @typedef {{overall: string, assets: Record<string, Asset>, title?: string, status?: string}} StoryState
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
  try {
    const headers = { ...options.headers, Authorization: `Bearer ${await token()}` };
    return await fetch(path, { ...options, headers });
  } catch (fault) {
    if (options.signal?.aborted) throw fault;
    if (fault instanceof NeedsToken) throw new ApiError(401, "UNAUTHORIZED", "Reload the page, and come in again.");
    throw new ApiError(0, "UNREACHABLE", "The studio cannot reach its server. Is it still running?");
  }
}

/** @param {Response} response @returns {Promise<ApiError>} */
export async function refusal(response) {
  try {
    const { code, message, data } = await response.json();
    return new ApiError(response.status, code, message, data);
  } catch {
    return new ApiError(response.status, "UNEXPECTED", `The server answered ${response.status}.`);
  }
}

/**
 * @param {string} method @param {string} path @param {any} [body]
 * @param {Record<string, string>} [headers]
 */
async function call(method, path, body, headers = {}) {
  const options = { method, headers: { ...headers } };
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

/** @param {string | null} cursor @param {number} limit */
export const listStories = (cursor, limit) =>
  call("GET", `/api/v1/stories?limit=${limit}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);

/** @param {string} id */
export const getStory = (id) => call("GET", story(id));

/** @param {any} request @param {string} idempotencyKey */
export const createStory = (request, idempotencyKey) =>
  call("POST", "/api/v1/stories", request, { "Idempotency-Key": idempotencyKey });

/** @param {string} id */
export const deleteStory = (id) => call("DELETE", story(id));

/** @param {string} id */
export const cancelStory = (id) => call("POST", `${story(id)}/cancel`);

/** @param {string} id */
export const resumeStory = (id) => call("POST", `${story(id)}/resume`);

/** @param {string} id @returns {Promise<{status: string, status_message: string, progress: number, overall: string}>} */
export const storyStatus = (id) => call("GET", `${story(id)}/status`);

/** The registry of traits. @returns {Promise<any[]>} */
export const listTraits = async () => (await call("GET", "/api/v1/traits")).items;

/**
 * An asset's bytes. A URL of another host is a public one, and bears no token.
 * @param {string} url @param {AbortSignal} [signal]
 */
export async function getBytes(url, signal) {
  const response = await ask(url, { signal });
  if (!response.ok) throw await refusal(response);
  return response.blob();
}
