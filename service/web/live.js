// Follows a story until it has ended, or a library, by the best way that can be had; reconnects after a disconnect.

import { doubt } from "./away.js";
import { ApiError } from "./client.js";
import { Disconnect } from "./disconnect.js";
import { NeedsToken } from "./session.js";
import { pause, polling, serverEvents, websocket } from "./transports.js";

/**
 * @typedef {"connecting" | "websocket" | "events" | "polling" | "away" | "ended" | "gone"} Mode
 * @typedef {{onMode(mode: Mode): void, onMessage(text: string): void,
 *   onNeedsToken(): void}} Follower
 */

/** Tried in this order; each twice before the next, since one failure may be the network's. */
const LADDER = [
  { mode: /** @type {Mode} */ ("websocket"), travel: websocket },
  { mode: /** @type {Mode} */ ("events"), travel: serverEvents },
  { mode: /** @type {Mode} */ ("polling"), travel: polling },
];
/** Plain HTTP first: for pages that a proxy without websockets may serve. */
export const EVENTS_FIRST = [LADDER[1], LADDER[0], LADDER[2]];
const TRIES = 2;
const FIRST_MS = 300;
const MOST_MS = 20_000;

export class Live {
  /** @param {import("./subjects.js").Subject} subject @param {Follower} follower */
  constructor(subject, follower, ladder = LADDER) {
    this.subject = subject;
    this.ladder = ladder;
    this.follower = follower;
    this.over = new AbortController();
    this.failures = 0;
    this.rung = 0;
  }

  /** Follow until there is nothing more to come, or `stop` is called. */
  async run() {
    this.follower.onMode("connecting");
    while (!this.over.signal.aborted) {
      const disconnect = await this.travel();
      if (this.over.signal.aborted) return;
      if (this.subject.log.ended) return this.follower.onMode("ended");
      if (disconnect?.gone) return this.follower.onMode("gone");
      this.follower.onMode("away");
      doubt();
      await pause(this.patience(disconnect?.retryMs), this.over.signal);
    }
  }

  /** Leave. */
  stop() {
    this.over.abort();
  }

  /** Follow one transport until it disconnects. @returns {Promise<Disconnect | null>} */
  async travel() {
    const { mode, travel } = this.ladder[Math.floor(this.rung / TRIES) % this.ladder.length];
    const opened = () => {
      this.failures = 0;
      this.rung = this.ladder.findIndex((way) => way.mode === mode) * TRIES;
      this.follower.onMode(mode);
    };
    const message = (/** @type {string} */ text) => this.follower.onMessage(text);
    try {
      await travel({ subject: this.subject, signal: this.over.signal, opened, message });
      return null;
    } catch (fault) {
      return this.disconnected(fault);
    }
  }

  /** @param {unknown} fault @returns {Disconnect} */
  disconnected(fault) {
    if (fault instanceof NeedsToken || (fault instanceof ApiError && fault.status === 401)) {
      this.stop();
      this.follower.onNeedsToken();
    }
    const disconnect = fault instanceof Disconnect ? fault : new Disconnect(String(fault));
    this.failures += 1;
    this.rung = disconnect.afresh ? 0 : this.rung + 1;
    return disconnect;
  }

  /**
   * Short until every way has been tried; then it doubles, with jitter, so that not all come back at once.
   * @param {number} [asked] for by the server
   */
  patience(asked) {
    const again = Math.max(0, this.failures - this.ladder.length * TRIES);
    const usual = Math.min(MOST_MS, FIRST_MS * 2 ** again);
    return asked ?? usual * (0.5 + Math.random() / 2);
  }
}
