// What a field has been: every version of it, who wrote it and when, and what else was proposed for it.

import { ApiError } from "../client.js";
import { fill, h, icon, setText } from "../dom.js";
import { readChanges, readHistory } from "./api.js";
import { marked } from "./diff.js";
import { find } from "./table.js";
import { T, decisionName } from "./texts.js";
import { chip } from "./value.js";

const MOST = 8;
const WHEN = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });

/** @param {string} time */
export const when = (time) => WHEN.format(new Date(time));

export class Past {
  /** @param {import("./session_page.js").SessionPage} page */
  constructor(page) {
    this.page = page;
    this.path = "";
    this.title = h("h3", {});
    this.shut = h("button", { class: "iconic", type: "button", "aria-label": T.closeHistory, onclick: () => this.close(true) }, icon("close"));
    this.list = h("ol", { class: "past" });
    this.element = h("aside", { class: "drawer", hidden: true, "aria-labelledby": "past-title" }, h("header", {}, this.title, this.shut), this.list);
    this.title.id = "past-title";
    this.element.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && this.close(true));
  }

  /** @param {string} path @param {HTMLElement} button that has the focus again afterwards */
  async open(path, button) {
    if (this.path === path) return this.close(true);
    this.path = path;
    this.button = button;
    this.revision = this.page.plan.record(path)?.revision;
    setText(this.title, this.page.plan.label(path));
    fill(this.list);
    this.element.hidden = false;
    this.page.body.classList.add("three");
    this.shut.focus();
    await this.read(path);
  }

  /** @param {boolean} [focus] */
  close(focus = false) {
    if (this.element.hidden) return;
    this.element.hidden = true;
    this.page.body.classList.remove("three");
    this.path = "";
    if (focus) this.button?.focus();
  }

  /** Read again where the field has changed. */
  update() {
    const revision = this.path && this.page.plan.record(this.path)?.revision;
    if (!this.path || revision === this.revision) return;
    this.revision = revision;
    this.read(this.path);
  }

  /** @param {string} path */
  async read(path) {
    try {
      const { items, next_cursor: more } = await readHistory(this.page.id, null, 100);
      const own = versionsOf(items, path).slice(0, MOST);
      // Nothing is written at version 1, so what differs from it is what a version has.
      const values = await Promise.all(own.map((one) => readChanges(this.page.id, 1, one.version)));
      if (path === this.path) this.fill(own.map((one, index) => ({ ...one, value: values[index][one.path]?.after })), Boolean(more));
    } catch (fault) {
      if (!(fault instanceof ApiError)) throw fault;
      fill(this.list, h("li", {}, fault.message));
    }
  }

  /** @param {any[]} versions the newest first @param {boolean} more */
  fill(versions, more) {
    const { page } = this;
    const { plan } = page;
    const { stage, field } = find(this.path);
    const words = (/** @type {any} */ value) => plan.text(/** @type {any} */ (field), value);
    const now = plan.value(this.path) ?? null;
    const others = /** @type {[string, any][]} */ (Object.entries(plan.state.stages[stage].proposals)).filter(([, one]) => one.values[this.path] !== undefined && JSON.stringify(one.values[this.path]) !== JSON.stringify(now));
    fill(this.list,
      versions.map((one, index) => h("li", {},
        h("span", { class: "when" }, one.command_type === "EDIT_STAGE" ? chip("you", T.you, "person") : chip("", decisionName(one)), `${when(one.decided_at)} · ${index ? T.version(one.version) : T.now}`),
        h("span", { dir: "auto" }, one.value === undefined ? T.gone : versions[index + 1]?.value === undefined ? words(one.value) : marked(words(versions[index + 1].value), words(one.value))),
        index > 0 && plan.may("EDIT_STAGE", stage) && h("span", {}, h("button", { class: "button small", type: "button", onclick: () => this.bringBack(one.value) }, T.bringBack)))),
      others.map(([id, one]) => h("li", {}, h("span", { class: "when" }, chip("", T.proposal(one.index + 1), "content"), T.notTaken), h("span", { dir: "auto" }, words(one.values[this.path])),
        plan.may("SELECT_PROPOSAL", stage) && h("span", {}, h("button", { class: "button small", type: "button", onclick: () => page.send("SELECT_PROPOSAL", { proposal_ids: [id], paths: [this.path] }) }, T.takeIt)))),
      !versions.length && h("li", {}, T.noHistory), more && h("li", { class: "tiny soft" }, T.earlier));
  }

  /** @param {any} value */
  bringBack(value) {
    const change = value === undefined ? { op: "remove", path: this.path } : { op: "set", path: this.path, value };
    return this.page.send("EDIT_STAGE", { stage: find(this.path).stage, changes: [change] });
  }
}

/** The decisions that changed a field, each with the path that the field had then: a scene may have stood in another chapter.
 * @param {any[]} decisions the newest first @param {string} path @returns {any[]} */
function versionsOf(decisions, path) {
  const found = [];
  for (const one of decisions.filter(({ paths }) => paths.length)) {
    if (!one.paths.includes(path)) continue;
    const [, , chapter, , scene, ...field] = path.split(".");
    const earlier = scene && one.paths.find((/** @type {string} */ other) => other.endsWith(`.scenes.${scene}.${field.join(".")}`) && other.split(".")[2] !== chapter);
    found.push({ ...one, path });
    if (earlier) path = earlier;
  }
  return found;
}
