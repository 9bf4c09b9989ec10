// What can be followed: a story, and one's own library; each by its channel, its stream, and by looking.

import { getAccount, getStory, listStories, storyStatus } from "./client.js";
import { Log, LibraryLog } from "./frames.js";

/**
 * `look` asks over HTTP how things stand, every `lookMs`, where nothing better can be had.
 * @typedef {{channel: string, events: string, log: Log | LibraryLog, lookMs: number,
 *   look(message: (text: string) => void): Promise<void>}} Subject
 * @typedef {import("./frames.js").Listener} Listener
 * @typedef {import("./frames.js").LibraryListener} LibraryListener
 */

/** @implements {Subject} */
export class Story {
  /** @param {string} id @param {Listener} listener @param {any} [known] the story as it was read a moment ago */
  constructor(id, listener, known) {
    this.id = id;
    this.channel = `stories:id=${id}`;
    this.events = `/api/v1/stories/${id}/events`;
    this.log = new Log(listener, known && { version: known.version, state: stateOf(known) });
    this.lookMs = 2000;
    this.told = "";
  }

  /** The whole only when something has changed. @param {(text: string) => void} message */
  async look(message) {
    const status = await storyStatus(this.id);
    message(status.status_message);
    const told = JSON.stringify(status);
    if (told === this.told) return;
    const story = await getStory(this.id);
    this.log.replace(story.version, stateOf(story));
    this.told = told;
  }
}

/** @param {any} story @returns {import("./client.js").StoryState} */
export const stateOf = (story) => ({ ...story.asset_generation_status, title: story.title, status: story.status,
  spend: { cost_usd: story.cost.usd, set_aside_usd: story.cost.set_aside_usd } });

/** Whether an asset is still to come. @param {{status: string} | undefined} asset */
export const isOpen = (asset) => ["pending", "queued", "generating", "retrying"].includes(asset?.status ?? "");

/** The assets that were made from something that has changed since. @param {import("./client.js").StoryState} state */
export const staleOf = (state) => Object.entries(state.assets).filter(([, asset]) => asset.stale).map(([name]) => name);

/** @implements {Subject} */
export class Library {
  /** @param {LibraryListener} listener @param {number} page how many stories a look reads */
  static async of(listener, page) {
    return new Library((await getAccount()).user_id, listener, page);
  }

  /** @param {string} user @param {LibraryListener} listener @param {number} page */
  constructor(user, listener, page) {
    this.channel = `users:id=${user}`;
    this.events = "/api/v1/account/events";
    this.log = new LibraryLog(listener);
    this.lookMs = 2000;
    this.page = page;
  }

  async look() {
    if (!document.hidden) this.log.replace((await listStories(null, this.page)).items);
  }
}
