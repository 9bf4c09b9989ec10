// The form for a new story, and what the service says against it.

import { ApiError, createStory, getCharacter, getStory, listCharacters, listTraits } from "./client.js";
import { dropDraft, keepDraft, keptDraft } from "./draft.js";
import { fill, h, icon, setText } from "./dom.js";
import { exampleRequest } from "./examples.js";
import { choice, chips, clearErrors, field, numberOf, paragraph, showError, text } from "./fields.js";
import { Forecast } from "./forecast.js";
import { HeroForm } from "./hero_form.js";
import { KeptHero, heroFace, heroFacts } from "./kept_hero.js";
import { Pictures } from "./pictures.js";
import { OwnText } from "./own_text.js";

const MOST_HEROES = 4;
const MOST_THEMES = 10;
/** So many of the kept heroes are offered; of more, the newest. */
const MOST_OFFERS = 12;
const TYPES = /** @type {[string, string][]} */ ([["adventure", "Adventure"], ["bedtime", "Bedtime"],
  ["birthday", "Birthday"], ["friendship", "Friendship"], ["mystery", "Mystery"], ["learning", "Learning"]]);
const AGES = /** @type {[string, string][]} */ ([["0-3", "0–3"], ["3-5", "3–5"], ["5-8", "5–8"], ["8-10", "8–10"]]);
const THEMES = ["courage", "kindness", "friendship", "sharing", "patience", "honesty", "curiosity", "family",
  "perseverance", "nature", "bedtime"];
/** About how many words a book of four scenes has, and each further scene. */
const WORDS = /** @type {Record<string, [number, number]>} */ ({
  "0-3": [215, 42], "3-5": [270, 52], "5-8": [620, 45], "8-10": [740, 35] });
const WORDS_A_MINUTE = 110;

/** What the service says of a text that is required. */
const EMPTY = "This must not be empty.";
/** Looks that the built-in illustrator paints, with a sample of each. */
const STYLES = /** @type {[string, string][]} */ ([["", "As the illustrator likes"], ["gouache", "Gouache"], ["cut paper", "Cut paper"], ["ink and wash", "Ink and wash"], ["linocut", "Linocut"]]);

/** @param {string} style */
const styleSample = (style) => (style ? h("img", { src: `/web/art/styles/${style.replaceAll(" ", "-")}.jpg`, alt: "", width: 120, height: 120 }) : icon("pictures"));

/** @type {import("./app.js").Page} */
export async function storyFormPage(place, address) {
  const [hero, like] = [address.get("hero"), address.get("like")];
  const [kept, named, liked, traits] = await Promise.all([listCharacters(), hero ? getCharacter(hero) : null, like ? getStory(like) : null, listTraits()]);
  const asked = exampleRequest(address.get("example")) ?? (liked && likeOf(liked.brief, kept)) ?? (named ? { characters: [named] } : null);
  const draft = asked ? null : keptDraft(kept);
  const form = new StoryForm(asked ?? draft ?? { characters: [{}] }, kept, new Map(traits.map(({ id, name }) => [id, name])));
  fill(place, form.element);
  if (draft) form.offerAfresh();
  const over = new AbortController();
  window.addEventListener("pagehide", () => form.keep(), { signal: over.signal });
  return { title: "New story", leave: () => (over.abort(), form.leave()) };
}

/** What an earlier story was asked with, its heroes as they are kept now. @param {any} brief @param {any[]} kept */
const likeOf = (brief, kept) => ({ ...brief, characters: brief.characters.map((/** @type {any} */ { id, ...hero }) =>
  kept.find((one) => one.id === id) ?? hero) });

class StoryForm {
  /** @param {any} request what to begin with @param {any[]} kept the heroes that are kept @param {Map<string, string>} traits their names */
  constructor(request, kept, traits) {
    this.kept = kept;
    this.traits = traits;
    this.pictures = new Pictures();
    /** @type {(HeroForm | KeptHero)[]} */
    this.heroes = [];
    this.forecast = new Forecast(() => (this.heroes.every((hero) => hero.id || hero.name.value.trim()) ? this.read() : null));
    this.heroList = h("div", { class: "heroes", dataset: { path: "characters" } });
    this.add = h("button", { class: "button", type: "button", onclick: () => this.addHero({}).name.focus() },
      icon("plus"), "Add another hero");
    this.offers = h("div", { class: "offers", role: "group", "aria-label": "Your saved heroes" });
    this.type = choice({ path: "story_type", legend: "Kind", options: TYPES, kind: "cards",
      value: request.story_type ?? "adventure", draw: icon });
    this.themes = chips({ path: "themes", legend: "What is it about?", hint: "Choose as many as you like, or none.",
      options: THEMES, value: request.themes ?? [], most: MOST_THEMES });
    this.own = new OwnText(request.text);
    this.age = choice({ path: "age_range", legend: "For which age?", options: AGES, value: request.age_range ?? "3-5" });
    this.scenes = h("input", { type: "range", min: 1, max: 12, step: 1, value: request.scene_count ?? 4 });
    this.sceneCount = h("b", { class: "count", "aria-hidden": "true" });
    this.title = text({ maxlength: 200, placeholder: "chosen by the storyteller", dir: "auto", value: request.title ?? "" });
    this.looks = choice({ path: "looks", legend: "How should the pictures look?", options: STYLES, kind: "cards looks", value: request.style ?? "", draw: styleSample });
    this.style = text({ maxlength: 300, placeholder: "soft gouache", value: request.style ?? "" });
    this.instructions = paragraph({ maxlength: 1000, rows: 2, dir: "auto", placeholder: "A storm comes, and the lamp of the lighthouse goes out." },
      request.instructions ?? "");
    this.seed = text({ inputmode: "numeric", pattern: "[0-9]{0,18}", placeholder: "any", value: request.seed ?? "" });
    this.summary = h("div", { class: "summary", role: "alert", tabindex: "-1", hidden: true });
    this.estimate = h("output", { class: "estimate" });
    this.budget = text({ inputmode: "decimal", pattern: "[0-9]{0,6}(\\.[0-9]{0,2})?", placeholder: "no limit", value: request.budget_usd ?? "" });
    this.go = h("button", { class: "button primary big", type: "submit" }, "Make the book");
    /** @type {{body: string, key: string} | null} */
    this.sent = null;
    this.told = h("p", { class: "row", hidden: true });
    this.element = this.build();
    for (const hero of request.characters) this.addHero(hero);
    this.element.addEventListener("input", () => this.reckon());
    this.looks.group.addEventListener("change", () => (this.style.value = this.looks.read()));
    this.style.addEventListener("input", () => this.looks.choose(this.style.value.trim()));
    this.element.addEventListener("change", () => this.forecast.renew());
    this.reckon();
    this.begun = JSON.stringify(this.read());
  }

  leave() {
    this.forecast.leave();
    this.pictures.release();
    this.keep();
  }

  /** What was filled in stands here again after a look elsewhere or a reload. */
  keep() {
    const request = this.read();
    if (this.element.isConnected && JSON.stringify(request) !== this.begun) keepDraft(request);
  }

  /** The form is filled with what was begun before: it can be put away. */
  offerAfresh() {
    const afresh = () => {
      dropDraft();
      this.begun = JSON.stringify(this.read());
      window.dispatchEvent(new HashChangeEvent("hashchange"));
    };
    fill(this.told, "Your earlier entries are here again.", h("button", { class: "button small", type: "button", onclick: afresh }, "Start again"));
    this.told.hidden = false;
  }

  build() {
    const more = h("details", { class: "fold sheet" }, h("summary", {}, "More choices"),
      h("div", { class: "fields" },
        field({ path: "style", label: "How should the pictures be painted?", control: this.style }),
        field({ path: "budget_usd", label: "Budget, in US dollars", control: this.budget,
          hint: "If providers cost money, the work stops at this sum. You can raise it later." }),
        field({ path: "seed", label: "Seed", control: this.seed, hint: "The same seed and the same entries make the same book." })));
    return h("form", { class: "story-form", novalidate: true, onsubmit: (/** @type {Event} */ event) => this.submit(event) },
      h("header", { class: "page-head" }, h("h1", {}, "A new story"), h("p", {}, "Only a name is required. Everything else is optional."), this.told),
      this.summary,
      h("section", { class: "wish" }, h("div", { class: "sheet" },
        field({ path: "instructions", label: "What should happen?", control: this.instructions, wide: true, hint: "One or two sentences. If you leave this empty, the storyteller chooses." }))),
      h("section", {}, h("h2", {}, "Who is in it?"), this.heroList, h("p", { class: "row" }, this.add), this.offers),
      h("section", {}, h("h2", {}, "What kind of story is it?"), h("div", { class: "sheet" }, this.type.group, this.themes.group), this.own.element),
      h("section", {}, h("h2", {}, "The book"), h("div", { class: "sheet fields" },
        field({ path: "title", label: "Title", control: this.title, wide: true }), this.age.group,
        field({ path: "scene_count", label: h("span", {}, "Scenes: ", this.sceneCount), control: this.scenes }), this.looks.group), more),
      this.forecast.warnings, h("div", { class: "send" }, this.forecast.element, this.estimate, this.go));
  }

  /** @param {any} known */
  addHero(known) {
    const hero = known.id ? new KeptHero(known, () => this.removeHero(hero)) : new HeroForm(known, () => this.removeHero(hero));
    this.heroes.push(hero);
    this.heroList.append(hero.element);
    this.number();
    return hero;
  }

  /** @param {HeroForm | KeptHero} hero */
  removeHero(hero) {
    this.heroes.splice(this.heroes.indexOf(hero), 1);
    hero.element.remove();
    this.number();
    this.heroes[0].name.focus();
  }

  number() {
    this.heroes.forEach((hero, index) => hero.place(index + 1, this.heroes.length === 1));
    this.add.hidden = this.heroes.length >= MOST_HEROES;
    const present = new Set(this.heroes.map((hero) => hero.id));
    const others = this.add.hidden ? [] : this.kept.filter(({ id }) => !present.has(id));
    fill(this.offers, others.slice(0, MOST_OFFERS).map((hero) =>
      h("button", { class: "offer", type: "button", dir: "auto", onclick: () => this.addKept(hero) }, heroFace(hero, this.pictures),
        h("span", {}, h("strong", {}, hero.name), h("span", { class: "facts" }, heroFacts(hero, this.traits))))));
    this.forecast.renew();
  }

  /** One of the heroes that are kept: it takes the place of a first one that has no name yet. @param {any} known */
  addKept(known) {
    const [first] = this.heroes;
    this.addHero(known).name.focus();
    if (this.heroes.length === 2 && first instanceof HeroForm && !first.name.value.trim()) this.removeHero(first);
  }

  reckon() {
    this.forecast.renew();
    const scenes = Number(this.scenes.value);
    const [usual, each] = WORDS[this.age.read()];
    const words = this.own.words() ?? Math.round((usual + each * Math.max(0, scenes - 4)) / 10) * 10;
    const minutes = Math.max(1, Math.round(words / WORDS_A_MINUTE));
    setText(this.sceneCount, String(scenes));
    this.scenes.setAttribute("aria-valuetext", `${scenes} ${scenes === 1 ? "scene" : "scenes"}`);
    setText(this.estimate, `${scenes} ${scenes === 1 ? "scene" : "scenes"} and a cover, about ${words} words: `
      + `${minutes} ${minutes === 1 ? "minute" : "minutes"} to read aloud`);
  }

  read() {
    return {
      character_ids: this.heroes.filter((hero) => hero instanceof KeptHero).map((hero) => hero.id),
      characters: this.heroes.filter((hero) => hero instanceof HeroForm).map((hero) => hero.read()),
      story_type: this.type.read(),
      themes: this.themes.read(),
      text: this.own.read(),
      title: this.title.value.trim() || null,
      age_range: this.age.read(),
      scene_count: Number(this.scenes.value),
      style: this.style.value.trim() || null,
      instructions: this.instructions.value.trim() || null,
      budget_usd: numberOf(this.budget),
      seed: numberOf(this.seed),
    };
  }

  /** @param {Event} event */
  async submit(event) {
    event.preventDefault();
    if (this.go.getAttribute("aria-busy")) return;
    this.busy(true);
    clearErrors(this.element);
    this.summary.hidden = true;
    try {
      const request = this.read();
      const story = await createStory(request, this.keyOf(JSON.stringify(request)));
      dropDraft();
      this.begun = JSON.stringify(request);
      location.hash = `#/stories/${story.id}`;
    } catch (fault) {
      if (!(fault instanceof ApiError)) throw fault;
      this.tell(fault);
    } finally {
      this.busy(false);
    }
  }

  /** Sending the same again makes no second book; sending another does. @param {string} body */
  keyOf(body) {
    if (this.sent?.body !== body) {
      const bytes = crypto.getRandomValues(new Uint8Array(16));
      this.sent = { body, key: Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("") };
    }
    return this.sent.key;
  }

  /** @param {boolean} busy */
  busy(busy) {
    busy ? this.go.setAttribute("aria-busy", "true") : this.go.removeAttribute("aria-busy");
    setText(this.go, busy ? "One moment …" : "Make the book");
  }

  /** Show a refusal, at its fields where it names some. @param {ApiError} fault */
  tell(fault) {
    const links = fault.fields.map(({ path, message: said }) => {
      const message = /^characters\.\d+\.name$/.test(path) && said === EMPTY ? "Every hero needs a name." : said;
      const control = showError(this.element, path, message);
      return h("li", {}, control
        ? h("a", { href: `#${control.id}`, onclick: (/** @type {Event} */ event) => (event.preventDefault(), control.focus()) },
          `${labelOf(control)}: ${message}`)
        : `${path}: ${message}`);
    });
    fill(this.summary, h("h2", {}, links.length ? "Please correct these entries" : "That did not work"),
      links.length ? h("ul", {}, links) : h("p", {}, `${fault.message} ${nextStep(fault)}`));
    this.summary.hidden = false;
    this.summary.focus();
  }
}

/** @param {HTMLElement} control */
const labelOf = (control) =>
  control.closest(".field")?.querySelector("label")?.textContent
  ?? control.closest("fieldset")?.querySelector("legend")?.textContent ?? "";

/** @param {ApiError} fault */
function nextStep(fault) {
  if (fault.code === "QUOTA_EXCEEDED") return `You have made ${fault.data.storiesUsed} of ${fault.data.storyLimit} books.`;
  return "Your entries are still here. Try again in a moment.";
}
