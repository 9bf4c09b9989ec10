// The HTTP interface of Genesis: commands, and what is read of a session.

import { ApiError, call, refusal, unreachable } from "../client.js";

/** How long to wait before a command is sent again whose answer was lost, in ms. */
const AGAIN_MS = [400, 1500];

/**
 * @typedef {{command_type: string, stage?: string}} Action
 * @typedef {{command_id: string, session_id: string, decision_version: number, version: number, result: any,
 *   available_actions: Action[]}} Done
 */

const session = (id) => `/api/v1/genesis/${encodeURIComponent(id)}`;

/** A new id for a command. `crypto.randomUUID` exists on pages of https only. @returns {string} */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/**
 * Send a command. Where the answer is lost, the same command is sent again: it has one effect.
 * @param {string} type @param {any} payload @param {{session?: string, version?: number, id?: string}} [more]
 * @returns {Promise<Done>}
 */
export async function send(type, payload, { session: id, version, id: commandId = newId() } = {}) {
  const body = { command_id: commandId, command_type: type, payload };
  if (id) Object.assign(body, { session_id: id });
  if (version !== undefined) Object.assign(body, { expected_version: version });
  for (let tries = 0; ; tries += 1) {
    try {
      return await call("POST", "/api/v1/genesis/commands", body);
    } catch (fault) {
      if (!(fault instanceof ApiError)) throw fault;
      if (fault.code === "COMMAND_REPEATED") return /** @type {any} */ (fault.data);
      if (!isAway(fault) || tries === AGAIN_MS.length) throw fault;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS[tries]));
    }
  }
}

/** Whether the service did not answer, or is too busy: the same may be sent again. @param {ApiError} fault */
export const isAway = (fault) => fault.status === 0 || fault.status === 429 || fault.status >= 500;

/** What a command would cost; it is not executed. @param {string} id @param {string} type @param {any} payload */
export const estimate = (id, type, payload) =>
  call("POST", `${session(id)}/estimate`, { command_id: newId(), command_type: type, session_id: id, payload });

/** What a whole plan would cost: a round of each step. @param {any} request @param {AbortSignal} signal */
export const estimatePlan = (request, signal) =>
  call("POST", "/api/v1/genesis/estimate", { command_id: newId(), command_type: "START_GENESIS", payload: request }, {}, signal);

/** @param {string | null} cursor @param {number} limit */
export const listSessions = (cursor, limit) =>
  call("GET", `/api/v1/genesis?limit=${limit}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);

/** @param {string} id @param {number} [at] a version */
export const readState = (id, at) => call("GET", `${session(id)}/state${at ? `?at=${at}` : ""}`);

/** Decisions, the newest first. @param {string} id @param {string | null} [cursor] @param {number} [limit] */
export const readHistory = (id, cursor = null, limit = 50) =>
  call("GET", `${session(id)}/history?limit=${limit}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);

/** @param {string} id @returns {Promise<any[]>} */
export const readFindings = async (id) => (await call("GET", `${session(id)}/findings`)).items;

/** @param {string} id @returns {Promise<any[]>} */
export const readCalls = async (id) => (await call("GET", `${session(id)}/calls`)).items;

/** What differs between two versions, by path. @param {string} id @param {number} from @param {number} to */
export const readChanges = async (id, from, to) => (await call("GET", `${session(id)}/diff?from=${from}&to=${to}`)).changes;

/** @param {string} id */
export const deleteSession = (id) => call("DELETE", session(id));

/** The waits of a session for a person's choice, oldest first. @param {string} id @returns {Promise<any[]>} */
export const readWaits = async (id) => (await call("GET", `${session(id)}/waits`)).items;

/** A signed URL of one wait, which needs no token. @param {string} wait @returns {Promise<{url: string, expires_at: string}>} */
export const signWait = (wait) => call("POST", `/api/v1/genesis/waits/${wait}/link`);

/**
 * Read a wait by its signed URL, or answer it; no token goes with it. Raises `ApiError`.
 * @param {string} wait @param {URLSearchParams} signature @param {any} [answer]
 */
export async function byLink(wait, signature, answer) {
  const options = answer && { method: "POST", body: JSON.stringify(answer), headers: { "Content-Type": "application/json" } };
  const response = await fetch(`/api/v1/genesis/resume/${wait}?${signature}`, { ...options, redirect: "error" }).catch(() => null);
  if (!response) throw unreachable();
  if (!response.ok) throw await refusal(response);
  return (await response.json()).data;
}
