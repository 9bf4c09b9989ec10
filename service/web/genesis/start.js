// Where a novel begins: what the person has, how they want to go, and what it may cost. Nothing is spent here.

import { ApiError } from "../client.js";
import { fill, h, icon, setText } from "../dom.js";
import { clearErrors, field, numberOf, showError, text } from "../fields.js";
import { newId, send } from "./api.js";
import { Bill } from "./bill.js";
import { AUDIENCES } from "./table.js";
import { T, choiceName } from "./texts.js";

const KEPT = "storytroupe.genesis.start";
const MOST = 60_000;
const LANGUAGES = [["en", "English"], ["de", "Deutsch"], ["fr", "Français"], ["es", "Español"], ["it", "Italiano"], ["pt", "Português"], ["nl", "Nederlands"], ["pl", "Polski"], ["ar", "العربية"], ["he", "עברית"]];

/** @type {import("../app.js").Page} */
export async function startPage(place) {
  const start = new Start(JSON.parse(localStorage.getItem(KEPT) ?? "{}"));
  fill(place, start.element);
  return { title: T.startTitle, leave: () => (start.keep(), start.bill.leave()) };
}

class Start {
  /** @param {any} kept what was begun before */
  constructor(kept) {
    this.kept = kept;
    this.spark = h("textarea", { rows: 4, maxlength: MOST, dir: "auto" });
    this.spark.value = kept.spark ?? "";
    this.counted = h("span", {});
    this.notes = h("textarea", { rows: 9, dir: "auto", placeholder: T.notesPlaceholder });
    this.notes.value = kept.notes ?? "";
    this.audience = select([["", T.audienceAny], ...AUDIENCES.map((one) => [one, choiceName(one)])], kept.audience ?? "");
    this.language = select(LANGUAGES, kept.language ?? "en");
    this.chapters = text({ inputmode: "numeric", value: kept.chapters ?? 24 });
    this.genre = text({ maxlength: 80, dir: "auto", value: kept.genre ?? "" });
    this.avoid = text({ maxlength: 2000, dir: "auto", value: kept.avoid ?? "" });
    this.bill = new Bill(kept.budget ?? "");
    this.summary = h("div", { class: "summary", role: "alert", tabindex: "-1", hidden: true });
    this.buttons = [this.bill.go, h("button", { class: "button primary big", type: "submit" })];
    this.form = this.build();
    this.element = h("div", { class: "start tool" }, this.form);
    this.form.addEventListener("input", () => this.renew());
    this.form.addEventListener("change", () => this.renew());
    this.id = newId();
    this.renew();
  }

  /** @param {string} name */
  picked = (name) => this.form.querySelector(`[name="${name}"]:checked`).value;

  build() {
    const { have = "spark", how = "guided" } = this.kept;
    const examples = T.sparks.map((spark) => h("button", { type: "button", onclick: () => this.use(spark) }, icon("spark"), h("span", {}, spark)));
    const files = h("input", { class: "unseen", id: "note-files", type: "file", multiple: true, accept: "text/*,.md,.txt", onchange: () => this.add(files) });
    return h("form", { class: "start-form", novalidate: true, onsubmit: (/** @type {Event} */ event) => this.submit(event) },
      h("div", { class: "stack s15" }, h("div", {}, h("h1", {}, T.startTitle), h("p", { class: "lead flush" }, T.startLead)), this.summary,
        h("div", { class: "steps" },
          h("fieldset", {}, h("legend", {}, T.have), h("div", { class: "pick" }, T.haves.map(([value, sign, name, hint]) => option("have", value, name, hint, value === have, sign))),
            h("div", { class: "have for-spark field" }, field({ path: "inspiration", label: T.spark, hint: T.sparkHint, control: this.spark }),
              h("p", { class: "counted flush" }, h("span", {}, T.draftKept), this.counted), h("p", { class: "small soft flush", id: "sparks" }, T.sparkExamples),
              h("div", { class: "sparks", role: "group", "aria-labelledby": "sparks" }, examples)),
            h("div", { class: "have for-notes field" }, field({ path: "material", label: T.notes, hint: T.notesHint, control: this.notes }),
              h("div", { class: "row" }, files, h("label", { class: "button small", for: "note-files" }, T.notesFiles))),
            h("p", { class: "have for-nothing flush" }, T.nothing)),
          h("fieldset", {}, h("legend", {}, T.how), h("div", { class: "pick" }, T.hows.map(([value, name, hint]) => option("how", value, name, hint, value === how))), h("p", { class: "hint after" }, T.howHint)),
          h("fieldset", {}, h("legend", {}, T.book), h("div", { class: "fields" },
            field({ path: "audience", label: T.audience, control: this.audience }), field({ path: "language", label: T.language, control: this.language }),
            field({ path: "chapters", label: T.chapters, control: this.chapters }),
            field({ path: "genre", label: h("span", {}, T.genre, " ", h("span", { class: "soft small" }, T.optional)), control: this.genre }),
            field({ path: "avoid", label: h("span", {}, T.avoid, " ", h("span", { class: "soft small" }, T.optional)), hint: T.avoidHint, control: this.avoid, wide: true }))))),
      this.bill.element, h("div", { class: "send" }, this.bill.short, this.buttons[1]));
  }

  /** Take an example, to be changed. @param {string} spark */
  use(spark) {
    this.spark.value = spark;
    this.renew();
    this.spark.focus();
  }

  /** @param {HTMLInputElement} files */
  async add(files) {
    for (const file of files.files ?? []) this.notes.value += `${this.notes.value ? "\n\n" : ""}${await file.text()}`;
    files.value = "";
    this.renew();
  }

  renew() {
    const have = this.picked("have"), how = this.picked("how");
    this.form.dataset.have = have;
    setText(this.counted, T.characters(this.spark.value.length));
    for (const button of this.buttons) setText(button, T.begin(have, how));
    const chapters = Number(this.chapters.value);
    const isWhole = Number.isInteger(chapters) && chapters >= 3 && chapters <= 60;
    this.bill.renew({ language: this.language.value, ...(isWhole ? { chapters } : {}), ...(have === "nothing" ? {} : { inspiration: "?" }) });
    this.keep();
  }

  /** What was begun stands here again after a look elsewhere, a reload, or in another tab. */
  keep() {
    if (this.begun) return;
    localStorage.setItem(KEPT, JSON.stringify({ have: this.picked("have"), how: this.picked("how"), spark: this.spark.value, notes: this.notes.value.slice(0, MOST),
      audience: this.audience.value, language: this.language.value, chapters: this.chapters.value, genre: this.genre.value, avoid: this.avoid.value, budget: this.bill.cap.value }));
  }

  read() {
    const have = this.picked("have");
    const budget = numberOf(this.bill.cap);
    return {
      mode: this.picked("how"), language: this.language.value, chapters: numberOf(this.chapters),
      ...(have === "spark" ? { inspiration: this.spark.value.trim() } : {}),
      ...(have === "notes" ? { material: [this.notes.value.trim()] } : {}),
      ...(this.genre.value.trim() ? { genre: this.genre.value.trim() } : {}),
      ...(this.audience.value ? { audience: this.audience.value } : {}),
      ...(budget === null ? {} : { budget_usd: budget }),
      seed: parseInt(this.id.slice(0, 8), 16),
    };
  }

  /** @param {Event} event */
  async submit(event) {
    event.preventDefault();
    if (this.buttons[0].getAttribute("aria-busy")) return;
    clearErrors(this.form);
    this.summary.hidden = true;
    const request = this.read();
    const empty = request.inspiration === "" ? ["inspiration", T.noSpark] : request.material?.[0] === "" ? ["material", T.noNotes] : null;
    if (empty) return showError(this.form, empty[0], empty[1])?.focus();
    this.busy(true);
    try {
      const done = await send("START_GENESIS", request, { id: this.id });
      await this.stayAway(done.session_id);
      this.begun = true;
      localStorage.removeItem(KEPT);
      location.hash = `#/novels/${done.session_id}`;
    } catch (fault) {
      if (!(fault instanceof ApiError)) throw fault;
      this.id = newId();
      this.tell(fault);
    } finally {
      this.busy(false);
    }
  }

  /** What to stay away from is a field of the concept. @param {string} session */
  async stayAway(session) {
    const avoid = this.avoid.value.split(",").map((/** @type {string} */ one) => one.trim()).filter(Boolean).slice(0, 20);
    if (avoid.length) await send("EDIT_STAGE", { stage: "concept", changes: [{ op: "set", path: "concept.avoid", value: avoid }] }, { session });
  }

  /** @param {boolean} busy */
  busy(busy) {
    for (const button of this.buttons) {
      busy ? button.setAttribute("aria-busy", "true") : button.removeAttribute("aria-busy");
      setText(button, busy ? T.oneMoment : T.begin(this.picked("have"), this.picked("how")));
    }
  }

  /** @param {ApiError} fault */
  tell(fault) {
    const told = fault.fields.map(({ path, message }) => {
      const control = showError(this.form, path.replace("payload.", ""), message);
      return h("li", {}, control ? h("a", { href: `#${control.id}`, onclick: (/** @type {Event} */ event) => (event.preventDefault(), control.focus()) }, message) : `${path}: ${message}`);
    });
    fill(this.summary, h("h2", {}, told.length ? T.correct : T.didNotWork), told.length ? h("ul", {}, told) : h("p", {}, fault.message));
    this.summary.hidden = false;
    this.summary.focus();
  }
}

/** @param {string[][]} options @param {string} value */
function select(options, value) {
  const element = h("select", {}, options.map(([key, name]) => h("option", { value: key }, name)));
  element.value = value;
  return element;
}

/** @param {string} group @param {string} value @param {string} name @param {string} hint @param {boolean} checked @param {string} [sign] */
const option = (group, value, name, hint, checked, sign) => h("label", {}, h("input", { type: "radio", name: group, value, checked }),
  h("span", { class: "body" }, sign && icon(sign), h("strong", {}, name), h("span", { class: "small soft" }, hint)));
