// One hero: who it is, how it looks, what is special about it.

import { h, icon, setText } from "./dom.js";
import { choice, field, paragraph, text } from "./fields.js";
import { TraitPicker } from "./trait_picker.js";

const KINDS = /** @type {[string, string][]} */ ([["child", "Child"], ["adult", "Grown-up"], ["animal", "Animal"]]);
const PRONOUNS = [["", "not given"], ["she/her", "she / her"], ["he/him", "he / him"], ["they/them", "they / them"]];
const LOOKS = {
  skin_tone: ["Skin", "deep brown, tan, very light …"],
  hair: ["Hair", "black curls, two braids …"],
  eyes: ["Eyes", "brown, green …"],
  outfit: ["Clothes", "a yellow raincoat …"],
};

export class HeroForm {
  /** @param {any} hero what is known of it @param {() => void} onRemove */
  constructor(hero, onRemove) {
    this.id = null;
    const looks = hero.looks ?? {};
    this.name = text({ required: true, maxlength: 200, value: hero.name ?? "", dir: "auto" });
    this.age = h("input", { type: "number", min: 0, max: 120, step: 1, inputmode: "numeric", value: hero.age ?? "" });
    this.species = text({ maxlength: 60, value: hero.species ?? "", placeholder: "fox, rabbit, owl …" });
    this.pronouns = h("select", {}, PRONOUNS.map(([value, label]) =>
      h("option", { value, selected: value === (hero.pronouns ?? "") }, label)));
    this.description = paragraph({ maxlength: 500, rows: 2, placeholder: "curious, laughs loudly, afraid of geese …" },
      hero.description);
    this.looks = Object.fromEntries(Object.entries(LOOKS).map(([key, [, placeholder]]) =>
      [key, text({ maxlength: 120, value: looks[key] ?? "", placeholder })]));
    this.kind = choice({ path: "kind", legend: "A child, a grown-up or an animal?", options: KINDS, value: hero.kind ?? "child" });
    this.traits = new TraitPicker(hero.traits ?? [], hero.preferred_words ?? {});
    this.legend = h("legend", {});
    this.off = h("button", { class: "bare remove", type: "button", onclick: onRemove }, icon("close"));
    this.element = this.build();
    this.kind.group.addEventListener("change", () => this.fit());
    this.name.addEventListener("input", () => this.retitle());
    this.fit();
  }

  build() {
    this.speciesField = field({ path: "species", label: "What kind of animal?", control: this.species });
    this.skinField = null;
    const looks = Object.entries(LOOKS).map(([key, [label]]) =>
      field({ path: `looks.${key}`, label, control: this.looks[key] }));
    this.skinField = looks[0];
    return h("fieldset", { class: "hero sheet", dataset: { hero: "" } }, this.legend, this.off,
      h("div", { class: "fields" },
        field({ path: "name", label: "Name", control: this.name }),
        field({ path: "age", label: "Age", control: this.age }),
        this.kind.group, this.speciesField,
        field({ path: "pronouns", label: "Pronouns", control: this.pronouns }),
        field({ path: "description", label: "What are they like?", control: this.description, wide: true })),
      h("details", { class: "fold" }, h("summary", {}, "How they look"), h("div", { class: "fields" }, looks)),
      this.traits.element);
  }

  /** Which fields there are depends on the kind. */
  fit() {
    const animal = this.kind.read() === "animal";
    this.speciesField.hidden = !animal;
    this.skinField.hidden = animal;
  }

  /** @param {number} number in the book; 0 where it is in none @param {boolean} alone */
  place(number, alone) {
    this.number = number;
    this.off.hidden = alone;
    this.retitle();
  }

  retitle() {
    const name = this.name.value.trim();
    const place = this.number ? `Hero ${this.number}` : "";
    setText(this.legend, [place, name].filter(Boolean).join(": ") || "A hero");
    this.off.setAttribute("aria-label", place ? `Remove hero ${this.number}` : "Close without saving");
  }

  /** The hero as the service wants it. */
  read() {
    const kind = this.kind.read();
    const looks = Object.entries(this.looks).map(([key, input]) => [key, input.value.trim() || null]);
    return {
      name: this.name.value,
      age: this.age.value === "" ? null : Number(this.age.value),
      kind,
      species: kind === "animal" ? this.species.value.trim() || null : null,
      pronouns: this.pronouns.value || null,
      description: this.description.value,
      looks: Object.fromEntries(looks.filter(([key]) => kind !== "animal" || key !== "skin_tone")),
      ...this.traits.read(),
    };
  }
}
