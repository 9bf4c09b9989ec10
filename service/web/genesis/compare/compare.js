// Two versions, two futures or two proposals beside one another, by path; single fields are brought over.

import { fill, h, icon, setText } from "../../dom.js";
import { dollars } from "../../money.js";
import { marked } from "../diff.js";
import { STAGES, covers } from "../table.js";
import { T } from "../texts.js";
import { chip } from "../value.js";
import { bringOver } from "./bring.js";
import { Differences } from "./differences.js";
import { readOptions } from "./options.js";
import { readSide } from "./side.js";

/** So many rows of a step are shown at first. */
const MOST = 30;

/** @param {import("../session_page.js").SessionPage} page */
export const compareView = (page) => new Compare(page);

class Compare {
  /** @param {import("../session_page.js").SessionPage} page */
  constructor(page) {
    this.page = page;
    this.codes = { left: page.query.get("left") ?? "now", right: page.query.get("right") ?? "" };
    this.only = "all";
    /** @type {Set<string>} steps that are shown whole */
    this.whole = new Set();
    /** @type {Map<string, import("./differences.js").Row>} rows to bring over, by their key */
    this.picks = new Map();
    this.selects = { left: this.select("left"), right: this.select("right") };
    this.lead = h("p", { class: "small soft flush", role: "status" });
    /** What was brought over, until something else is picked. */
    this.said = "";
    this.filter = h("div", { class: "segment", role: "radiogroup", "aria-label": T.showOnly });
    this.grid = h("section", { class: "futures", "aria-label": T.whatDiffers, hidden: true });
    this.picked = h("div", { class: "picked" });
    this.act = h("div", { class: "row" });
    this.tray = h("section", { class: "tray deep", "aria-label": T.toBring, hidden: true }, this.picked, this.act);
    this.element = h("section", { class: "stack", "aria-labelledby": "compare-title" },
      h("div", {}, h("h2", { id: "compare-title" }, T.compareTitle), h("p", { class: "soft flush" }, T.compareLead)),
      h("div", { class: "which" }, this.selects.left.label, this.selects.right.label), h("div", { class: "bar" }, this.lead, this.filter), this.grid, this.tray);
  }

  /** @param {"left" | "right"} which */
  select(which) {
    const element = h("select", { onchange: () => this.choose(which, element.value) });
    return { element, label: h("label", { class: `field ${which === "left" ? "tA" : "tD"}` }, h("span", {}, T.sides[which]), element) };
  }

  update() {
    const { decision_version: version } = this.page.plan.state;
    if (version !== this.version) this.begin();
    this.version = version;
  }

  /** Read what there is, at first and after each decision. */
  begin() {
    return this.page.attempt(async () => {
      await this.readOptions();
      await this.show();
    });
  }

  async readOptions() {
    const { groups, usual } = await readOptions(this.page);
    this.codes.right ||= usual;
    for (const which of /** @type {const} */ (["left", "right"])) {
      const options = groups.map(({ name, options: some }) => h("optgroup", { label: name }, some.map(({ code, text }) => h("option", { value: code }, text))));
      fill(this.selects[which].element, !this.codes[which] && h("option", { value: "" }, T.choosePlain), options);
      this.selects[which].element.value = this.codes[which];
    }
  }

  /** @param {"left" | "right"} which @param {string} code */
  choose(which, code) {
    this.codes[which] = code;
    this.picks.clear();
    this.whole.clear();
    this.only = "all";
    history.replaceState(null, "", this.page.addressOf({ view: "compare", ...this.codes }));
    return this.page.attempt(() => this.show());
  }

  async show() {
    const asked = (this.asked = {});
    const [left, right] = await Promise.all([readSide(this.page, this.codes.left), readSide(this.page, this.codes.right)]);
    if (asked !== this.asked) return;
    this.grid.hidden = !left || !right;
    this.filter.hidden = this.grid.hidden;
    if (!left || !right) {
      setText(this.lead, this.codes.right && this.codes.left ? T.sideGone : T.sideMissing);
      return;
    }
    this.left = left;
    this.right = right;
    this.found = new Differences(left, right);
    for (const key of [...this.picks.keys()]) if (!this.found.rows.some((row) => row.key === key)) this.picks.delete(key);
    this.draw();
  }

  draw() {
    const found = /** @type {Differences} */ (this.found);
    setText(this.lead, [this.said, T.differ(found.rows.length)].filter(Boolean).join(" "));
    this.drawFilter(found.rows);
    const focused = document.activeElement?.closest("[data-key]")?.getAttribute("data-key");
    const stages = STAGES.filter((stage) => (this.only === "all" || this.only === stage) && found.rows.some((row) => row.stage === stage));
    fill(this.grid, h("p", { class: "corner flush" }, T.same(found.same)), this.head(/** @type {any} */ (this.left), "tA"), this.head(/** @type {any} */ (this.right), "tD"),
      stages.map((stage) => this.group(stage, found.rows.filter((row) => row.stage === stage))));
    this.grid.classList.toggle("none", !found.rows.length);
    if (focused) this.buttonOf(focused)?.focus();
    this.drawTray();
  }

  /** @param {import("./differences.js").Row[]} rows */
  drawFilter(rows) {
    const some = [["all", T.allRows(rows.length)], ...STAGES.map((stage) => [stage, rows.filter((row) => row.stage === stage).length]).filter(([, count]) => count).map(([stage, count]) => [stage, `${T.stages[stage]} ${count}`])];
    this.filter.hidden = some.length < 3;
    fill(this.filter, some.map(([value, name]) => h("label", {}, h("input", { type: "radio", name: "compare-only", value, checked: value === this.only, onchange: () => this.showOnly(String(value)) }), h("span", {}, name))));
  }

  /** @param {string} stage */
  showOnly(stage) {
    this.only = stage;
    this.draw();
    /** @type {HTMLElement | null} */ (this.filter.querySelector("input:checked"))?.focus();
  }

  /** @param {import("./side.js").Side} side @param {string} tone */
  head(side, tone) {
    const { kind, state, name } = side;
    const facts = [[T.chaptersOf, String(side.plan.ids("plot.chapters").length)], [T.findingsOf, String(state.findings.length)], [T.costOf, dollars(state.spend.cost_usd)]];
    return h("div", { class: `head ${tone}` }, h("h3", { dir: "auto" }, icon(kind === "proposal" ? "content" : "branch"), ` ${name} `, kind === "now" && chip("good", T.youAreHere)),
      kind !== "proposal" && h("dl", { class: "facts3" }, facts.map(([term, fact]) => h("div", {}, h("dt", {}, term), h("dd", {}, fact)))),
      kind === "session" && h("p", { class: "flush goon" }, h("a", { class: "button small", href: `#/novels/${state.id}` }, T.goOnWith)));
  }

  /** @param {string} stage @param {import("./differences.js").Row[]} rows */
  group(stage, rows) {
    const shown = this.whole.has(stage) ? rows : rows.slice(0, MOST);
    const more = rows.length - shown.length;
    return [h("h3", { class: "group" }, T.stages[stage]), shown.map((row) => this.row(row)),
      more > 0 && h("div", { class: "group" }, h("button", { class: "button small quiet", type: "button", onclick: () => this.showWhole(stage, shown.length) }, T.showOther(more)))];
  }

  /** @param {string} stage @param {number} at */
  showWhole(stage, at) {
    this.whole.add(stage);
    this.draw();
    const next = this.found?.rows.filter((row) => row.stage === stage)[at];
    if (next) this.buttonOf(next.key)?.focus();
  }

  /** @param {import("./differences.js").Row} row */
  row(row) {
    const isPicked = this.picks.has(row.key);
    const label = h("div", { class: "path", dir: "auto" }, row.label);
    return [label, this.side(row, "left"), this.side(row, "right", this.bring(row, isPicked), isPicked)];
  }

  /** @param {import("./differences.js").Row} row @param {"left" | "right"} which @param {any} [action] @param {boolean} [isPicked] */
  side(row, which, action, isPicked = false) {
    const [own, other] = which === "left" ? [row.left, row.right] : [row.right, row.left];
    const side = /** @type {import("./side.js").Side} */ (which === "left" ? this.left : this.right);
    const path = which === "left" ? row.path : row.there;
    const tone = which === "left" ? "tA" : "tD";
    const words = own === undefined ? h("p", {}, row.kind === "element" ? T.notThere : T.emptyThere) : h("p", { dir: "auto" }, marked(other ?? "", own, false));
    const { locks } = this.page.plan.state;
    const isLocked = which === "left" && side.kind === "now" && path && Object.keys(locks).some((lock) => covers(lock, path) || covers(path, lock));
    return h("div", { class: `side ${tone}${own === undefined ? " none" : ""}${isPicked ? " picked" : ""}`, dataset: { key: row.key, side: which } },
      h("span", { class: "unseen" }, `${side.name}: `), words,
      h("div", { class: "split" }, row.kind === "field" && path && whoOf(side, path), isLocked && chip("lock", T.locked, "lock"), action));
  }

  /** The button that picks a row, or why it cannot be brought. @param {import("./differences.js").Row} row @param {boolean} isPicked */
  bring(row, isPicked) {
    const why = this.refusal(row);
    if (why !== null) return why && (why === T.lockedHere ? chip("lock", why, "lock") : chip("", why));
    const name = isPicked ? T.isToBring : row.kind === "element" && !row.there ? T.removeHere : T.bringOver;
    return h("button", { class: `button small ${isPicked ? "primary" : ""}`, type: "button", "aria-pressed": String(isPicked), "aria-label": `${name}: ${row.label}`, dataset: { bring: row.key }, onclick: () => this.pick(row) },
      icon(isPicked ? "check" : "back"), name);
  }

  /** Why a row cannot be brought over; empty where nothing can be, null where it can. @param {import("./differences.js").Row} row @returns {string | null} */
  refusal(row) {
    const { plan } = this.page;
    if (this.left?.kind !== "now" || this.right?.kind === "now" || !plan.may("EDIT_STAGE", row.stage)) return "";
    const path = row.path ?? /** @type {string} */ (row.there).slice(0, row.there?.lastIndexOf("."));
    if (Object.keys(plan.state.locks).some((lock) => covers(lock, path) || (row.kind === "element" && row.path && covers(path, lock)))) return T.lockedHere;
    if (row.unknown?.length) return T.bringFirst(row.unknown);
    return null;
  }

  /** @param {import("./differences.js").Row} row */
  pick(row) {
    this.said = "";
    this.picks.has(row.key) ? this.picks.delete(row.key) : this.picks.set(row.key, row);
    const isPicked = this.picks.has(row.key);
    const button = /** @type {HTMLElement} */ (this.buttonOf(row.key));
    button.closest(".side")?.classList.toggle("picked", isPicked);
    const made = /** @type {HTMLElement} */ (this.bring(row, isPicked));
    button.replaceWith(made);
    made.focus();
    this.drawTray();
  }

  /** @param {string} key @returns {HTMLElement | null} */
  buttonOf = (key) => this.grid.querySelector(`[data-bring="${CSS.escape(key)}"]`);

  /** What was picked, what it touches, and the button that does it. */
  drawTray() {
    const count = this.picks.size;
    this.tray.hidden = !count;
    if (!count) return;
    const { plan } = this.page;
    const paths = [...this.picks.values()].map((row) => row.path).filter((path) => path !== null);
    const own = paths.flatMap((path) => STAGES.flatMap((stage) => Object.keys(plan.state.stages[stage].fields).map((name) => `${stage}.${name}`).filter((one) => covers(path, one))));
    const touched = plan.touched(own);
    fill(this.picked, h("strong", {}, T.bringsInto(count)), h("span", { class: "small soft spare" }, touched.length ? T.touchesThen(touched.length, touched.slice(0, 3).map((path) => plan.label(path))) : T.touchesNothing));
    fill(this.act, h("button", { class: "button quiet", type: "button", onclick: () => (this.picks.clear(), this.draw()) }, T.putBack),
      h("button", { class: "button primary", type: "button", onclick: () => this.bringAll() }, T.bringThese(count)));
  }

  bringAll() {
    return this.page.attempt(async () => {
      await this.page.edits.save();
      const rows = [...this.picks.values()];
      await bringOver(this.page, /** @type {Differences} */ (this.found), rows);
      this.picks.clear();
      this.said = T.brought(rows.length);
      await this.page.renew();
      await this.show();
      this.selects.right.element.focus();
    });
  }

  /** Keys of this view. @param {string} key @param {Element} target @returns {boolean} */
  press(key, target) {
    const buttons = [.../** @type {NodeListOf<HTMLElement>} */ (this.grid.querySelectorAll("[data-bring]"))];
    const at = buttons.indexOf(/** @type {HTMLElement} */ (target));
    if (key === "ArrowLeft" && at >= 0) return buttons[at].click(), true;
    if (key !== "j" && key !== "k") return false;
    buttons[key === "j" ? Math.min(at + 1, buttons.length - 1) : Math.max(at - 1, 0)]?.focus();
    return true;
  }
}

/** Who wrote a value. @param {import("./side.js").Side} side @param {string} path */
function whoOf(side, path) {
  const record = side.kind === "proposal" ? undefined : side.plan.record(path);
  if (!record) return null;
  if (record.by === "person") return chip("you", T.you, "person");
  const proposal = side.state.stages[path.split(".")[0]].proposals[record.proposal];
  return chip("", proposal ? T.proposal(proposal.index + 1) : T.aProposal, "content");
}
