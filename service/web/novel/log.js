// A novel as it is heard of: its chapters and jobs by the data of its events, and words while they are written.

import { readNovel } from "./api.js";

/**
 * @typedef {Record<string, any>} State
 * @typedef {{onState(state: State, event: string): void, onWords(number: number): void}} Listener
 */

export class NovelLog {
  /** @param {Listener} listener @param {State} state as it was read a moment ago */
  constructor(listener, state) {
    this.listener = listener;
    this.state = state;
    /** @type {number | null} */
    this.version = state.version;
    this.ended = false;
    /** @type {Record<number, string[]>} the scenes that are being written, by chapter */
    this.writing = {};
    /** @type {Record<number, number>} percent of a chapter that is being written */
    this.progress = {};
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
    const { chapters = {}, jobs = {}, spend = {} } = data;
    for (const number of Object.keys(chapters)) if (event === "chapter.requested" || event === "chapter.started") this.forget(Number(number));
    this.state = { ...this.state, version, chapters: { ...this.state.chapters, ...chapters }, jobs: { ...this.state.jobs, ...jobs }, spend: { ...this.state.spend, ...spend } };
    this.listener.onState(this.state, event);
    for (const [number, one] of Object.entries(chapters)) if (one.status !== "generating") this.forget(Number(number));
    return true;
  }

  /** @param {number} number */
  forget(number) {
    delete this.writing[number];
    delete this.progress[number];
  }

  /** The words of a scene so far, or how far the chapter is. @param {{key: string, data: any}} tick */
  tick({ key, data }) {
    const [job, what, place] = key.split(".");
    const number = Number(job.slice(job.lastIndexOf("_") + 1));
    if (this.state.chapters[number]?.status !== "generating") return;
    if (what === "scene") (this.writing[number] ??= [])[Number(place) - 1] = data.text;
    if (what === "progress") this.progress[number] = Math.max(this.progress[number] ?? 0, data.progress);
    this.listener.onWords(number);
  }

  /** The state as it was read; the plan stays, since nothing changes it. Nothing older replaces what is known. @param {State} state */
  replace(state) {
    if (this.version !== null && state.version < this.version) return;
    this.version = state.version;
    this.state = { ...this.state, ...state };
    this.listener.onState(this.state, "snapshot");
  }
}

/** @implements {import("../subjects.js").Subject} */
export class Novel {
  /** @param {string} id @param {Listener} listener @param {State} state */
  constructor(id, listener, state) {
    this.id = id;
    this.channel = `novels:id=${id}`;
    this.events = `/api/v1/novels/${id}/events`;
    this.log = new NovelLog(listener, state);
    this.lookMs = 2000;
  }

  async look() {
    const state = await readNovel(this.id);
    if (state.version !== this.log.version) this.log.replace(state);
  }
}
