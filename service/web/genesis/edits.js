// What a person writes: kept in this browser at once, saved by commands soon, and never lost in between.

import { ApiError } from "../client.js";
import { isAway, send } from "./api.js";
import { T } from "./texts.js";

const PAUSE_MS = 1200;
const AGAIN_MS = 5000;
/** Words of a tab that has not been heard of for so long are taken over by the next one. */
const LEFT_MS = 60_000;

/**
 * `base`: the value that the person saw; `version`: the decision that they had seen; `sent`: what was sent last.
 * @typedef {{path: string, value: any, base: any, version: number, sent?: any, state: "waiting" | "saving" | "away" | "conflict" | "refused",
 *   theirs?: any, message?: string, locked?: boolean}} Draft
 * @typedef {{id: string, plan: import("./plan.js").Plan, renew(): Promise<void>, onDraft(path: string): void, onSaved(paths: string[]): void}} Owner
 */

const same = (/** @type {any} */ a, /** @type {any} */ b) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

export class Edits {
  /** @param {Owner} owner */
  constructor(owner) {
    this.owner = owner;
    this.key = `storytroupe.genesis.${owner.id}`;
    this.tab = sessionStorage.getItem("storytroupe.tab") ?? String(crypto.getRandomValues(new Uint32Array(1))[0]);
    sessionStorage.setItem("storytroupe.tab", this.tab);
    /** @type {Map<string, Draft>} */
    this.drafts = new Map(this.left().map((draft) => [draft.path, draft]));
    this.timer = 0;
    /** @type {Promise<void> | null} */
    this.saving = null;
    if (this.drafts.size) this.soon(0);
  }

  /** What this tab had not saved, and what tabs that were closed had not. @returns {Draft[]} */
  left() {
    const found = [];
    for (const key of Object.keys(localStorage).filter((one) => one.startsWith(`${this.key}.`))) {
      const { at, drafts } = JSON.parse(localStorage.getItem(key) ?? "{}");
      if (key !== `${this.key}.${this.tab}` && Date.now() - at < LEFT_MS) continue;
      localStorage.removeItem(key);
      found.push(...drafts.map((/** @type {Draft} */ draft) => (draft.state === "conflict" ? draft : { ...draft, state: "waiting" })));
    }
    return found;
  }

  keep() {
    const key = `${this.key}.${this.tab}`;
    if (this.drafts.size) localStorage.setItem(key, JSON.stringify({ at: Date.now(), drafts: [...this.drafts.values()] }));
    else localStorage.removeItem(key);
  }

  /** The person has written: save it soon. @param {string} path @param {any} value null empties the field @param {number} [pause] */
  write(path, value, pause = PAUSE_MS) {
    const { plan } = this.owner;
    const draft = this.drafts.get(path) ?? { path, base: plan.value(path) ?? null, version: plan.state.decision_version, value, state: "waiting" };
    this.drafts.set(path, { ...draft, value, state: draft.state === "conflict" ? "conflict" : "waiting" });
    this.keep();
    if (draft.state === "conflict") return;
    this.owner.onDraft(path);
    this.soon(pause);
  }

  /** @param {number} ms */
  soon(ms) {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.save(), ms);
  }

  /** Save all that waits, now. */
  async save() {
    clearTimeout(this.timer);
    while (this.saving) await this.saving;
    const waiting = [...this.drafts.values()].filter(({ state }) => state === "waiting" || state === "away");
    for (const stage of new Set(waiting.map(({ path }) => path.split(".")[0]))) {
      this.saving = this.saveStage(waiting.filter(({ path }) => path.startsWith(`${stage}.`)), stage);
      await this.saving;
      this.saving = null;
    }
    this.keep();
  }

  /** @param {Draft[]} drafts @param {string} stage */
  async saveStage(drafts, stage) {
    const paths = drafts.map(({ path }) => path);
    const sent = new Map(drafts.map(({ path, value }) => [path, value]));
    for (const path of paths) this.mark(path, { state: "saving", sent: sent.get(path) });
    const version = Math.min(...drafts.map((draft) => draft.version));
    const changes = drafts.map(({ path, value }) => (value === null ? { op: "remove", path } : { op: "set", path, value }));
    try {
      const done = await send("EDIT_STAGE", { stage, changes }, { session: this.owner.id, version });
      for (const [path, value] of sent) this.saved(path, value, done.decision_version);
      this.owner.onSaved(paths);
    } catch (fault) {
      if (!(fault instanceof ApiError)) throw fault;
      await this.refused(fault, paths);
    }
  }

  /** @param {string} path @param {any} value @param {number} version */
  saved(path, value, version) {
    const draft = this.drafts.get(path);
    if (!draft) return;
    if (same(draft.value, value)) this.drafts.delete(path);
    else this.drafts.set(path, { ...draft, base: value, version, state: "waiting" });
    this.owner.onDraft(path);
    if (this.drafts.has(path)) this.soon(PAUSE_MS);
  }

  /** @param {ApiError} fault @param {string[]} paths */
  async refused(fault, paths) {
    if (fault.code === "DECISION_STALE") return this.rebase(fault.data, paths);
    if (isAway(fault) || fault.status === 401) {
      for (const path of paths) this.mark(path, { state: "away" });
      return this.soon(AGAIN_MS);
    }
    const held = fault.code === "FIELD_LOCKED" ? paths.filter((path) => fault.data.paths?.includes(path)) : [];
    const wrong = fault.fields.map((one) => /payload\.changes\.(\d+)/.exec(one.path)).map((match) => paths[Number(match?.[1])]).filter(Boolean);
    const named = held.length ? held : wrong.length ? wrong : paths;
    for (const path of named) this.mark(path, { state: "refused", locked: held.includes(path), message: held.length ? T.lockedText : reason(fault) });
    for (const path of paths.filter((one) => !named.includes(one))) this.mark(path, { state: "waiting" });
    if (named.length < paths.length) this.soon(0);
  }

  /** Others have decided meanwhile: what they left alone is sent again; of the rest both versions stand. @param {any} data @param {string[]} paths */
  async rebase(data, paths) {
    await this.owner.renew();
    for (const path of paths) {
      const draft = /** @type {Draft} */ (this.drafts.get(path));
      const now = this.owner.plan.value(path) ?? null;
      const apart = data.paths.includes(path) && ![draft.base, draft.value, draft.sent].some((one) => same(one, now));
      this.mark(path, apart ? { state: "conflict", theirs: now } : { state: "waiting", version: data.decision_version });
    }
    this.soon(0);
  }

  /** @param {string} path @param {Partial<Draft>} change */
  mark(path, change) {
    const draft = this.drafts.get(path);
    if (!draft) return;
    // What was typed meanwhile waits for the next time.
    this.drafts.set(path, { ...draft, ...change });
    this.keep();
    this.owner.onDraft(path);
  }

  /** The person has decided a conflict, or what becomes of refused words. @param {string} path @param {any} value */
  settle(path, value) {
    const draft = this.drafts.get(path);
    if (!draft) return;
    this.drafts.set(path, { ...draft, value, base: draft.theirs ?? draft.base, version: this.owner.plan.state.decision_version, state: "waiting", theirs: undefined, message: undefined });
    this.keep();
    this.owner.onDraft(path);
    this.soon(0);
  }

  /** The field stays as it is in the plan. @param {string} path */
  drop(path) {
    this.drafts.delete(path);
    this.keep();
    this.owner.onDraft(path);
  }

  /** The connection is back. */
  back() {
    if ([...this.drafts.values()].some(({ state }) => state === "away")) this.soon(0);
  }

  leave() {
    this.keep();
    this.save();
  }
}

/** What is wrong, without the path that a program reads. @param {ApiError} fault */
const reason = (fault) => fault.fields[0]?.message ?? fault.message;
