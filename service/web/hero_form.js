// One hero: who it is, how it looks, what is special about it.

import { fill, h, icon, setText } from "./dom.js";
import { choice, field, paragraph, text } from "./fields.js";
import { SWATCHES, heroDrawing } from "./hero_drawing.js";
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
    this.sayAs = text({ maxlength: 80, value: hero.say_as ?? "", placeholder: "Seer-sha, for Saoirse" });
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
    this.drawing = h("div", { class: "drawing" });
    this.off = h("button", { class: "bare remove", type: "button", onclick: onRemove }, icon("close"));
    this.element = this.build();
    this.kind.group.addEventListener("change", () => this.fit());
    this.name.addEventListener("input", () => this.retitle());
    this.fit();
    const draw = () => fill(this.drawing, heroDrawing(this.read()));
    for (const change of ["input", "change"]) this.element.addEventListener(change, draw);
    // The traits that are known already are put in as soon as the registry is there.
    this.traits.loaded.then(draw);
    draw();
  }

  build() {
    this.speciesField = field({ path: "species", label: "What kind of animal?", control: this.species });
    this.skinField = null;
    const looks = Object.entries(LOOKS).map(([key, [label]]) =>
      swatched(field({ path: `looks.${key}`, label, control: this.looks[key] }), this.looks[key], key, label));
    this.skinField = looks[0];
    return h("fieldset", { class: "hero sheet", dataset: { hero: "" } }, this.legend, this.off, this.drawing,
      h("div", { class: "fields" },
        field({ path: "name", label: "Name", control: this.name, required: true }),
        field({ path: "age", label: "Age", control: this.age }),
        this.kind.group, this.speciesField,
        field({ path: "pronouns", label: "Pronouns", control: this.pronouns }),
        field({ path: "say_as", label: "How is the name said?", control: this.sayAs }),
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
      say_as: this.sayAs.value.trim() || null,
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

/** A field of looks with colours to pick: a colour takes the place of the one that the words name. @param {any} place @param {any} input @param {string} key @param {string} label */
function swatched(place, input, key, label) {
  const colours = SWATCHES[key];
  const pick = (/** @type {string} */ name) => {
    input.value = recoloured(input.value, name, colours.map(([one]) => one), key);
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };
  place.append(h("div", { class: "swatches", role: "group", "aria-label": `Colours: ${label}` }, colours.map(([name, colour]) =>
    h("button", { type: "button", class: "swatch", title: name, "aria-label": name, vars: { colour }, onclick: () => pick(name) }))));
  return place;
}

/** @param {string} words @param {string} name @param {string[]} known @param {string} key */
function recoloured(words, name, known, key) {
  const said = [...known].sort((one, other) => other.length - one.length).find((one) => words.toLowerCase().includes(one));
  if (said) return words.replace(new RegExp(said, "i"), name);
  const usual = { outfit: "jumper", hair: "hair" }[key];
  return words.trim() ? `${name} ${words.trim()}` : [name, usual].filter(Boolean).join(" ");
}
