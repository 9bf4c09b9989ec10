// A hero that is kept, in the form for a new story: chosen as it is.

import { h, icon, setText } from "./dom.js";
import { heroDrawing } from "./hero_drawing.js";

export class KeptHero {
  /** @param {{id: string, name: string, images: any[]}} hero @param {() => void} onRemove */
  constructor(hero, onRemove) {
    this.id = hero.id;
    this.hero = hero;
    this.legend = h("legend", {});
    this.off = h("button", { class: "bare remove", type: "button", onclick: onRemove }, icon("close"));
    this.name = h("a", { href: "#/heroes" }, "Change this hero");
    this.element = h("fieldset", { class: "hero sheet", dataset: { kept: hero.id } }, this.legend, this.off, h("div", { class: "drawing" }, heroDrawing(hero)),
      h("p", {}, hero.images.length ? "A paid illustrator sees the pictures that you added. The built-in illustrator uses your words alone. " : "This is one of your saved heroes. ", this.name));
  }

  /** @param {number} number @param {boolean} alone */
  place(number, alone) {
    this.off.hidden = alone;
    this.off.setAttribute("aria-label", `Remove hero ${number}`);
    setText(this.legend, `Hero ${number}: ${this.hero.name}`);
  }
}

/**
 * A face for a hero: the picture that books are painted from, or a drawing from the words.
 * @param {any} hero @param {import("./pictures.js").Pictures} pictures
 */
export function heroFace(hero, pictures) {
  const image = hero.images.find((/** @type {any} */ one) => one.approved) ?? hero.images[0];
  if (!image) return h("span", { class: "face" }, heroDrawing(hero));
  const shown = h("img", { class: "picture", alt: "" });
  pictures.show(shown, image.url);
  return h("span", { class: "face frame" }, shown);
}

/** Age and traits in a line. @param {any} hero @param {Map<string, string>} names of the traits */
export function heroFacts(hero, names) {
  const age = hero.age === null || hero.age === undefined ? "" : `${hero.age} ${hero.age === 1 ? "year" : "years"}`;
  const species = hero.kind === "animal" ? hero.species ?? "animal" : "";
  return [species, age, ...hero.traits.map((/** @type {{id: string}} */ { id }) => names.get(id) ?? id)].filter(Boolean).join(" · ");
}
