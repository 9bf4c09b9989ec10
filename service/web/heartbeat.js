// Notices that a line is dead although nobody said so: the network was lost or is another, or the page slept.

import { Disconnect } from "./disconnect.js";

/** How often it is seen whether something was heard. Timers stand still in a sleep; the clock does not. */
const LOOK_MS = 2000;
/** Those whose network comes back together do not all come back in the same moment. */
const SPREAD_MS = 500;

export class Heartbeat {
  /**
   * @param {number} patience in ms, from one word to the next
   * @param {(disconnect: Disconnect) => void} dead
   */
  constructor(patience, dead) {
    this.patience = patience;
    this.dead = dead;
    this.over = new AbortController();
    const { signal } = this.over;
    const again = () => dead(new Disconnect("the network is another", { retryMs: Math.random() * SPREAD_MS, afresh: true }));
    const look = () => this.look();
    window.addEventListener("online", again, { signal });
    // @ts-ignore: not in every browser
    navigator.connection?.addEventListener("change", again, { signal });
    document.addEventListener("visibilitychange", look, { signal });
    document.addEventListener("resume", look, { signal });
    this.timer = setInterval(look, LOOK_MS);
    this.looked = Date.now();
    this.heard();
  }

  /** A word was heard. */
  heard() {
    this.last = Date.now();
  }

  /** Silence after a sleep says nothing against this way: it is taken again. */
  look() {
    const now = Date.now();
    const slept = now - this.looked > 3 * LOOK_MS;
    this.looked = now;
    if (now - this.last > this.patience) this.dead(new Disconnect("silent", { afresh: slept }));
  }

  /** Look no more. */
  end() {
    clearInterval(this.timer);
    this.over.abort();
  }
}
