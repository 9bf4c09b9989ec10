// The voice: plays the narration, and says which word is being spoken, by the audio's own clock.

/** @typedef {{txt: string, start: number, end: number}} Word seconds from the beginning */

/** A word stays lit over a short gap, so that the light does not flicker; over a breath it goes out. */
const LINGER = 0.3;
/** A page begins this little before its first word. */
const LEAD = 0.05;

/**
 * The word that is spoken at a time, or -1.
 * @param {Word[]} words in the order of their starts @param {number} time
 */
export function wordAt(words, time) {
  let [low, high] = [0, words.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (words[middle].start <= time) low = middle + 1;
    else high = middle;
  }
  const at = low - 1;
  return at >= 0 && time <= words[at].end + LINGER ? at : -1;
}

export class Narrator {
  /**
   * @param {Word[]} words
   * @param {{onWord(word: number): void, onPlaying(playing: boolean): void, onEnd(): void}} listener
   * @param {AbortSignal} signal
   */
  constructor(words, listener, signal) {
    this.words = words;
    this.listener = listener;
    this.audio = new Audio();
    this.audio.preload = "auto";
    this.word = -1;
    this.frame = 0;
    /** The one word that is to be heard, or -1 for all that follow. */
    this.only = -1;
    for (const [name, react] of Object.entries({
      play: () => this.begin(),
      pause: () => this.rest(),
      ended: () => listener.onEnd(),
      seeked: () => this.look(),
    })) this.audio.addEventListener(name, react, { signal });
    signal.addEventListener("abort", () => this.close());
  }

  get playing() {
    return !this.audio.paused && !this.audio.ended && this.only < 0;
  }

  /** @param {string} source */
  load(source) {
    this.audio.src = source;
  }

  /** Play from where it stands. Browsers may refuse without a gesture, and then nothing happens. */
  play() {
    this.only = -1;
    if (!this.audio.paused) this.listener.onPlaying(true);
    return this.audio.play().catch(() => this.listener.onPlaying(false));
  }

  pause() {
    this.audio.pause();
  }

  /** @param {number} rate 1 is as it was spoken */
  setRate(rate) {
    this.audio.defaultPlaybackRate = this.audio.playbackRate = rate;
  }

  /** Let one word be heard. @param {number} word */
  say(word) {
    this.seek(word, 0);
    this.only = word;
    this.audio.play().catch(() => (this.only = -1));
  }

  /** Go to a word. @param {number} word @param {number} lead how long before it, in seconds */
  seek(word, lead = LEAD) {
    this.only = -1;
    const spoken = this.words[word];
    if (spoken) this.audio.currentTime = Math.max(0, spoken.start - lead);
  }

  /** Whether reading goes on within these words. @param {number} first @param {number | undefined} until not included */
  isWithin(first, until) {
    const time = this.audio.currentTime + LEAD + 0.01;
    return !this.audio.ended && time >= this.words[first].start && time < (this.words[until ?? -1]?.start ?? Infinity);
  }

  begin() {
    this.listener.onPlaying(this.playing);
    cancelAnimationFrame(this.frame);
    const step = () => {
      this.look();
      this.frame = requestAnimationFrame(step);
    };
    step();
  }

  rest() {
    cancelAnimationFrame(this.frame);
    this.listener.onPlaying(false);
  }

  look() {
    if (this.only >= 0 && this.audio.currentTime >= this.words[this.only].end) {
      this.audio.pause();
      // Reading goes on from the word that was chosen.
      this.seek(this.only, 0);
    }
    const word = wordAt(this.words, this.audio.currentTime + LEAD / 2);
    if (word === this.word) return;
    this.word = word;
    this.listener.onWord(word);
  }

  close() {
    cancelAnimationFrame(this.frame);
    this.audio.pause();
    this.audio.removeAttribute("src");
    this.audio.load();
  }
}
