// A session as it is heard of: its state by the patches of its events, and proposals while they are written.

import { readState } from "./api.js";

/**
 * @typedef {Record<string, any>} State
 * @typedef {{onState(state: State, event: string): void, onWriting(stage: string): void}} Listener
 */

/** A JSON merge patch (RFC 7396) applied. @param {any} target @param {any} patch @returns {any} */
export function merged(target, patch) {
  if (patch === null || typeof patch !== "object" || Array.isArray(patch)) return patch;
  const isObject = target !== null && typeof target === "object" && !Array.isArray(target);
  /** @type {Record<string, any>} */
  const made = isObject ? { ...target } : {};
  for (const [key, part] of Object.entries(patch)) {
    if (part === null) delete made[key];
    else made[key] = merged(made[key], part);
  }
  return made;
}

export class SessionLog {
  /** @param {Listener} listener @param {State} state as it was read a moment ago */
  constructor(listener, state) {
    this.listener = listener;
    this.state = state;
    /** @type {number | null} */
    this.version = state.version;
    this.ended = false;
    /** @type {Record<string, Record<number, Record<string, any>>>} values so far, by job and place */
    this.writing = {};
  }

  /** Take a message. False: there is a hole; ask again from the version that is known. @param {any} message @returns {boolean} */
  take(message) {
    if (message.type === "subscribed") return this.join(message);
    if (message.type === "event") return this.apply(message);
    if (message.type === "tick") this.tick(message);
    return true;
  }

  /** @param {any} message */
  join(message) {
    if (message.mode === "snapshot") this.replace(message.state);
    return message.events.every((/** @type {any} */ event) => this.apply(event));
  }

  /** @param {any} event */
  apply({ version, event, data }) {
    if (this.version === null || version > this.version + 1) return false;
    if (version <= this.version) return true;
    this.version = version;
    const { patch = {}, jobs = {}, spend = {} } = data;
    const state = merged(this.state, patch);
    const stages = /** @type {any[]} */ (Object.values(state.stages));
    this.state = { ...state, version, jobs: { ...state.jobs, ...jobs }, spend: { ...state.spend, ...spend },
      is_pending: stages.some((stage) => stage.status === "proposing") };
    this.listener.onState(this.state, event);
    return true;
  }

  /** A proposal so far; of one that is written already nothing more is said. @param {{key: string, data: any}} tick */
  tick({ key, data }) {
    const [job, what, index] = key.split(".");
    const stage = job.slice(0, job.lastIndexOf("_"));
    if (what !== "proposal" || job !== jobOf(this.state, stage)) return;
    (this.writing[job] ??= {})[Number(index)] = data.values;
    this.listener.onWriting(stage);
  }

  /** The whole state as it was read. Nothing older replaces what is known. @param {State} state */
  replace(state) {
    if (this.version !== null && state.version < this.version) return;
    this.version = state.version;
    this.state = state;
    this.listener.onState(state, "snapshot");
  }
}

/** The name of the job that writes a stage's newest round. @param {State} state @param {string} stage */
export const jobOf = (state, stage) => `${stage}_${state.stages[stage]?.round ?? 0}`;

/** @implements {import("../subjects.js").Subject} */
export class Session {
  /** @param {string} id @param {Listener} listener @param {State} state */
  constructor(id, listener, state) {
    this.id = id;
    this.channel = `genesis:id=${id}`;
    this.events = `/api/v1/genesis/${id}/events/stream`;
    this.log = new SessionLog(listener, state);
    this.lookMs = 2000;
  }

  async look() {
    const state = await readState(this.id);
    if (state.version !== this.log.version) this.log.replace(state);
  }
}
