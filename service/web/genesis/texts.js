// Every text of the pages of Genesis, in one place.

const count = (/** @type {number} */ n, /** @type {string} */ one, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;
const LIST = new Intl.ListFormat("en", { type: "conjunction" });

/** Names of fields; where a name differs by what has it, with that before it. @type {Record<string, string>} */
const FIELDS = {
  title: "Title", logline: "In one sentence", premise: "Premise", genre: "Genre", audience: "For whom", tone: "Tone",
  point_of_view: "Point of view", tense: "Tense", "length.chapters": "Chapters", "length.words_a_chapter": "Words a chapter", avoid: "Stay away from",
  question: "Question", statement: "Statement", counter_statement: "Counter-statement", values_in_conflict: "Values at odds",
  name: "Name", meaning: "Meaning", role: "Role", age: "Age", pronouns: "Pronouns", summary: "Summary", want: "Want", need: "Need",
  wound: "Wound", lie: "Lie", strength: "Strength", flaw: "Flaw", voice: "Voice", "arc.start": "At the start", "arc.turn": "The turn",
  "arc.end": "At the end", "looks.skin_tone": "Skin tone", "looks.hair": "Hair", "looks.eyes": "Eyes", "looks.outfit": "Outfit",
  "looks.other": "Other looks", real: "A real person", a: "Between", b: "And", kind: "Bond", tension: "Tension",
  era: "Time", senses: "To the senses", cost: "Cost", aim: "Aim", when: "When", what: "What happened", term: "Word",
  structure: "Structure", ending: "Ending", setup: "Setup", payoff: "Payoff", number: "Number", act: "Act", pov: "Seen by",
  goal: "Goal", conflict: "Conflict", outcome: "Outcome", hook: "Hook", place: "Place", people: "People", beats: "Beats",
  threads: "Threads", turn: "Turn", words: "Words", "rules.statement": "Rule",
};

/** @type {Record<string, string>} */
const CHOICES = {
  children: "Children to 8", middle_grade: "Children of 9 to 12", young_adult: "Young adults", adult: "Adults",
  three_act: "Three acts", four_act: "Four acts", heros_journey: "Hero’s journey", kishotenketsu: "Kishōtenketsu", custom: "Its own",
};

/** @param {string} name @param {string} owner the stage or the collection @returns {string} */
export const fieldName = (name, owner) => FIELDS[`${owner}.${name}`] ?? FIELDS[name] ?? name;

/** @param {string} value @returns {string} */
export const choiceName = (value) => CHOICES[value] ?? value;

const STAGES = /** @type {Record<string, string>} */ ({ concept: "Concept", theme: "Theme", character: "People", world: "World", plot: "Plot" });
const lower = (/** @type {string} */ stage) => STAGES[stage].toLowerCase();

/** What was decided, by the type of its command. @type {Record<string, string>} */
const DECISIONS = {
  START_GENESIS: "Began", GENERATE_INSPIRATION: "Asked for proposals", SELECT_CONCEPT: "Chose a proposal", SELECT_PROPOSAL: "Chose from the proposals",
  SUBMIT_FEEDBACK: "Said what is missing", PROVIDE_FEEDBACK: "Said what is missing", EDIT_STAGE: "Changed the words", LOCK_FIELDS: "Locked",
  UNLOCK_FIELDS: "Unlocked", CONFIRM_STAGE: "Confirmed a step", REOPEN_STAGE: "Opened a step again", NAVIGATE: "Went to a step",
  IMPORT_MATERIAL: "Brought notes", CANCEL_GENERATION: "Stopped the writing", SET_BUDGET: "Changed the budget", SWITCH_MODE: "Changed the way of working",
  DISMISS_FINDING: "Set a finding aside", RESTORE: "Brought an earlier version back", COPY_FIELDS: "Copied from elsewhere", EXTEND_GENESIS: "Kept the plan awake",
  ABANDON_GENESIS: "Gave the plan up", FINISH_GENESIS: "Finished the plan", RESUME: "Somebody with a link decided",
};

/** Decisions about one step name it. @type {Record<string, (stage: string) => string>} */
const STAGE_DECISIONS = {
  GENERATE_INSPIRATION: (stage) => `Asked for proposals of the ${lower(stage)}`, SELECT_PROPOSAL: (stage) => `Chose from the proposals of the ${lower(stage)}`,
  SUBMIT_FEEDBACK: (stage) => `Said what the ${lower(stage)} ${stage === "character" ? "lack" : "lacks"}`, EDIT_STAGE: (stage) => `Changed the words of the ${lower(stage)}`,
  CONFIRM_STAGE: (stage) => `Confirmed the ${lower(stage)}`, REOPEN_STAGE: (stage) => `Opened the ${lower(stage)} again`, NAVIGATE: (stage) => `Went to the ${lower(stage)}`,
  CANCEL_GENERATION: (stage) => `Stopped the writing of the ${lower(stage)}`, RESTORE: (stage) => `Brought an earlier version of the ${lower(stage)} back`,
  RESUME: (stage) => `Somebody with a link decided about the ${lower(stage)}`,
};

/** @param {{command_type: string | null, events: string[], stage: string | null}} decision @returns {string} */
export const decisionName = ({ command_type: type, events, stage }) => (stage && STAGE_DECISIONS[type ?? ""]?.(stage)) ?? DECISIONS[type ?? ""]
  ?? (events.includes("genesis.expired") ? "The plan fell asleep" : events.includes("genesis.reminded") ? "A reminder of the service" : "A note of the service");

/** @type {Record<string, string>} */
export const EVENTS = {
  "generation.requested": "New proposals are being written.", "proposal.made": "A proposal is written.", "genesis.waiting": "The proposals wait for your choice.",
  "stage.confirmed": "The step is confirmed.", "stage.reopened": "The step is open again.", "generation.retrying": "The writing failed once and is tried again.",
  "stage.restored": "An earlier version is back.", "genesis.finished": "The plan is finished.", "genesis.expired": "The plan has fallen asleep.",
};

export const MODES = /** @type {Record<string, string>} */ ({ connecting: "Connecting", events: "Connected", websocket: "Connected",
  polling: "Looking every two seconds", away: "No connection", gone: "Deleted", ended: "Finished" });

export const T = {
  stages: STAGES,
  collections: /** @type {Record<string, string>} */ ({ motifs: "Motifs", people: "People", relations: "Relations", places: "Places", rules: "Rules",
    groups: "Groups", history: "History", glossary: "Words of this world", threads: "Threads", chapters: "Chapters", scenes: "Scenes" }),
  one: /** @type {Record<string, string>} */ ({ motifs: "motif", people: "person", relations: "relation", places: "place", rules: "rule", groups: "group",
    history: "event", glossary: "word", threads: "thread", chapters: "chapter", scenes: "scene" }),
  yes: "Yes", no: "No", yourSpark: "your spark", yourNotes: "your notes", you: "you", theService: "the service",
  notHere: (/** @type {string} */ collection) => `a ${T.one[collection]} that is not here`,
  nth: (/** @type {string} */ collection, /** @type {number} */ place) => `${cap(T.one[collection])} ${place}`,
  chapter: (/** @type {number} */ number, /** @type {string | undefined} */ title) => `Chapter ${number}${title ? `: ${title}` : ""}`,
  andNames: (/** @type {string[]} */ names) => LIST.format(names),

  // -- the library
  shelf: "Novels in the making", shelfNone: "A line is enough to begin. Nothing is spent until you say so.", plan: "Plan a novel",
  deleteTitle: (/** @type {string} */ title) => `Delete the plan “${title}”?`,
  deleteText: "Its words, proposals and history will be deleted, and cannot be restored. A novel that was made from it stays.",
  deleteYes: "Delete the plan", deleted: (/** @type {string} */ title) => `The plan “${title}” was deleted.`,
  deleteLabel: (/** @type {string} */ title) => `Delete the plan “${title}”`,
  sessionStatus: (/** @type {any} */ one) => one.status === "active"
    ? `${STAGES[one.current_stage]} · ${one.is_pending ? "being written" : one.waits ? "waits for your choice" : "in work"}`
    : { finished: "Finished", abandoned: "Given up", expired: "Asleep" }[/** @type {string} */ (one.status)] ?? one.status,
  untitled: "A novel without a name",

  // -- start
  startTitle: "Plan a novel",
  startLead: "From whatever you have to a plan you can write from: concept, theme, people, world, and chapters with their scenes. The troupe proposes. Only you decide.",
  have: "What do you have?",
  haves: /** @type {[string, string, string, string][]} */ ([["spark", "spark", "A spark", "A line, an image, a what-if"],
    ["notes", "notes", "My notes", "Pages, an outline, a first draft"], ["nothing", "blank", "Nothing yet", "Ten concepts to choose from"]]),
  spark: "Your spark", sparkHint: "One sentence is enough. It is kept word for word.", sparkExamples: "Or begin with one of these and change it:",
  sparks: ["The night porter of a closed hotel goes on taking bookings, and tonight somebody has arrived.",
    "Two brothers inherit a bridge, and each is sure that the other has been told what it is for.",
    "In a valley where echoes answer a day late, a boy hears tomorrow’s avalanche."],
  notes: "Paste your notes", notesHint: "Up to a megabyte of text, kept word for word. Proposals are drawn from it.", notesFiles: "Add text files",
  notesPlaceholder: "Anything: scenes, a cast list, a letter to yourself", noNotes: "Paste your notes, or choose “Nothing yet”.", noSpark: "Write a line, or choose “Nothing yet”.",
  nothing: "You get up to ten concepts, each with a situation, values at odds and a setting of its own.",
  characters: (/** @type {number} */ n) => `${n.toLocaleString("en")} of 60,000 characters`, draftKept: "Kept in this browser",
  how: "How shall we go?",
  hows: /** @type {[string, string, string][]} */ ([["guided", "Step by step", "Concept, theme, people, world, plot. Each step waits for you. The next is written when you confirm."],
    ["free_form", "In any order", "Start where you like. Nothing is written until you ask for it."]]),
  howHint: "You can change this at any time.",
  book: "The book", audience: "For whom", audienceAny: "Any readers", language: "Language", chapters: "Chapters", genre: "Genre", optional: "(optional)",
  avoid: "Stay away from", avoidHint: "Separated by commas. Every proposal keeps away from it.",
  cost: "What it will cost", together: "Together, about", costSteps: "Step", costAbout: "About", cap: "Never spend more than",
  capHint: "Empty: no limit. At this sum the writing stops and asks. What is written stays.",
  costAgain: "Each further round of a step costs about the same again.", wholePlan: (/** @type {string} */ price) => `The whole plan: ${price === "free" ? price : `about ${price}`}.`, nothingYet: "Nothing is spent until you begin.",
  nothingSpent: "Nothing is spent until you begin. Each request shows its price before you send it.",
  free: "free", costFree: "No AI model is set up in this studio. The troupe plans from hand-written pieces: free, in English, and plainer.",
  rows: (/** @type {string} */ stage, /** @type {number} */ n) => `${STAGES[stage]}, ${count(n, "proposal")}`,
  begin: (/** @type {string} */ have, /** @type {string} */ how) => how === "free_form" ? "Begin with an empty plan" : have === "nothing" ? "Begin with ten concepts" : "Begin with three concepts",
  oneMoment: "One moment …", correct: "Please correct these entries", didNotWork: "That did not work",

  // -- the session's head
  making: (/** @type {string} */ mode) => `A novel in the making · ${mode === "guided" ? "step by step" : "in any order"}`,
  ends: /** @type {Record<string, string>} */ ({ finished: "This plan is finished. You can read it, and begin a new plan from it.",
    abandoned: "You gave this plan up. You can read it, and begin a new plan from it.", expired: "This plan has fallen asleep. Wake it, and go on where you were." }),
  spent: (/** @type {string} */ sum, /** @type {string | null} */ cap) => (cap ? `${sum} of ${cap}` : `${sum} so far`),
  spentLabel: (/** @type {string} */ text) => `Spent: ${text}`,
  views: /** @type {[string, string][]} */ ([["plan", "Plan"], ["board", "Board"], ["compare", "Compare"], ["history", "History"], ["findings", "Findings"], ["print", "To print"]]), thisNovel: "This novel",
  openNovel: "Open the novel", print: "Print", printText: "The plan as it stands, in one column.", more: "More", budget: "Budget …", budgetTitle: "Never spend more than", budgetText: "At this sum the writing stops and asks. What is written stays. Empty: no limit.", budgetLabel: "In US dollars",
  budgetKeep: "Keep it", toFree: "Work in any order", toGuided: "Work step by step", extend: "Keep it awake for 30 more days", wake: "Wake it",
  abandon: "Give this plan up …", abandonTitle: "Give this plan up?", abandonText: "It can still be read, and another can be begun from it. It takes no more changes.", abandonYes: "Give it up", abandonNo: "Keep it",
  bring: "Bring notes …", bringTitle: "Bring notes", bringText: "They are kept word for word. The proposals that follow may draw from them.", bringYes: "Bring them",
  sleeps: (/** @type {string} */ date) => `Nobody has decided anything here for a while. The plan falls asleep on ${date}. Nothing is lost before.`,
  away: "No connection", awayText: "What you write is kept in this browser, and sent when the connection is back. The troupe goes on without you.",
  capped: "The sum you set is reached", cappedText: "The writing has stopped, and all that is written stays. Raise the sum to go on.",
  finish: "Finish the plan", finishText: "All five steps are confirmed. This closes the plan and makes the novel from it.", finishEnds: "After that the plan does not change any more. You can begin a new plan from it.", finishStale: (/** @type {number} */ n) => `${count(n, "field")} still to look at stay as they are.`,
  finishTitle: "Finish the plan?", finishYes: "Finish it", finishNo: "Not yet",

  // -- stages
  stagesLabel: "Steps", confirmed: (/** @type {number} */ n) => `${n} of 5 steps confirmed`,
  stageIs: {
    after: (/** @type {string} */ stage) => `after the ${lower(stage)}`, empty: "nothing yet", waiting: "not asked for yet",
    proposing: (/** @type {number} */ n, /** @type {number} */ percent) => `being written · ${n ? `${n} there` : `${percent}%`}`,
    choosing: (/** @type {number} */ n) => `${count(n, "proposal")} to choose from`, drafting: "ready to confirm", missing: (/** @type {number} */ n) => `${count(n, "field")} missing`,
    confirmed: "confirmed", look: (/** @type {number} */ n) => `${n} to look at`,
  },
  sparkWords: "Your spark, word for word", confirm: (/** @type {string} */ stage) => `Confirm the ${lower(stage)}`,
  confirmThen: (/** @type {string | undefined} */ next, /** @type {string} */ price) => next ? `Then the ${lower(next)} ${next === "character" ? "are" : "is"} proposed${price}.` : "Then you can finish the plan.",
  confirmStale: "You may confirm with fields still to look at.", confirmMissing: (/** @type {string[]} */ labels, /** @type {number} */ more) => `Still needed: ${labels.join(", ")}${more ? ` and ${more} more` : ""}.`,
  reopen: (/** @type {string} */ stage) => `Open the ${lower(stage)} again`, reopenText: "This step is confirmed. You can still change its words, or open the step again.",
  workHere: "Open the plan at this step", unreached: (/** @type {string} */ stage) => `This step begins when the ${lower(stage)} ${stage === "character" ? "are" : "is"} confirmed.`,
  nothingHere: (/** @type {string} */ stage) => `Nothing is written here yet. Ask the troupe for proposals of the ${lower(stage)}, or write yourself.`,

  // -- proposals
  proposals: (/** @type {string} */ stage, /** @type {number} */ n, /** @type {boolean} */ writing, /** @type {number} */ round) => `${round > 1 ? `Round ${round}: ` : ""}${writing ? (n ? `${count(n, "proposal")} written, more to come` : "the first proposal is being written") : `${count(n, "proposal")} for the ${lower(stage)}`}`.replace(/^./, (first) => first.toUpperCase()),
  chooseEarly: "Choose as soon as one is right. What is still being written then stops.", chooseOnly: "Choose it, or use single fields.", chooseOne: "Choose one, blend several, or use single fields.",
  others: "The proposals again", stop: "Stop writing", beingWritten: "Being written", written: "Ready", chosen: "Chosen", blended: "Being blended", passed: "Not chosen",
  readAll: "Read all", less: "Less", differs: "differs", differsIn: (/** @type {string[]} */ labels, /** @type {number} */ more) => `Differs in: ${labels.join("; ")}${more > 0 ? ` and ${more} more` : ""}.`, differsNot: "Says the same as the others.", fieldsOf: (/** @type {number} */ n) => count(n, "field"), shared: (/** @type {number} */ n) => `The same in all ${n}`,
  roundWay: (/** @type {number} */ n) => `See round ${n}`, roundWas: (/** @type {number} */ n, /** @type {number} */ of) => `Round ${n}: ${count(of, "proposal")}, as they were`, roundBack: "Back to the newest round", roundTake: "Choose one, and its words replace those of this step. What is locked stays.", roundRead: "To read again. What you like can be written into the plan by hand.", roundGone: "This round cannot be shown any more.",
  take: "Use this", taken: "Picked", takeLabel: (/** @type {string} */ what, /** @type {number} */ n) => `Use this: ${what}, proposal ${n}`, blend: "Blend", blendLabel: (/** @type {number} */ n) => `Blend proposal ${n}`,
  choose: "Choose this one", chooseWhen: "Choose when written", proposal: (/** @type {number} */ n) => `proposal ${n}`, aProposal: "a proposal", untitledProposal: (/** @type {number} */ n) => `Proposal ${n}`,
  replaces: (/** @type {number} */ fields, /** @type {string[]} */ names, /** @type {number} */ locked, /** @type {number} */ touched, own = names.length) => [
    fields ? `Replaces ${count(fields, "field")}${own ? `, ${own} of which you wrote${own > NAMED ? "" : `: ${names.join(", ")}`}` : ""}.` : "", locked ? `${count(locked, "locked field")} ${locked === 1 ? "stays" : "stay"}.` : "",
    touched ? `${count(touched, "field")} elsewhere then ${touched === 1 ? "needs" : "need"} another look.` : ""].filter(Boolean).join(" "),
  assumed: (/** @type {string[]} */ labels) => `Assumed, since nothing was decided: ${labels.join(", ")}.`, drawnFrom: (/** @type {string} */ labels) => `Drawn from ${labels}`,
  tray: "What you picked", trayBlend: (/** @type {number[]} */ n) => `Blend ${n.join(" + ")}`, fieldFrom: (/** @type {string} */ what, /** @type {number} */ n) => `${what} from ${n}`, dropPick: (/** @type {string} */ what) => `Do not use ${what}`,
  clear: "Clear", blendThese: (/** @type {number} */ n, /** @type {string} */ price) => `Blend these ${n === 2 ? "two" : "three"}${price}`, takeThese: (/** @type {number} */ n) => `Use ${n === 1 ? "this field" : `these ${n} fields`}`,
  blendMost: "Up to three can be blended.", kept: (/** @type {string} */ labels) => `Taken. Locked, and so left as they were: ${labels}.`,
  failed: "The proposals could not be written", failedText: "What was written before is safe. Ask again when you like.",

  // -- feedback
  say: "None of them yet? Say what is missing", sayMore: "Not quite? Say what is missing", sayFirst: "Any wishes? (optional)", sayHint: "What you write is kept, and heeded by every round that follows.", sayHintFree: "What you write is kept. No AI model is set up here: the troupe follows the wishes that it recognises, and cannot follow every one.", sayPlaceholder: "For example: less doom, and an older heroine.",
  again: (/** @type {string} */ price) => `Again with this in mind${price}`, moreProposals: (/** @type {string} */ price) => `Other proposals${price}`, firstProposals: (/** @type {string} */ price) => `Ask for proposals${price}`, keepSaid: "Keep this wish for later", said: "What you said before", write: "Write it myself",

  // -- values
  staleTitle: (/** @type {number} */ n) => n === 1 ? "One field was drawn from words that have changed" : `${n} fields were drawn from words that have changed`,
  staleAsk: (/** @type {number} */ n, /** @type {string} */ price) => `Propose for ${n === 1 ? "this one" : `these ${n}`}${price}`, staleMore: (/** @type {number} */ n) => `and ${n} more`, drawn: "drawn from", staleAll: (/** @type {number} */ n) => `All ${n} were drawn from`, staleFine: (/** @type {number} */ n) => (n === 1 ? "It is fine as it is" : "They are fine as they are"),
  staleWhy: (/** @type {string} */ labels) => `Drawn from ${labels}, which has changed since.`,
  locked: "locked", look: "look again", needed: "needed", addHere: "Not written yet", emptyMore: (/** @type {number} */ n) => `${count(n, "field")} still empty`,
  edit: (/** @type {string} */ what) => `Edit ${what}`, lock: (/** @type {string} */ what) => `Lock ${what}`, unlock: (/** @type {string} */ what) => `Unlock ${what}`, lockThis: "Lock", unlockThis: "Unlock", historyOf: (/** @type {string} */ what) => `History of ${what}`,
  done: "Done", leave: "Leave as it was", lines: "One in each line.", keys: "Ctrl + Enter: done. Esc: leave as it was.",
  saving: "Saving …", saved: "Saved", waits: "Kept in this browser until the connection is back", touches: (/** @type {number} */ n, /** @type {string} */ some) => `${count(n, "field")} ${n === 1 ? "was" : "were"} drawn from this, and will be marked “look again”: ${some}`,
  choosePlain: "—", conflictTitle: "Changed in another window", conflictText: "This was changed while you were writing. Neither version is lost.", mine: "Yours", theirs: "Theirs", keepMine: "Keep mine", keepTheirs: "Keep theirs", keepBoth: "Keep both, one after the other",
  lockedText: "This field is locked. Your words are kept here. Unlock it to save them.", unlockSave: "Unlock and save", dropMine: "Leave it as it is",
  add: (/** @type {string} */ one) => `Add a ${one}`, addYes: "Add", remove: "Remove", moveUp: "Move up", moveDown: "Move down",
  removeTitle: (/** @type {string} */ name) => `Remove “${name}”?`, removeText: (/** @type {number} */ n) => `${n ? `${count(n, "field")} elsewhere ${n === 1 ? "was" : "were"} drawn from it. ` : ""}You can bring it back from the history.`, removeYes: "Remove it",
  words: "The words of this step",

  // -- history
  historyTitle: "Every decision", historyLead: "Who decided what, when, from what, and at what cost. Nothing here is ever lost.", version: (/** @type {number} */ n) => `version ${n}`,
  roundsCost: (/** @type {string} */ sum) => `its proposals: ${sum}`, restore: "Bring back", branch: "Begin a new plan from here", showMore: "Show more",
  restoreTitle: (/** @type {number} */ n) => `Bring version ${n} back?`, restoreNone: "Every field is the same as it was then. Nothing would change.", restoreYes: "Bring it back",
  restoreText: (/** @type {number} */ n, /** @type {number} */ locked) => `${count(n, "field")} would change${locked ? `. ${count(locked, "locked field")} ${locked === 1 ? "stays" : "stay"} as ${locked === 1 ? "it is" : "they are"}` : ""}:`,
  restoreUndo: "You can undo this: it becomes a decision of its own.", thisIsNow: "This is how the plan stands now", now: "now", bringBack: "Bring back", takeIt: "Take it", notTaken: "not taken", closeHistory: "Close history", noHistory: "Nothing has been decided here yet.", gone: "Emptied", earlier: "Only the newest decisions are shown here. The page History has all of them.",

  compareWithNow: "Compare with now", waitsFor: (/** @type {string} */ stage) => `The ${lower(stage)} ${stage === "character" ? "wait" : "waits"} for a choice.`,

  // -- somebody else decides
  askOther: "Let somebody else choose …", linkTitle: "Let somebody else choose", linkText: (/** @type {string} */ stage) => `Whoever has this link sees the proposals for the ${lower(stage)}, and nothing else of the plan. They need no account. Only one answer counts: theirs, or yours.`,
  linkLabel: "The link", linkUntil: (/** @type {string} */ time) => `It works until ${time}, or until somebody has chosen.`, linkCopy: "Copy the link", linkCopied: "Copied",
  chooseTitle: (/** @type {string} */ title) => title ? `“${title.trim()}${title.length >= 79 ? "…" : ""}” waits for your choice` : "A novel waits for your choice", chooseEyebrow: (/** @type {string} */ stage, /** @type {number} */ n) => `${count(n, "proposal")} for the ${lower(stage)}`,
  chooseLead: "You have been asked to choose for somebody who plans a novel. Choose one, or say what is missing. One answer counts.",
  chooseNext: "Then go on to the next step", chooseNextHint: "With this, the step is confirmed as you chose it.", chooseSay: "None of them? Say what is missing", chooseSayHint: "New proposals are then written with this in mind.", chooseAgain: "Ask for other proposals",
  choiceMade: "Thank you. Your answer is in the plan.", choiceOver: "This has been decided already.", choiceOverText: "Somebody has answered before, or new proposals have replaced these. There is nothing more to do.", choiceExpired: "This link has ended. Ask for a new one.",

  // -- comparing
  compareTitle: "Side by side", compareLead: "Two versions, two plans or two proposals. Only what differs is shown, and nothing changes until you bring it over.",
  sides: { left: "One side", right: "The other" }, thisPlan: "This plan", asItStands: "This plan, as it stands", otherFutures: "Other plans of this novel", proposalsOf: (/** @type {string} */ stage) => `Proposals for the ${lower(stage)}`,
  proposalOf: (/** @type {string} */ stage, /** @type {number} */ n, /** @type {string} */ title) => `${STAGES[stage]}, proposal ${n}${title ? `: ${title}` : ""}`,
  sideMissing: "Choose what to compare with.", sideGone: "One of the two does not exist any more. Choose another.", showOnly: "Show", whatDiffers: "What differs", allRows: (/** @type {number} */ n) => `All ${n}`,
  differ: (/** @type {number} */ n) => n ? `${cap(count(n, "difference"))}.` : "Nothing differs.", same: (/** @type {number} */ n) => `${count(n, "field")} ${n === 1 ? "is" : "are"} the same and not shown.`,
  orderOf: (/** @type {string} */ label) => `${label} · order`, youAreHere: "you are here", chaptersOf: "chapters", findingsOf: "findings", costOf: "cost so far", goOnWith: "Go on with this one",
  notThere: "Not there", emptyThere: "Nothing yet", bringOver: "Bring over", removeHere: "Remove it here", isToBring: "To bring over", lockedHere: "locked on your side", bringFirst: (/** @type {string[]} */ names) => `Bring ${LIST.format(names)} over first`,
  toBring: "What you bring over", bringsInto: (/** @type {number} */ n) => `${cap(count(n, "change"))} to this plan`, touchesThen: (/** @type {number} */ n, /** @type {string[]} */ some) => `${count(n, "field")} ${n === 1 ? "was" : "were"} drawn from them and will ask you to look again: ${some.join(", ")}${n > some.length ? " …" : "."}`, touchesNothing: "Nothing else was drawn from them.",
  putBack: "Put back", bringThese: (/** @type {number} */ n) => (n === 1 ? "Bring it over" : `Bring ${n} over`), brought: (/** @type {number} */ n) => `${cap(count(n, "change"))} brought over.`, showOther: (/** @type {number} */ n) => `Show the other ${n}`, sideBySide: "Side by side",

  // -- keys
  keysItem: "Keys …", keysTitle: "Keys", keysOn: "Use keys of one letter", keysOff: "They are never used while you write in a field.", keysList: /** @type {[string, string][]} */ ([["?", "These keys"], ["G, then P B C H F", "Go to Plan, Board, Compare, History, Findings"],
    ["1 2 3", "To a proposal"], ["B", "Blend the proposal that has the focus"], ["E  L  H", "Edit, lock, or show the history of the field that has the focus"], ["J  K", "Next and previous, in History and Compare"],
    ["R  B  C", "In History: bring back, branch, compare with now"], ["←", "In Compare: bring the field over"], ["Ctrl + Enter, Esc", "While writing: done, leave as it was"]]),
  viewKeys: /** @type {Record<string, string>} */ ({ p: "plan", b: "board", c: "compare", h: "history", f: "findings" }),

  // -- findings
  findingsTitle: "What to look at", findingsLead: "Checks of the plan. A finding warns. It never stops you.", noFindings: "Nothing to look at", noFindingsText: "The checks have found no gap and no contradiction in the plan.",
  warning: "warning", hint: "hint", dismiss: "This is on purpose …", dismissTitle: "Why is this on purpose?", dismissHint: "Kept with the finding. It comes back only when a field that it cites changes.", dismissYes: "Set it aside", dismissed: "Set aside", reason: "Reason",
};

/** So many fields of one's own are named. */
const NAMED = 3;

/** @param {string} text */
function cap(text) {
  return text[0].toUpperCase() + text.slice(1);
}
