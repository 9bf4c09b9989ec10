// Every text of the board, in one place.

const NUMBER = new Intl.NumberFormat("en");
const words = (/** @type {number} */ n) => `${NUMBER.format(n)} ${n === 1 ? "word" : "words"}`;
const ACTS = ["", "one", "two", "three", "four", "five", "six", "seven"];

export const B = {
  title: "Chapters and threads", label: "Scenes by chapter and thread. A scene stands in its first thread; letters name the others.", chapter: "Chapter", loose: "No thread", region: "Board",
  planned: (/** @type {number} */ n, /** @type {number} */ sum) => `${n}${sum ? ` · ${words(sum)} planned` : ""}`, span: (/** @type {number} */ first, /** @type {number} */ last) => (first === last ? `in chapter ${first}` : `chapters ${first} to ${last}`),
  noPayoff: "no payoff yet", noSetup: "no setup yet", noScene: "no scene yet", act: (/** @type {number} */ n) => `Act ${ACTS[n] ?? n}`, actSpan: (/** @type {number} */ first, /** @type {number} */ last, /** @type {number} */ sum) => `${first === last ? `chapter ${first}` : `chapters ${first} to ${last}`}${sum ? ` · ${words(sum)}` : ""}`,
  chapterName: (/** @type {number} */ number, /** @type {string | undefined} */ title) => `${number}. ${title ?? "Without a title"}`, sees: (/** @type {string} */ name) => `${name} sees it`, words, noSummary: "Nothing is said of this scene yet.", beats: "No beats yet.", has: (/** @type {number} */ n) => n ? `its text has ${words(n)}` : "no text yet", about: (/** @type {number} */ n) => `about ${words(n)}`,
  begins: (/** @type {string} */ name) => (name ? `begins ${name}` : "begins here"), ends: (/** @type {string} */ name) => (name ? `ends ${name}` : "ends here"), also: "also in ", locked: "locked",
  addScene: (/** @type {number} */ number, /** @type {string} */ thread) => `Add a scene to chapter ${number}, ${thread}`, thread: "Thread", addChapter: "Chapter", empty: "No chapter is planned yet", emptyText: "Chapters and their scenes come with the last step, the plot. They stand here as soon as there are some.",
  show: "Cards show", shows: /** @type {[string, string][]} */ ([["scenes", "Scenes"], ["beats", "Beats"], ["words", "Words"]]), pov: "Seen by", anyPov: "Seen by anyone", place: "Place", anyPlace: "Every place", threads: "Thread", anyThread: "Every thread",
  keys: /** @type {[string[], string][]} */ ([[["←", "↑", "→", "↓"], "go about"], [["↵"], "opens"], [["M"], "lifts a card, arrows carry it, ↵ drops it, Esc puts it back"], [["N"], "new scene"], [["L"], "locks"], [["Ctrl", "Z"], "undoes a move"]]),
  holds: "Hold a card to carry it.",
  readKeys: /** @type {[string[], string][]} */ ([[["←", "↑", "→", "↓"], "go about"], [["↵"], "opens"]]),

  // -- a move
  lifted: (/** @type {string} */ name) => `${name} is lifted. Arrows carry it, Enter drops it, Escape puts it back.`, isLocked: "This scene is locked. Unlock it to move it.", back: "Put back where it was.", here: (/** @type {number} */ number, /** @type {string} */ thread) => `Chapter ${number}, ${thread}`,
  drops: "↵ drops it here", lets: "Let go to drop it here", same: "It stands here now", touches: "Touches: ", nothing: "Touches nothing else.", moved: (/** @type {string} */ where) => `Moved to ${where}.`, undo: "Undo", undone: "The move is undone.",
  drawn: (/** @type {number} */ n) => `${n} ${n === 1 ? "field was" : "fields were"} drawn from it, and then ${n === 1 ? "needs" : "need"} another look.`,
  threadEmpty: (/** @type {string} */ name) => `“${name}” then has no scene.`, threadBegins: (/** @type {string} */ name, /** @type {number} */ now, /** @type {number} */ was) => `“${name}” then begins in chapter ${now}, not ${was}.`,
  threadEnds: (/** @type {string} */ name, /** @type {number} */ now, /** @type {number} */ was) => `“${name}” then ends in chapter ${now}, not ${was}.`, notThere: (/** @type {string} */ name, /** @type {number} */ number) => `${name}, who sees chapter ${number}, is not in it.`,
  chapterEmpty: (/** @type {number} */ number) => `Chapter ${number} then has no scene.`, chapterWords: (/** @type {number} */ number, /** @type {number} */ n) => `Chapter ${number} then has ${words(n)} planned.`,

  // -- the card
  scene: (/** @type {number} */ number, /** @type {number} */ at) => `Chapter ${number}, scene ${at}`, close: "Close", moveTitle: "Move it to", toChapter: "Chapter", toThread: "Thread", toPlace: "Place", first: "First", afterScene: (/** @type {number} */ n) => `After scene ${n}`, moveIt: "Move it", remove: "Remove this scene", inPlan: "All of it in the plan",
  removeTitle: "Remove this scene?", removeYes: "Remove it", lock: "Lock this scene", unlock: "Unlock this scene",
};
