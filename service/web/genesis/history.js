// Every decision about a plan: who, when, what and at what cost; each version can come back, or be gone on from.

import { ApiError } from "../client.js";
import { confirm, form } from "../dialog.js";
import { fill, h, icon } from "../dom.js";
import { dollars } from "../money.js";
import { readCalls, readChanges, readHistory, send } from "./api.js";
import { offerLink } from "./links.js";
import { when } from "./past.js";
import { T, decisionName } from "./texts.js";
import { chip } from "./value.js";

const SOME = 5;
const MOST = 10;

/** @param {import("./session_page.js").SessionPage} page */
export const historyView = (page) => new History(page);

class History {
  /** @param {import("./session_page.js").SessionPage} page */
  constructor(page) {
    this.page = page;
    /** @type {any[]} */
    this.decisions = [];
    /** @type {any[]} */
    this.calls = [];
    /** @type {string | null} */
    this.cursor = null;
    this.list = h("ol", { class: "past decisions" });
    this.waits = h("div", { class: "stack s05" });
    this.more = h("button", { class: "button", type: "button", hidden: true, onclick: () => this.read(this.cursor) }, T.showMore);
    this.element = h("section", { class: "stack", "aria-labelledby": "history-title" }, h("div", {}, h("h2", { id: "history-title" }, T.historyTitle), h("p", { class: "soft flush" }, T.historyLead)),
      this.waits, h("div", { class: "sheet flat" }, this.list), h("p", { class: "row" }, this.more));
  }

  update() {
    const { decision_version: version, waits } = this.page.plan.state;
    if (version !== this.version) this.read(null);
    this.version = version;
    const key = Object.keys(waits).join();
    if (key !== this.waited) fill(this.waits, Object.values(waits).map(({ stage }) => this.wait(stage)));
    this.waited = key;
  }

  /** @param {string | null} cursor */
  async read(cursor) {
    try {
      const [found, calls] = await Promise.all([readHistory(this.page.id, cursor), readCalls(this.page.id)]);
      this.decisions = cursor ? [...this.decisions, ...found.items] : found.items;
      this.calls = calls;
      this.cursor = found.next_cursor;
      this.more.hidden = !this.cursor;
      fill(this.list, this.decisions.map((one, index) => this.item(one, index)));
    } catch (fault) {
      if (!(fault instanceof ApiError)) throw fault;
      this.page.tell(fault.message);
    }
  }

  /** A choice that the plan waits for, and the way to let somebody else make it. @param {string} stage */
  wait(stage) {
    return h("p", { class: "problem mildly split flush" }, h("span", {}, T.waitsFor(stage)), h("button", { class: "button small", type: "button", onclick: () => this.page.attempt(() => offerLink(this.page.id, stage)) }, T.askOther));
  }

  /** @param {any} one @param {number} index */
  item(one, index) {
    const { plan } = this.page;
    const fields = one.paths.filter((/** @type {string} */ path) => path.includes("."));
    const labels = plan.gists(fields);
    const cost = this.costOf(one, index);
    return h("li", { dataset: { version: one.version } },
      h("span", { class: "when" }, one.by === "person" ? chip("you", T.you, "person") : chip("", T.theService), `${when(one.decided_at)} · ${T.version(one.version)}`, cost > 0 && ` · ${T.roundsCost(dollars(cost))}`),
      h("b", {}, decisionName(one)),
      labels.length > 0 && h("span", { dir: "auto" }, `${labels.slice(0, SOME).join(", ")}${labels.length > SOME ? ` ${T.staleMore(labels.length - SOME)}` : ""}`),
      index === 0 ? h("span", { class: "tiny soft" }, T.thisIsNow)
        : h("span", { class: "row" }, plan.may("RESTORE") && h("button", { class: "button small", type: "button", dataset: { key: "r" }, "aria-label": `${T.restore}: ${T.version(one.version)}`, onclick: () => this.restore(one.version) }, T.restore),
          h("a", { class: "button small quiet", dataset: { key: "c" }, "aria-label": `${T.compareWithNow}: ${T.version(one.version)}`, href: this.page.addressOf({ view: "compare", left: "now", right: `v${one.version}` }) }, T.compareWithNow),
          h("button", { class: "button small quiet", type: "button", dataset: { key: "b" }, "aria-label": `${T.branch}: ${T.version(one.version)}`, onclick: () => this.branch(one.version) }, icon("branch"), T.branch)));
  }

  /** Keys of this view. @param {string} key @param {Element} target @returns {boolean} */
  press(key, target) {
    const items = [.../** @type {NodeListOf<HTMLElement>} */ (this.list.querySelectorAll("li:has([data-key])"))];
    const at = items.findIndex((item) => item.contains(target));
    const next = key === "j" ? Math.min(at + 1, items.length - 1) : key === "k" ? Math.max(at - 1, 0) : undefined;
    const found = next === undefined ? items[at]?.querySelector(`[data-key="${CSS.escape(key)}"]`) : items[next]?.querySelector("[data-key]");
    next === undefined ? found?.click() : found?.focus();
    return Boolean(found);
  }

  /** What the calls cost that a decision has asked for: those that began before the next one that asked. @param {any} one @param {number} index */
  costOf(one, index) {
    if (!one.events.includes("generation.requested")) return 0;
    const next = this.decisions.slice(0, index).reverse().find((later) => later.events.includes("generation.requested"));
    const mine = this.calls.filter(({ started_at: at }) => at >= one.decided_at && (!next || at < next.decided_at));
    return mine.reduce((sum, call) => sum + call.usd, 0);
  }

  /** Show what would change, then bring a version back. @param {number} version */
  async restore(version) {
    const { page } = this;
    const changes = await this.changes(version);
    if (!changes) return;
    const paths = Object.keys(changes).filter((path) => path.includes("."));
    if (!paths.length) return void confirm({ title: T.restoreTitle(version), text: T.restoreNone, yes: T.restoreYes, grave: false });
    const locked = paths.filter((path) => page.plan.lockOf(path));
    const labels = page.plan.gists(paths);
    const list = h("ul", { class: "small" }, labels.slice(0, MOST).map((label) => h("li", { dir: "auto" }, label)), labels.length > MOST && h("li", {}, T.staleMore(labels.length - MOST)));
    await form({ title: T.restoreTitle(version), body: [h("p", {}, T.restoreText(paths.length, locked.length)), list, h("p", { class: "small soft" }, T.restoreUndo)],
      answers: [{ value: "restore", label: T.restoreYes, main: true }], act: () => page.command("RESTORE", { to_version: version }) });
  }

  /** @param {number} version */
  async changes(version) {
    try {
      return await readChanges(this.page.id, version, this.page.plan.state.version);
    } catch (fault) {
      if (!(fault instanceof ApiError)) throw fault;
      this.page.tell(fault.message);
      return null;
    }
  }

  /** @param {number} version */
  async branch(version) {
    try {
      const done = await send("START_GENESIS", { mode: this.page.plan.state.mode, from: { session_id: this.page.id, version } });
      location.hash = `#/novels/${done.session_id}`;
    } catch (fault) {
      if (!(fault instanceof ApiError)) throw fault;
      this.page.tell(fault.message);
    }
  }
}
