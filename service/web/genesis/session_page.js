// The page of a session: its state as it is heard of, and the parts that show it.

import { announce } from "../announcer.js";
import { ApiError } from "../client.js";
import { fill, h, setText } from "../dom.js";
import { confirm } from "../dialog.js";
import { EVENTS_FIRST, Live } from "../live.js";
import { loaded } from "../loading.js";
import { readState, send } from "./api.js";
import { Edits } from "./edits.js";
import { Head } from "./head.js";
import { Keys } from "./keys.js";
import { Session } from "./log.js";
import { Past } from "./past.js";
import { Plan } from "./plan.js";
import { Prices } from "./prices.js";
import { Rail } from "./rail.js";
import { STAGES } from "./table.js";
import { EVENTS, T } from "./texts.js";

/** What only the service can say (what may be done, what to look at) is asked for so long after an event. */
const RENEW_MS = 150;
/** Views beside the plan; their scripts are loaded when they are first shown.
 * @typedef {{element: HTMLElement, update(): void, leave?(): void, press?(key: string, target: Element): boolean}} View
 * @type {Record<string, () => Promise<(page: SessionPage) => View>>} */
const VIEWS = {
  board: async () => (await import("./board_view.js")).boardView,
  compare: async () => (await import("./compare/compare.js")).compareView,
  history: async () => (await import("./history.js")).historyView,
  findings: async () => (await import("./findings.js")).findingsView,
  print: async () => (await import("./print_view.js")).printView,
};

/** What shows a step, as soon as it is there: the board needs none. @type {typeof import("./stage_view.js").StageView | undefined} */
let StageView;
const loadStage = () => loaded(async () => ({ StageView } = await import("./stage_view.js")));

/** @type {import("../app.js").Page} */
export async function sessionPage(place, address, id) {
  const [state] = await Promise.all([readState(id), (address.get("view") ?? "") in VIEWS ? null : loadStage()]);
  const page = new SessionPage(id, state, address);
  fill(place, page.element);
  page.begin();
  return { title: page.plan.state.title || T.untitled, leave: () => page.leave() };
}

export class SessionPage {
  /** @param {string} id @param {import("./log.js").State} state @param {URLSearchParams} address */
  constructor(id, state, address) {
    this.id = id;
    this.session = new Session(id, this, state);
    this.log = this.session.log;
    this.plan = new Plan(state);
    this.stage = STAGES.includes(address.get("step") ?? "") ? /** @type {string} */ (address.get("step")) : state.current_stage;
    this.view = address.get("view") ?? "plan";
    this.query = address;
    this.keys = new Keys(this);
    this.edits = new Edits(this);
    this.prices = new Prices(this);
    this.head = new Head(this);
    this.rail = new Rail(this);
    /** @type {import("./stage_view.js").StageView | undefined} */
    this.stageView = undefined;
    /** @type {Promise<void> | undefined} */
    this.shown = undefined;
    this.past = new Past(this);
    this.problem = h("p", { class: "problem", role: "alert", hidden: true });
    this.content = h("div", { class: "content" });
    this.body = h("div", { class: "session" }, this.rail.element, this.content, this.past.element);
    this.element = h("div", { class: "tool" }, this.head.element, this.problem, this.body);
    /** @type {Map<string, import("./value.js").ValueView>} */
    this.values = new Map();
    this.over = new AbortController();
    this.timer = this.frame = 0;
  }

  begin() {
    this.live = new Live(this.session, this, EVENTS_FIRST);
    this.live.run();
    const { signal } = this.over;
    // A browser opens six connections to a server at most: a tab that nobody sees needs none.
    document.addEventListener("visibilitychange", () => (document.hidden ? this.rest() : this.wakeUp()), { signal });
    window.addEventListener("pagehide", () => this.edits.keep(), { signal });
    this.keys.listen(signal);
    this.show();
  }

  leave() {
    this.live?.stop();
    this.over.abort();
    this.edits.leave();
    this.other?.leave?.();
    this.prices.leave();
    clearTimeout(this.timer);
    cancelAnimationFrame(this.frame);
  }

  rest() {
    this.edits.save();
    this.live?.stop();
    this.live = undefined;
  }

  wakeUp() {
    if (this.live) return;
    this.live = new Live(this.session, this, EVENTS_FIRST);
    this.live.run();
    this.renew();
  }

  // -- what is shown

  /** @param {string} [stage] @param {string} [view] */
  address = (stage = this.stage, view = "plan") => `#/novels/${this.id}?step=${stage}${view === "plan" ? "" : `&view=${view}`}`;

  /** The address of another view, with what it shows. @param {Record<string, string>} query */
  addressOf = (query) => `#/novels/${this.id}?${new URLSearchParams({ step: this.stage, ...query })}`;

  /** Show another step; the browser's way back leads to this one. @param {string} stage */
  goTo(stage) {
    history.pushState(null, "", this.address(stage));
    this.stage = stage;
    this.view = "plan";
    this.show();
    window.scrollTo(0, 0);
    return this.shown?.then(() => this.stageView?.title.focus({ preventScroll: true }));
  }

  /** Show a field, wherever it is. @param {string} path */
  async find(path) {
    const stage = path.split(".")[0];
    if (!STAGES.includes(stage)) return;
    if (stage !== this.stage || this.view !== "plan") await this.goTo(stage);
    this.stageView?.find(path);
  }

  show() {
    this.past.close();
    this.values.clear();
    const load = VIEWS[this.view];
    this.other?.leave?.();
    this.body.dataset.view = this.view;
    this.stageView = this.other = undefined;
    fill(this.content);
    if (load || !StageView) this.refresh();
    this.shown = this.attempt(() => (load ? this.showOther(load) : this.showStage()));
  }

  /** At once where the script is there already. */
  async showStage() {
    if (!StageView) await loadStage();
    if (this.over.signal.aborted || VIEWS[this.view] || !StageView) return;
    this.stageView = new StageView(this, this.stage);
    fill(this.content, this.stageView.element);
    this.refresh();
  }

  /** @param {() => Promise<(page: SessionPage) => View>} load */
  async showOther(load) {
    const view = await loaded(load);
    if (this.over.signal.aborted || VIEWS[this.view] !== load) return;
    this.other = view(this);
    fill(this.content, this.other.element);
    this.refresh();
  }

  /** Show what has changed with the next frame: events come in bursts. */
  update() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.refresh());
  }

  refresh() {
    this.head.update();
    this.rail.update();
    this.stageView?.update();
    this.other?.update();
    this.past.update();
    if (this.stageView) this.prices.renew(this.stage);
  }

  goToWords() {
    this.stageView?.title.focus({ preventScroll: true });
    this.stageView?.element.scrollIntoView({ block: "start" });
  }

  /** @param {string} path @param {HTMLElement} button */
  showPast(path, button) {
    this.past.open(path, button);
  }

  // -- what is heard

  /** @param {import("./log.js").State} state @param {string} event */
  onState(state, event) {
    const before = this.plan.state;
    this.plan.state = state;
    const follows = state.current_stage !== before.current_stage && this.stage === before.current_stage && this.view === "plan";
    if (follows) {
      this.stage = state.current_stage;
      history.replaceState(null, "", this.address());
      this.show();
      window.scrollTo(0, 0);
    }
    if (EVENTS[event]) announce(EVENTS[event]);
    if (event !== "snapshot") this.renewSoon();
    this.update();
  }

  /** @param {string} stage */
  onWriting(stage) {
    if (stage === this.stage) this.update();
  }

  /** @param {string} mode */
  onMode(mode) {
    this.head.hear(mode);
    if (mode === "events" || mode === "websocket" || mode === "polling") this.edits.back();
  }

  onMessage() {}

  onNeedsToken() {
    window.dispatchEvent(new HashChangeEvent("hashchange"));
  }

  renewSoon() {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.renew(), RENEW_MS);
  }

  /** Read what patches do not say: what may be done, what is stale, what is missing. */
  async renew() {
    try {
      const state = await readState(this.id);
      if (!this.over.signal.aborted) this.log.replace(state);
    } catch (fault) {
      if (!(fault instanceof ApiError)) throw fault;
      if (fault.status === 404) this.head.hear("gone");
    }
  }

  // -- what the person writes and decides

  /** A keystroke changes one field, and nothing else is drawn for it. @param {string} path */
  onDraft(path) {
    this.values.get(path)?.update();
  }

  onSaved() {
    this.renewSoon();
  }

  /** Send a command. Raises `ApiError`. @param {string} type @param {any} payload */
  async command(type, payload) {
    const done = await send(type, payload, { session: this.id });
    this.renewSoon();
    return done;
  }

  /** Send a command, and say why where it is refused. @param {string} type @param {any} payload */
  async send(type, payload) {
    this.tell("");
    try {
      return await this.command(type, payload);
    } catch (fault) {
      if (!(fault instanceof ApiError)) throw fault;
      this.tell(fault.code === "BUDGET_EXCEEDED" ? `${T.capped}. ${T.cappedText}` : fault.message);
      this.renew();
      return null;
    }
  }

  /** Do what may be refused, and say why where it is. @param {() => Promise<void>} act */
  async attempt(act) {
    this.tell("");
    try {
      await act();
    } catch (fault) {
      if (!(fault instanceof ApiError)) throw fault;
      this.tell(fault.message);
    }
  }

  /** @param {string} text */
  tell(text) {
    setText(this.problem, text);
    this.problem.hidden = !text;
    if (text) this.problem.scrollIntoView({ block: "nearest" });
  }

  /** Say which locked fields a choice has left as they were. @param {string[]} kept */
  sayKept(kept) {
    if (kept.length) this.tell(T.kept(kept.slice(0, 5).map((path) => this.plan.label(path)).join(", ")));
  }

  async finish() {
    await this.edits.save();
    const stale = STAGES.reduce((sum, stage) => sum + this.plan.stale(stage).length, 0);
    const text = `${T.finishText} ${T.finishEnds}${stale ? ` ${T.finishStale(stale)}` : ""}`;
    if (await confirm({ title: T.finishTitle, text, yes: T.finishYes, no: T.finishNo, grave: false })) {
      const done = await this.send("FINISH_GENESIS", { allow_stale: stale > 0 });
      if (done) location.hash = `#/novel/${done.result.novel_id}`;
    }
  }
}
