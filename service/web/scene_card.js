// One page of the book while it is being made: its words as they come, its picture when it is there.

import { h, setText, setVars } from "./dom.js";
import { isDark, pageColours } from "./palette.js";
import { isOpen } from "./subjects.js";
import { stateText } from "./progress_panel.js";

/** @typedef {import("./client.js").Asset} Asset */

const NOT_COMING = ["failed", "cancelled", "skipped"];

export class SceneCard {
  /** @param {number} index 0 for the cover @param {import("./pictures.js").Pictures} pictures */
  constructor(index, pictures) {
    this.index = index;
    this.pictures = pictures;
    this.name = index === 0 ? "The cover" : `Page ${index}`;
    this.image = h("img", { class: "picture", alt: "" });
    this.bar = h("progress", { max: 100, value: 0, "aria-label": `${this.name}: its picture` });
    this.note = h("p", { class: "note" });
    this.state = h("p", { class: "state" });
    this.words = h("div", { class: "words", dir: "auto" });
    this.review = h("p", { class: "review", hidden: true }, "Please check this picture: a detail that you asked for may be missing.");
    this.frame = h("div", { class: "frame" }, h("div", { class: "blank" }, this.state, this.note, this.bar), this.image, this.review);
    this.element = h("section", { class: index === 0 ? "live-cover" : "live-scene", dataset: { page: index },
      "aria-label": this.name }, this.frame, index === 0 ? null : h("h2", { class: "folio" }, String(index)),
      index === 0 ? null : this.words);
    this.tint(undefined);
    this.text = "";
  }

  /** @param {string[] | undefined} colours */
  tint(colours) {
    setVars(this.element, pageColours(colours, this.index, isDark()));
  }

  /** The whole page so far: only what is new is put in, so that it can fade in. @param {string} text */
  write(text) {
    if (text === this.text) return;
    if (!text.startsWith(this.text)) this.words.replaceChildren();
    const paragraphs = text.split(/\n\s*\n/);
    const kept = Math.max(0, this.words.childElementCount - 1);
    for (const [at, paragraph] of paragraphs.entries()) {
      if (at < kept) continue;
      const p = this.words.children[at] ?? this.words.appendChild(h("p"));
      extend(p, paragraph);
    }
    this.text = text;
  }

  /** @param {Asset | undefined} asset @param {string} alt */
  show(asset, alt) {
    this.element.dataset.state = asset?.status ?? "pending";
    this.bar.hidden = !asset || NOT_COMING.includes(asset.status);
    this.bar.value = asset?.progress ?? 0;
    setText(this.state, asset ? stateText(asset, "painting") : "");
    const { paletteStep, motif } = asset?.metadata ?? {};
    // What is planned for a picture is told until the picture is there, or is not to come.
    setText(this.note, isOpen(asset) ? [paletteStep, motif].filter(Boolean).join(" · ") : "");
    this.review.hidden = !asset?.needs_review;
    this.image.alt = alt;
    if (asset?.status === "ready" && asset.url) this.pictures.show(this.image, asset.url);
  }
}

/** @param {Element} p @param {string} text */
function extend(p, text) {
  const known = p.textContent ?? "";
  if (!text.startsWith(known)) p.replaceChildren();
  const rest = text.slice(p.textContent?.length ?? 0);
  if (rest) p.append(h("span", { class: "fresh" }, rest));
}
