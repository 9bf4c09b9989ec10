// The rules of the log, whatever brings its messages: what to merge, what to drop, when to ask again.

/**
 * @typedef {import("./client.js").StoryState} StoryState
 * @typedef {{onStories(stories: any[]): void, onStory(story: any): void, onGone(id: string): void,
 *   onSessions(sessions: any[]): void, onSession(session: any): void, onSessionGone(id: string): void,
 *   onNovels(novels: any[]): void, onNovel(novel: any): void, onNovelGone(id: string): void}} LibraryListener
 * @typedef {{onState(state: StoryState, change: string): void, onWords(page: number, text: string): void}} Listener
 */

export class Log {
  /**
   * @param {Listener} listener
   * @param {{version: number, state: StoryState}} [known] what there was a moment ago, which need not come again
   */
  constructor(listener, known) {
    this.listener = listener;
    /** @type {number | null} the last version that was seen */
    this.version = known?.version ?? null;
    /** @type {StoryState} */
    this.state = known?.state ?? { overall: "generating", assets: {} };
    /** @type {Record<string, number>} how far the attempts under way are, by their ticks */
    this.ticked = {};
  }

  /** Whether the story has come to an end, whichever. */
  get ended() {
    return this.version !== null && this.state.overall !== "generating";
  }

  /**
   * Take a message of the protocol. False: there is a hole; subscribe again with `since`.
   * @param {any} message
   * @returns {boolean}
   */
  take(message) {
    if (message.type === "subscribed") return this.join(message);
    if (message.type === "event") return this.apply(message);
    if (message.type === "tick") this.tick(message);
    return true;
  }

  /** @param {any} message */
  join(message) {
    if (message.mode === "snapshot") {
      this.version = message.version;
      this.state = message.state;
      this.listener.onState(this.state, "snapshot");
    }
    return message.events.every((/** @type {any} */ event) => this.apply(event));
  }

  /** @param {any} event */
  apply(event) {
    if (this.version === null || event.version > this.version + 1) return false;
    if (event.version <= this.version) return true;
    this.version = event.version;
    this.state = merged(this.state, this.caughtUp(event.data));
    this.listener.onState(this.state, event.event);
    return true;
  }

  /** A change, no less far than a tick has said: a tick may come before the event that it follows. @param {any} change */
  caughtUp(change) {
    const assets = { ...change.assets };
    for (const [name, asset] of Object.entries(assets)) {
      if (asset.status !== "generating") delete this.ticked[name];
      else assets[name] = { ...asset, progress: Math.max(asset.progress, this.ticked[name] ?? 0) };
    }
    return { ...change, assets };
  }

  /** @param {any} tick */
  tick({ key, data }) {
    const [asset, what] = key.split(".");
    if (what === "page") this.listener.onWords(data.page, data.text);
    if (what === "progress") this.progress(asset, data.progress);
  }

  /** How far an asset is; what is late or falls back is passed over. @param {string} name @param {number} percent */
  progress(name, percent) {
    this.ticked[name] = Math.max(percent, this.ticked[name] ?? 0);
    const asset = this.state.assets[name];
    if (asset?.status !== "generating" || percent <= asset.progress) return;
    this.state = merged(this.state, { assets: { [name]: { ...asset, progress: percent } } });
    this.listener.onState(this.state, "tick");
  }

  /**
   * What a poller found.
   * @param {number} version @param {StoryState} state
   */
  replace(version, state) {
    this.version = version;
    this.state = state;
    this.listener.onState(state, "poll");
  }
}

/** An event bears the changed part of the state. @param {StoryState} state @param {any} change */
function merged(state, change) {
  const { attempt: _attempt, ...rest } = change;
  return { ...state, ...rest, assets: { ...state.assets, ...change.assets }, jobs: { ...state.jobs, ...change.jobs },
    spend: { ...state.spend, ...change.spend } };
}

/** The library has no versions: there is always a snapshot, and each story is told as it now is. */
export class LibraryLog {
  /** @param {LibraryListener} listener */
  constructor(listener) {
    this.listener = listener;
    /** @type {null} */
    this.version = null;
    this.ended = false;
  }

  /** @param {any} message @returns {boolean} */
  take(message) {
    if (message.type === "subscribed") {
      this.replace(message.state.stories);
      this.listener.onSessions(message.state.sessions ?? []);
      this.listener.onNovels(message.state.novels ?? []);
    }
    if (message.type === "tick") this.tick(message);
    return true;
  }

  /** A story, a session or a novel as it now is, or null for one that has left. @param {{key: string, data: any}} tick */
  tick({ key, data }) {
    const [kind, id] = key.split(".");
    if (kind === "story") data ? this.listener.onStory(data) : this.listener.onGone(id);
    if (kind === "genesis") data ? this.listener.onSession(data) : this.listener.onSessionGone(id);
    if (kind === "novel") data ? this.listener.onNovel(data) : this.listener.onNovelGone(id);
  }

  /** @param {any[]} stories the newest */
  replace(stories) {
    this.listener.onStories(stories);
  }
}
