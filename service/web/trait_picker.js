// The registry of traits as something to pick from: by group, by search, with words of one's own.

import { listTraits } from "./client.js";
import { fill, h, icon, setText } from "./dom.js";
import { text } from "./fields.js";

/**
 * @typedef {{id: string, name: string, group: string, group_name: string, detail: string | null,
 *   words?: string}} Trait
 * @typedef {{id: string, detail?: string | null}} Chosen
 */

/** @type {Promise<Trait[]> | null} */
let registry = null;
const traits = () => (registry ??= listTraits().catch((fault) => ((registry = null), Promise.reject(fault))));

const ASKS = { which: "Which one?", where: "Where?", named: "What is it called?" };

export class TraitPicker {
  /** @param {Chosen[]} chosen @param {Record<string, string>} words */
  constructor(chosen, words) {
    /** @type {Map<string, {trait: Trait, detail: any, word: any, row: HTMLElement}>} */
    this.rows = new Map();
    this.count = h("span", { class: "count" });
    this.chosen = h("ul", { class: "chosen", role: "list" });
    this.groups = h("div", { class: "trait-groups" }, h("p", { class: "hint" }, "One moment …"));
    this.search = text({ type: "search", "aria-label": "Search the traits", placeholder: "Search: glasses, deaf, twin braids …" });
    this.search.addEventListener("input", () => this.sift());
    this.element = h("details", { class: "fold", dataset: { path: "traits" } },
      h("summary", {}, "Traits that make them who they are ", this.count),
      h("p", { class: "hint" }, "They are part of the story, and the pictures show them."),
      this.chosen, this.search, this.groups, h("p", { class: "error", hidden: true }));
    this.loaded = this.load(chosen, words);
    this.tally();
  }

  /** @param {Chosen[]} chosen @param {Record<string, string>} words */
  async load(chosen, words) {
    const known = await traits().catch(() => null);
    if (!known) {
      const again = () => this.load(chosen, words);
      return fill(this.groups, h("p", {}, "The list could not be loaded. ",
        h("button", { class: "button small", type: "button", onclick: again }, "Try again")));
    }
    const names = new Map(known.map((trait) => [trait.group, trait.group_name]));
    fill(this.groups, [...names].map(([group, name]) =>
      h("fieldset", { class: "choice chips" }, h("legend", {}, name),
        h("div", { class: "options" }, known.filter((trait) => trait.group === group).map((trait) => this.box(trait))))));
    for (const { id, detail } of chosen) {
      const trait = known.find((one) => one.id === id);
      if (trait) this.add(trait, detail ?? "", words[id] ?? "");
    }
  }

  /** @param {Trait} trait */
  box(trait) {
    const toggle = (/** @type {any} */ event) => (event.target.checked ? this.add(trait) : this.drop(trait.id));
    return h("label", { dataset: { sought: `${trait.name} ${trait.words ?? ""} ${trait.group_name}`.toLowerCase() } },
      h("input", { type: "checkbox", value: trait.id, onchange: toggle }), h("span", {}, trait.name));
  }

  /** @param {Trait} trait @param {string} [detail] @param {string} [word] */
  add(trait, detail = "", word = "") {
    if (this.rows.has(trait.id)) return;
    const ask = ASKS[/** @type {keyof typeof ASKS} */ (trait.detail ?? "")] ?? "Anything to add?";
    const more = text({ maxlength: 120, value: detail, "aria-label": `${trait.name}: ${ask}`, placeholder: ask });
    const own = text({ maxlength: 80, value: word, "aria-label": `${trait.name}: your word for it`,
      placeholder: `your word, if not “${trait.words ?? trait.name}”` });
    const off = h("button", { class: "bare", type: "button", "aria-label": `Remove ${trait.name}`,
      onclick: () => (this.drop(trait.id), this.search.focus()) }, icon("close"));
    const row = h("li", {}, h("strong", {}, trait.name), more, own, off);
    this.rows.set(trait.id, { trait, detail: more, word: own, row });
    this.chosen.append(row);
    this.tally();
  }

  /** @param {string} id */
  drop(id) {
    this.rows.get(id)?.row.remove();
    this.rows.delete(id);
    this.tally();
  }

  tally() {
    setText(this.count, this.rows.size ? `(${this.rows.size})` : "");
    for (const box of this.groups.querySelectorAll("input")) box.checked = this.rows.has(box.value);
  }

  sift() {
    const sought = this.search.value.trim().toLowerCase();
    for (const label of this.groups.querySelectorAll("label")) {
      label.hidden = !(label.dataset.sought ?? "").includes(sought);
    }
    for (const group of this.groups.querySelectorAll("fieldset")) {
      group.hidden = !group.querySelector("label:not([hidden])");
    }
  }

  /** @returns {{traits: Chosen[], preferred_words: Record<string, string>}} */
  read() {
    const rows = [...this.rows.values()];
    const said = rows.filter(({ word }) => word.value.trim());
    return {
      traits: rows.map(({ trait, detail }) => ({ id: trait.id, detail: detail.value.trim() || null })),
      preferred_words: Object.fromEntries(said.map(({ trait, word }) => [trait.id, word.value.trim()])),
    };
  }
}
