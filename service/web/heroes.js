// The heroes that are kept: each with its pictures, of which one may be the one that books are painted from.

import { announce } from "./announcer.js";
import { ApiError, addReference, approveReference, changeCharacter, deleteCharacter, deleteReference, getCharacter, keepCharacter, listCharacters,
  listTraits } from "./client.js";
import { confirm } from "./dialog.js";
import { fill, h, icon, setText } from "./dom.js";
import { clearErrors, showError } from "./fields.js";
import { HeroForm } from "./hero_form.js";
import { heroFace, heroFacts } from "./kept_hero.js";
import { Pictures } from "./pictures.js";

const MOST_IMAGES = 4;
const MOST_BYTES = 20 * 1024 * 1024;

/** @typedef {{id: string, url: string, approved: boolean, source: string}} Reference
 * @typedef {{id: string, name: string, description: string, images: Reference[]}} Hero */

/** @type {import("./app.js").Page} */
export async function heroesPage(place) {
  const [heroes, traits] = await Promise.all([listCharacters(), listTraits()]);
  const page = new Heroes(heroes, new Map(traits.map(({ id, name }) => [id, name])));
  fill(place, page.element);
  return { title: "Your heroes", leave: () => page.pictures.release() };
}

class Heroes {
  /** @param {Hero[]} heroes @param {Map<string, string>} traits their names */
  constructor(heroes, traits) {
    this.traits = traits;
    this.pictures = new Pictures();
    this.problem = h("p", { class: "problem", role: "alert", hidden: true });
    this.list = h("ul", { class: "kept-heroes", role: "list" }, heroes.map((hero) => this.card(hero)));
    this.adding = h("div", {}, this.offer());
    this.element = h("article", {}, h("header", { class: "page-head" }, h("h1", {}, "Your heroes"),
      h("p", {}, "A hero that you save here can be in many books, and looks the same in each.")), this.problem, this.adding, this.list);
  }

  offer() {
    return h("p", {}, h("button", { class: "button", type: "button", onclick: () => this.begin() }, icon("plus"), "Save a hero"));
  }

  begin() {
    const close = () => fill(this.adding, this.offer());
    const hero = new HeroForm({}, close);
    fill(this.adding, this.form(hero, "Save this hero", keepCharacter, (kept) => {
      this.list.prepend(this.card(kept));
      close();
      announce(`${kept.name} is saved.`);
    }));
    hero.name.focus();
  }

  /** The form in the place of the card. @param {Hero} known @param {HTMLElement} card */
  edit(known, card) {
    const back = (/** @type {Hero} */ shown) => {
      const next = this.card(shown);
      place.replaceWith(next);
      next.querySelector("button")?.focus();
    };
    const hero = new HeroForm(known, () => back(known));
    const place = h("li", { class: "editing" }, this.form(hero, "Save changes", (said) => changeCharacter(known.id, said), (kept) => {
      back(kept);
      announce(`${kept.name} was changed. Books that are already made stay as they are.`);
    }));
    card.replaceWith(place);
    hero.name.focus();
  }

  /**
   * @param {HeroForm} hero @param {string} label of the button that sends it
   * @param {(said: any) => Promise<Hero>} send @param {(kept: Hero) => void} done
   */
  form(hero, label, send, done) {
    hero.place(0, false);
    const submit = async (/** @type {Event} */ event) => {
      event.preventDefault();
      clearErrors(form);
      const kept = await this.attempt(() => send(hero.read()), (fault) => tellFields(form, fault));
      if (kept) done(kept);
    };
    const form = h("form", { class: "story-form", novalidate: true, onsubmit: submit },
      hero.element, h("p", { class: "row" }, h("button", { class: "button primary", type: "submit" }, label)));
    return form;
  }

  /** @param {Hero} hero @returns {HTMLElement} */
  card(hero) {
    const again = async () => card.replaceWith(this.card(await getCharacter(hero.id)));
    const change = async (/** @type {() => Promise<any>} */ request) => (await this.attempt(request)) && again();
    const card = h("li", { class: "sheet kept-hero", dataset: { hero: hero.id } },
      h("div", { class: "who" }, heroFace(hero, this.pictures), h("div", {}, h("h2", { dir: "auto" }, hero.name), h("p", { class: "facts" }, heroFacts(hero, this.traits)))),
      hero.description ? h("p", { dir: "auto" }, hero.description) : null,
      h("ul", { class: "references", role: "list" }, hero.images.map((image) => this.reference(hero, image, change))),
      hero.images.length < MOST_IMAGES ? this.upload(hero, change) : null,
      h("p", { class: "row" }, h("a", { class: "button primary small", href: `#/new?hero=${hero.id}` }, "Make a book"),
        h("button", { class: "button small", type: "button", "aria-label": `Change ${hero.name}`, onclick: () => this.edit(hero, card) }, "Change"),
        h("button", { class: "button small", type: "button", onclick: () => this.remove(hero, card) }, "Delete")));
    return card;
  }

  /** @param {Hero} hero @param {Reference} image @param {(request: () => Promise<any>) => void} change */
  reference(hero, image, change) {
    const shown = h("img", { class: "picture", alt: `A picture of ${hero.name}` });
    this.pictures.show(shown, image.url);
    const chosen = h("button", { class: "button small", type: "button", "aria-pressed": String(image.approved),
      onclick: () => change(() => approveReference(hero.id, image.approved ? null : image.id)) }, image.approved ? "Chosen" : "Choose");
    const off = h("button", { class: "button small", type: "button", "aria-label": `Delete this picture of ${hero.name}`,
      onclick: () => change(() => deleteReference(hero.id, image.id)) }, "Delete");
    return h("li", { "data-approved": image.approved }, h("div", { class: "frame" }, shown), chosen, off);
  }

  /** @param {Hero} hero @param {(request: () => Promise<any>) => void} change */
  upload(hero, change) {
    const file = h("input", { type: "file", accept: "image/png,image/jpeg,image/webp", class: "unseen",
      onchange: () => file.files?.[0] && this.give(hero, file.files[0], change) });
    return h("div", {}, h("p", { class: "hint" }, "Choose a picture of a drawing, a painting or a toy. Photographs of people are not accepted."),
      h("label", { class: "button small" }, icon("plus"), `Add a picture of ${hero.name}`, file));
  }

  /** @param {Hero} hero @param {File} file @param {(request: () => Promise<any>) => void} change */
  async give(hero, file, change) {
    if (file.size > MOST_BYTES) return this.tell("This picture is too large. Choose one of at most 20 MiB.");
    const sure = await confirm({ title: "Is this a drawing?", yes: "It is a drawing or a toy", no: "It is a photograph of a person", grave: false,
      text: "A program sees this picture and paints your books from it. Photographs of people are not sent to this program." });
    change(() => addReference(hero.id, file, sure ? "drawing" : "photograph"));
  }

  /** @param {Hero} hero @param {HTMLElement} card */
  async remove(hero, card) {
    const sure = await confirm({ title: `Delete ${hero.name}?`, yes: "Delete", text: "The hero's pictures will be deleted, and cannot be restored. The books stay." });
    if (!sure || !(await this.attempt(() => deleteCharacter(hero.id)))) return;
    card.remove();
    announce(`${hero.name} was deleted.`);
  }

  /**
   * @template T @param {() => Promise<T>} request @param {(fault: ApiError) => boolean} [atFields] whether it was told at fields
   * @returns {Promise<T | null>}
   */
  async attempt(request, atFields = () => false) {
    this.problem.hidden = true;
    try {
      return await request();
    } catch (fault) {
      if (!(fault instanceof ApiError)) throw fault;
      if (!atFields(fault)) this.tell(fault.message);
      return null;
    }
  }

  /** @param {string} text */
  tell(text) {
    setText(this.problem, text);
    this.problem.hidden = false;
  }
}

/** Say what is wrong at each field; whether there was one. @param {HTMLElement} form @param {ApiError} fault */
function tellFields(form, fault) {
  const controls = fault.fields.map(({ path, message }) => showError(form, path, message));
  controls[0]?.focus();
  return controls.length > 0 && controls.every(Boolean);
}
