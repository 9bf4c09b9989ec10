// The user's own story, in the form for a new story: its words, and what is done with them.

import { h } from "./dom.js";
import { choice, field, paragraph } from "./fields.js";

const MODES = /** @type {[string, string][]} */ ([["faithful", "Keep every word"],
  ["light", "Correct it lightly"], ["free", "Use it as an idea"]]);
const MOST = 20000;

export class OwnText {
  /** @param {{mode: string, story?: string, pages?: string[]} | null | undefined} given */
  constructor(given) {
    const words = given?.story ?? given?.pages?.join("\n\n") ?? "";
    this.story = paragraph({ maxlength: MOST, rows: 10, dir: "auto", placeholder: "Once upon a time …" }, words);
    this.mode = choice({ path: "text.mode", legend: "What should happen to your words?", options: MODES,
      value: given?.mode ?? "faithful" });
    this.element = h("details", { class: "fold sheet", open: words !== "" },
      h("summary", {}, "I have written the story myself"),
      h("div", { class: "fields" },
        field({ path: "text", label: "Your story", control: this.story, wide: true,
          hint: "It is divided into as many pages as you choose scenes below, between paragraphs or sentences." }),
        this.mode.group));
  }

  /** As the request has it; null if nothing is written. */
  read() {
    const story = this.story.value.trim();
    return story ? { mode: this.mode.read(), story } : null;
  }

  /** How many words the book has of it; null if the storyteller writes the book. */
  words() {
    const own = this.read();
    return own && own.mode !== "free" ? own.story.split(/\s+/).length : null;
  }
}
