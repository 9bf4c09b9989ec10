// Every text of the pages of a novel, in one place.

const NUMBER = new Intl.NumberFormat("en");
const count = (/** @type {number} */ n, /** @type {string} */ one, many = `${one}s`) => `${NUMBER.format(n)} ${n === 1 ? one : many}`;

/** @type {Record<string, string>} */
export const EVENTS = {
  "chapter.requested": "The chapter is asked for.", "chapter.started": "The chapter is being written.", "chapter.retrying": "The writing failed once and is tried again.",
  "chapter.written": "The chapter has a new text.", "chapter.failed": "The chapter could not be written.", "chapter.cancelled": "The writing has stopped.",
  "chapter.edited": "Your text is kept.", "chapter.restored": "An earlier text is back.",
};

export const N = {
  words: (/** @type {number} */ n) => count(n, "word"),
  chapters: (/** @type {number} */ n) => count(n, "chapter"),

  // -- the library
  novels: "Novels", novelsText: "Every novel and every plan of yours. Open one to go on with it, or begin another.",
  shelf: "Your novels", shelfLine: (/** @type {any} */ one) => `${one.written} of ${count(one.chapters, "chapter")} with text${one.words ? ` · ${count(one.words, "word")}` : ""}`,

  // -- the head
  eyebrow: (/** @type {number} */ written, /** @type {number} */ of) => `A novel · ${written} of ${count(of, "chapter")} with text`, thisNovel: "This novel",
  views: /** @type {[string, string][]} */ ([["text", "Text"], ["plan", "Plan"], ["board", "Board"], ["findings", "Findings"], ["print", "To print"]]),
  exports: "Export", exportsLabel: "Export this novel", more: "More",
  formats: /** @type {[string, string, string][]} */ ([["docx", "Word document", "DOCX"], ["epub", "E-book", "EPUB"], ["markdown", "Markdown, one file", "MD"],
    ["markdown_folder", "Markdown, a file for each chapter", "ZIP"], ["opml", "Outline for Scrivener", "OPML"], ["csv", "Table of the scenes", "CSV"], ["json", "All data, for programs", "JSON"]]),
  exporting: "The file is being made …", exported: (/** @type {string} */ name) => `${name} is saved.`,
  book: "Make a picture book of this …", toSession: "Open the plan", branch: "Begin a new plan from this one",
  remove: "Delete this novel …", removeTitle: (/** @type {string} */ title) => `Delete “${title}”?`, removeYes: "Delete the novel", removed: (/** @type {string} */ title) => `“${title}” was deleted.`,
  removeText: "Its chapters, with all of their versions, will be deleted, and cannot be restored. Its plan stays.",
  awayText: "What you write is kept in this browser. The troupe goes on without you.", away: "No connection",
  lost: "This novel does not exist",

  // -- chapters
  list: "Chapters", chapter: (/** @type {number} */ number) => `Chapter ${number}`, untitled: (/** @type {number} */ number) => `Chapter ${number}`,
  is: { planned: "planned", generating: (/** @type {number} */ percent) => `being written, ${percent}%`, failed: "could not be written" }, before: "Chapter before", after: "Chapter after",
  option: (/** @type {number} */ number, /** @type {string} */ title, /** @type {string} */ is) => `${number}. ${title}, ${is}`,
  next: (/** @type {number} */ number, /** @type {string} */ title) => `Next: ${number}. ${title}`, toPlan: "The plan",
  version: (/** @type {number} */ n) => `Version ${n}`, by: { person: "you", ai: "written from the plan" }, summed: "summed up from the plan", restored: (/** @type {number} */ n) => `as version ${n}`, sees: (/** @type {string} */ name) => `${name} sees it`,
  yours: "yours", yoursLabel: "Yours: ", notYet: "Nothing is written here yet", notYetText: "The troupe writes the chapter from its plan, scene by scene. You can watch, stop it, and change every word afterwards. Or write it yourself.", notYetOffline: "Write the chapter yourself, or have its plan summed up, scene by scene, as a start.",
  write: (/** @type {string} */ price) => `Write this chapter${price}`, writeAgain: (/** @type {string} */ price) => `Write the whole chapter again${price}`, sum: (/** @type {string} */ price) => `Sum up this chapter${price}`, sumAgain: (/** @type {string} */ price) => `Sum up the chapter again${price}`, writeAgainText: "The text that you have stays among the versions.",
  wish: "A wish for this text", wishHint: "Said in your own words, and heeded in every scene of the chapter.", wishPlaceholder: "Slower. More of the sea.", fold: "With a wish, or a limit",
  cap: "Never spend more on this novel than", capHint: "Empty: as it is now.",
  synopsis: "No AI model is set up in this studio. So the troupe writes no prose: it sums up each scene from the plan, free. Your own text stays among the versions.",
  mine: "Write it myself", edit: "Edit", passage: "Write a passage again …", versions: (/** @type {number} */ n) => `Versions (${n})`,
  writing: (/** @type {number} */ scene, /** @type {number} */ of) => `Writing scene ${scene} of ${of}`, begins: "The writing is about to begin", rewriting: "Writing the passage again",
  wordsOf: (/** @type {number} */ n, /** @type {number} */ of) => `${NUMBER.format(n)}${of ? ` of about ${NUMBER.format(of)}` : ""} words`, stop: "Stop", stopLabel: "Stop the writing of this chapter", percent: (/** @type {number} */ n) => `${n}% of the chapter`,
  again: "It failed once, and is tried again.", present: (/** @type {number} */ n) => `The text as it stands (version ${n})`,
  failed: "The chapter could not be written", failedText: "Every text that you have is safe. Scenes that were finished are not paid for again.", tryAgain: (/** @type {string} */ price) => `Try again${price}`,
  free: "free",

  // -- your own words
  editLabel: (/** @type {number} */ number) => `The text of chapter ${number}`, editHint: "A blank line begins a new paragraph. Ctrl + Enter keeps it, Esc leaves it.", keep: "Keep it", leave: "Leave it as it was",
  kept: "Kept in this browser until you keep it", back: "You wrote this and had not kept it yet.", saving: "Saving …", empty: "An empty chapter cannot be kept.",
  apartTitle: "Changed in another window", apartText: "The chapter has a newer text. Neither of the two is lost.", theirs: "The newer text", yoursNow: "Yours", keepMine: "Keep mine as the newest", keepTheirs: "Take the newer text", goOn: "Go on writing",
  leaveTitle: "Leave your changes?", leaveText: "The words that you wrote and did not keep are lost.", leaveYes: "Leave them", leaveNo: "Go on writing",

  // -- a passage
  passageTitle: "Write a passage again", picked: "The passage", fromParagraph: "From paragraph", toParagraph: "To paragraph", selected: (/** @type {string} */ some) => `Selected: “${some}”`,
  change: "What is to change", changePlaceholder: "Slower: let her hear it first.", passageYes: (/** @type {string} */ price) => `Write it again${price}`, passageText: "All other words stay as they are. The text that you have stays among the versions.", thisPassage: "Write this passage again …",

  // -- versions
  versionsTitle: "Versions of this chapter", closeVersions: "Close the versions", now: "now", show: "Show", hide: "Hide", differs: "Compared with the text as it is now", bringBack: "Bring back", wishWas: (/** @type {string} */ wish) => `Wish: “${wish}”`,

  // -- the plan beside the text
  plan: "The plan", planOf: (/** @type {number} */ number) => `The plan of chapter ${number}`, onBoard: "On the board", scenes: "Scenes and beats", scene: (/** @type {number} */ n) => `Scene ${n}`, noScenes: "The plan has no scenes here.",
  inMind: "Keep in mind", setsUp: "Sets up", paysOff: "Pays off", lie: (/** @type {string} */ name) => `${name} believes:`, want: (/** @type {string} */ name) => `${name} wants:`, beingWritten: "being written",

  // -- the whole plan
  sections: /** @type {Record<string, string>} */ ({ concept: "Concept", theme: "Theme", people: "People", relations: "Relations", world: "World", outline: "Outline" }), planParts: "Parts of the plan", nothing: "The plan says nothing here.",
  relationsTitle: "Who is bound to whom", relationsDesc: (/** @type {string} */ said) => `People as circles, relations as numbered lines. ${said}`, number: "No.", between: "Between", bond: "Bond", tension: "Tension", noRelations: "The plan has no relations.",
  readOnly: "The plan of a novel does not change any more. To change it, begin a new plan from this one.", noSession: "The plan of a novel does not change any more.",

  // -- findings
  noFindings: "The steps of this plan were deleted, and the findings with them.",

  // -- print
  moment: "One moment …", print: "Print", printText: "The plan and all texts in one column.", printWhat: "What is printed", printPlan: "The plan", printChapters: "The chapters", planned: "Not written yet. The plan of this chapter:",

  // -- a picture book
  bookTitle: "Make a picture book of this", bookText: "A picture book has up to four heroes and twelve scenes, and a child listens to it. Read below what it will tell. Nothing is made before you say so.", heroes: "Heroes", heroesHint: "Four at the most.", told: "Chapters that it tells", toldAll: "All chapters", toldSome: "Only these",
  bookYes: "Make the book", bookEdit: "Change the request first", bookRows: { title: "Title", story_type: "Kind of story", themes: "Themes", scene_count: "Scenes", age_range: "Age of the listeners", language: "Language", instructions: "What it tells" }, bookShown: "What is asked for", bookWords: "The words of the book", bookRaw: "For programs: the request as JSON", bookCost: (/** @type {string} */ price) => `Cost: ${price}.`, most: "Four heroes at the most.",
};
