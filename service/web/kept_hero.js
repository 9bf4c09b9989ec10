// A hero that is kept, in the form for a new story: chosen as it is.

import { h, icon, setText } from "./dom.js";

export class KeptHero {
  /** @param {{id: string, name: string, images: any[]}} hero @param {() => void} onRemove */
  constructor(hero, onRemove) {
    this.id = hero.id;
    this.hero = hero;
    this.legend = h("legend", {});
    this.off = h("button", { class: "bare remove", type: "button", onclick: onRemove }, icon("close"));
    this.name = h("a", { href: "#/heroes" }, "Change this hero");
    this.element = h("fieldset", { class: "hero sheet", dataset: { kept: hero.id } }, this.legend, this.off,
      h("p", {}, hero.images.length ? "A paid illustrator sees the pictures that you added. The built-in illustrator uses your words alone. " : "This is one of your saved heroes. ", this.name));
  }

  /** @param {number} number @param {boolean} alone */
  place(number, alone) {
    this.off.hidden = alone;
    this.off.setAttribute("aria-label", `Remove hero ${number}`);
    setText(this.legend, `Hero ${number}: ${this.hero.name}`);
  }
}
