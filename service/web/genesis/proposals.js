// The proposals of a stage, beside one another: one is chosen, several are blended, or single fields are taken.

import { fill, h, icon, setText } from "../dom.js";
import { Card } from "./card.js";
import { place } from "./group.js";
import { offerLink } from "./links.js";
import { showWays } from "./rounds.js";
import { rowsOf, shownOf } from "./rows.js";
import { covers } from "./table.js";
import { T } from "./texts.js";

const MOST_BLENDED = 3;
/** More proposals are shown with less space for each. */
const MANY = 3;

export class Proposals {
  /** @param {import("./session_page.js").SessionPage} page @param {string} stage */
  constructor(page, stage) {
    this.page = page;
    this.stage = stage;
    /** @type {Map<string, Card>} */
    this.cards = new Map();
    /** @type {Set<string>} proposals to be blended */
    this.blends = new Set();
    /** @type {Set<string>} rows whose long texts are shown whole */
    this.opened = new Set();
    /** @type {Map<string, string>} paths to be taken, each with its proposal */
    this.picks = new Map();
    /** @type {Set<string>} notes that all proposals have: they are said once */
    this.said = new Set();
    this.heading = h("h2", { id: "proposals-title", tabindex: "-1" });
    this.hint = h("p", { class: "small soft flush" });
    this.notes = h("p", { class: "small flush", dir: "auto" });
    this.ways = h("div", { class: "row" });
    this.shared = h("div", { class: "sheet shared" });
    /** What all proposals share is shown as a card shows it. */
    this.same = new Card(this);
    this.stop = h("button", { class: "button small", type: "button", onclick: () => page.send("CANCEL_GENERATION", { stage }) }, icon("stop"), T.stop);
    this.beside = h("a", { class: "button small quiet" }, T.sideBySide);
    this.other = h("button", { class: "button small quiet", type: "button", onclick: () => page.attempt(() => offerLink(page.id, stage)) }, icon("person"), T.askOther);
    this.progress = h("progress", { max: 100, "aria-label": T.beingWritten });
    this.grid = h("div", { class: "proposals" });
    this.picked = h("div", { class: "picked" });
    this.act = h("div", { class: "row" });
    this.tray = h("section", { class: "tray deep", "aria-label": T.tray, hidden: true }, this.picked, this.act);
    this.now = h("section", { class: "stack s075", "aria-labelledby": "proposals-title" },
      h("div", { class: "split" }, h("div", {}, this.heading, this.hint), h("div", { class: "row" }, this.ways, this.beside, this.other, this.stop)), this.progress, this.notes, this.shared, this.grid, this.tray);
    this.was = h("div", { hidden: true });
    this.element = h("div", {}, this.now, this.was);
  }

  get state() {
    return this.page.plan.state.stages[this.stage];
  }

  mayChoose = () => this.page.plan.may("SELECT_PROPOSAL", this.stage);
  mayTake = this.mayChoose;
  mayBlend = () => this.mayChoose() && Object.keys(this.state.proposals).length > 1;
  /** @param {string} path */
  pickOf = (path) => this.picks.get(path);
  /** @param {string} path @param {string | null | undefined} id */
  pickedBelow = (path, id) => [...this.picks].filter(([one, by]) => by === id && covers(path, one)).map(([one]) => one);

  update() {
    const isWriting = this.state.status === "proposing";
    const shown = shownOf(this.page.log, this.stage);
    this.element.hidden = shown.length === 0;
    for (const id of this.blends) if (!(id in this.state.proposals)) this.blends.delete(id);
    for (const [path, id] of this.picks) if (!(id in this.state.proposals)) this.picks.delete(path);
    if (this.element.hidden) return;
    const written = shown.filter(({ id }) => id).length;
    setText(this.heading, T.proposals(this.stage, written, isWriting, this.state.round));
    setText(this.hint, isWriting ? T.chooseEarly : shown.length > 1 ? T.chooseOne : T.chooseOnly);
    this.showPast();
    this.stop.hidden = !this.page.plan.may("CANCEL_GENERATION", this.stage);
    this.progress.hidden = !isWriting;
    this.offer(shown.filter(({ id }) => id));
    this.progress.value = this.page.plan.state.jobs[`${this.stage}_${this.state.round}`]?.progress ?? 0;
    const rows = this.apart(rowsOf(this.stage, shown, this.page.plan.state), shown);
    const keys = shown.map((one) => (one.status === "blended" ? `b${one.id}` : String(one.index)));
    for (const key of [...this.cards.keys()]) if (!keys.includes(key)) this.cards.delete(key);
    place(this.grid, shown.map((one, index) => {
      const card = this.cards.get(keys[index]) ?? new Card(this);
      this.cards.set(keys[index], card);
      card.update(one, rows);
      return card.element;
    }));
    // While more are to come, each has the width that it keeps.
    this.grid.dataset.count = String(isWriting ? MANY : shown.length);
    this.grid.classList.toggle("many", shown.length > MANY);
    this.showTray();
  }

  /** Show once what all proposals say; the rest is for the cards. @param {import("./rows.js").Row[]} rows @param {import("./rows.js").Shown[]} shown */
  apart(rows, shown) {
    const isWhole = shown.length > 1 && shown.every(({ id }) => id);
    const same = isWhole ? rows.filter((row) => row.same && shown.every(({ values }) => Object.keys(values).some((path) => covers(row.path, path)))) : [];
    const [first] = shown;
    this.said = new Set(isWhole ? (first.notes ?? []).filter((note) => shown.every(({ notes }) => notes?.includes(note))) : []);
    setText(this.notes, [...this.said].join(" "));
    this.notes.hidden = !this.said.size;
    this.shared.hidden = !same.length;
    const key = JSON.stringify([first.id, same.map(({ path }) => path), [...this.opened]]);
    if (key !== this.sharedKey) fill(this.shared, h("h3", {}, T.shared(shown.length)), h("div", { class: "shared-rows" }, this.same.rowsOf(first, same)));
    this.sharedKey = key;
    return rows.filter((row) => !same.includes(row));
  }

  /** Ways back to the rounds before this one. */
  showPast() {
    const { round, status } = this.state;
    if (status === "proposing") this.showRound(null);
    this.ways.hidden = round < 2 || status === "proposing";
    if (round !== this.wayed) showWays(this, this.ways, round);
    this.wayed = round;
  }

  /** Show an earlier round, or the newest one again. @param {import("./rounds.js").Round | null} round */
  showRound(round) {
    const isOpen = !this.was.hidden;
    this.was.hidden = !round;
    this.now.hidden = Boolean(round);
    fill(this.was, round?.element);
    if (round || isOpen) this.lead(round?.title ?? this.heading);
  }

  /** Lead the person to the proposals. @param {HTMLElement} [heading] */
  lead(heading = this.heading) {
    heading.focus({ preventScroll: true });
    heading.scrollIntoView({ block: "start" });
  }

  /** Other ways to choose: two proposals beside one another, or a link for somebody else. @param {import("./rows.js").Shown[]} written */
  offer(written) {
    const [left, right] = written.map(({ id }) => `p${this.stage}.${id}`);
    this.beside.hidden = !right;
    if (right) this.beside.setAttribute("href", this.page.addressOf({ view: "compare", left, right }));
    this.other.hidden = !Object.values(this.page.plan.state.waits).some((/** @type {any} */ one) => one.stage === this.stage) || !this.mayChoose();
  }

  /** Keys of the cards. @param {string} key @param {Element} target @returns {boolean} */
  press(key, target) {
    if (/^[1-9]$/.test(key)) return this.focusCard(Number(key));
    const id = /** @type {HTMLElement | null} */ (target.closest?.(".proposal"))?.dataset.proposal;
    if (key !== "b" || !id || !this.mayBlend()) return false;
    this.blend(id, !this.blends.has(id));
    return true;
  }

  /** @param {number} number @returns {boolean} */
  focusCard(number) {
    const button = /** @type {HTMLElement | null} */ (this.element.isConnected ? this.grid.children[number - 1]?.querySelector(".foot button:not([hidden])") : null);
    button?.focus();
    return Boolean(button);
  }

  /** @param {string} id @param {boolean} on */
  blend(id, on) {
    on ? this.blends.add(id) : this.blends.delete(id);
    if (this.blends.size > MOST_BLENDED) this.blends.delete([...this.blends][0]);
    this.picks.clear();
    this.update();
  }

  /** @param {string} path @param {string} id */
  pick(path, id) {
    if (this.picks.get(path) === id) this.picks.delete(path);
    else {
      for (const one of [...this.picks.keys()]) if (covers(path, one) || covers(one, path)) this.picks.delete(one);
      this.picks.set(path, id);
    }
    this.blends.clear();
    this.update();
    this.grid.querySelector(`[data-proposal="${id}"] [data-take="${CSS.escape(path)}"]`)?.focus();
  }

  /** @param {string} path @param {HTMLElement} card that has the focus */
  unfold(path, card) {
    this.opened.has(path) ? this.opened.delete(path) : this.opened.add(path);
    this.update();
    /** @type {HTMLElement | null} */ (card.querySelector(`[data-unfold="${CSS.escape(path)}"]`))?.focus();
  }

  /** What was picked, and the button that does it; nothing where nothing is. */
  showTray() {
    const number = (/** @type {string} */ id) => this.state.proposals[id].index + 1;
    const ids = [...this.blends];
    this.tray.hidden = !(ids.length > 1 || this.picks.size > 0);
    if (this.tray.hidden) return;
    const clear = h("button", { class: "button quiet", type: "button", onclick: () => (this.blends.clear(), this.picks.clear(), this.update()) }, T.clear);
    if (ids.length > 1) {
      fill(this.picked, h("strong", { class: "small" }, T.trayBlend(ids.map(number))), h("span", { class: "small soft spare" }, T.blendMost));
      fill(this.act, clear, h("button", { class: "button primary", type: "button", onclick: () => this.blendThem(ids) }, T.blendThese(ids.length, this.page.prices.words(this.stage))));
      return;
    }
    fill(this.picked, [...this.picks].map(([path, id]) => {
      const what = this.page.plan.label(path).split(" · ").slice(1).join(" · ") || this.page.plan.label(path);
      return h("button", { class: "chip you", type: "button", "aria-label": T.dropPick(what), onclick: () => this.pick(path, id) }, T.fieldFrom(what, number(id)), icon("close"));
    }), h("span", { class: "small soft spare" }, this.effect([...this.picks.keys()])));
    fill(this.act, clear, h("button", { class: "button primary", type: "button", onclick: () => this.takeThem() }, T.takeThese(this.picks.size)));
  }

  /** @param {string[]} ids */
  async blendThem(ids) {
    if (await this.page.send("SELECT_PROPOSAL", { proposal_ids: ids })) (this.blends.clear(), this.update());
  }

  async takeThem() {
    for (const id of new Set(this.picks.values())) {
      const paths = [...this.picks].filter(([, one]) => one === id).map(([path]) => path);
      const done = await this.page.send("SELECT_PROPOSAL", { proposal_ids: [id], paths });
      if (!done) return;
      for (const path of paths) this.picks.delete(path);
      this.page.sayKept(done.result.kept);
    }
    this.update();
  }

  /** @param {import("./rows.js").Shown} shown */
  async choose(shown) {
    await this.page.edits.save();
    const done = await this.page.send("SELECT_PROPOSAL", { proposal_ids: [shown.id] });
    if (!done) return;
    this.page.sayKept(done.result.kept);
    this.page.goToWords();
  }

  /** What choosing a proposal changes. @param {import("./rows.js").Shown} shown */
  effectOf(shown) {
    const { values } = shown;
    const lists = Object.keys(shown.order ?? {}).filter((name) => !name.includes(".")).map((name) => `${this.stage}.${name}`);
    return this.effect(/** @type {any} */ (shown).scope ? Object.keys(values) : [...Object.keys(values).filter((path) => !lists.some((list) => covers(list, path))), ...lists], values);
  }

  /** What taking these paths would replace, leave and touch. @param {string[]} paths @param {Record<string, any>} [values] that they get */
  effect(paths, values = {}) {
    const { plan } = this.page;
    const there = paths.flatMap((path) => Object.keys(this.state.fields).map((name) => `${this.stage}.${name}`).filter((one) => covers(path, one)));
    const locked = there.filter((path) => plan.lockOf(path));
    const replaced = there.filter((path) => !locked.includes(path) && JSON.stringify(plan.value(path)) !== JSON.stringify(values[path]));
    const own = replaced.filter((path) => plan.record(path).by === "person").map((path) => plan.label(path).split(" · ").slice(1).join(" · ") || plan.label(path));
    const elsewhere = plan.touched(replaced).filter((path) => !path.startsWith(`${this.stage}.`));
    return T.replaces(replaced.length, own, locked.length, elsewhere.length);
  }
}
