// The leaves of a book: cover, title page, a spread for each scene, the end, questions, colophon.

import { countOf, paragraphElements } from "./book_words.js";
import { h, setVars } from "./dom.js";
import { isDark, pageColours } from "./palette.js";
import { questionList } from "./questions.js";

/**
 * @typedef {{kind: string, key: string, name: string, page: number, element: HTMLElement, image?: HTMLImageElement,
 *   url?: string, tint(): void}} Leaf `page` is the scene's number, 0 for a leaf that is none; `key` is its address
 */

/** From so many words on a page is set a little smaller. */
const [MANY, VERY_MANY] = [60, 110];
const SIZES = ["large", "middle", "small", "tiny"];

/** Set the words of a leaf that is shown so that its page holds them, where a smaller size can do that. @param {Leaf} leaf */
export function fit({ element }) {
  const words = /** @type {HTMLElement | null} */ (element.querySelector(".words"));
  const page = words?.parentElement;
  if (!words || !page) return;
  words.dataset.size = words.dataset.usual;
  for (const size of SIZES.slice(SIZES.indexOf(words.dataset.usual ?? "") + 1)) {
    if (page.scrollHeight <= page.clientHeight + 1) return;
    words.dataset.size = size;
  }
}

/** @param {any} story @param {import("./book_words.js").Paragraphs[]} pages @returns {Leaf[]} */
export function leavesOf(story, pages) {
  const scenes = (story.content?.beats ?? []).map((/** @type {any} */ beat, /** @type {number} */ at) =>
    spread(story, beat, pages[at], pages.length));
  const questions = story.activities?.questions ?? [];
  return [cover(story), titlePage(story), ...scenes, ending(story, questions.length > 0), ...(questions.length ? [talk(story, questions)] : []), colophon(story)];
}

/** @param {any} story @param {string} kind @param {string} name @param {number} page @param {any[]} children */
function leaf(story, kind, name, page, children) {
  const asset = page ? `scene_${page}` : "cover";
  const element = h("section", { class: `leaf ${kind}`, "aria-label": name, tabindex: "-1", hidden: true }, children);
  const tint = () => setVars(element, pageColours(story.hue_extracted_colors?.[asset], page, isDark()));
  tint();
  return { kind, key: page ? String(page) : kind, name, page, element, tint };
}

/** @param {any} story @param {string} asset @param {string} alt */
function picture(story, asset, alt) {
  const { url } = story.asset_generation_status.assets[asset] ?? {};
  const image = h("img", { class: "picture", alt });
  const lacking = url ? null : h("span", { class: "blank" }, "This picture could not be made.");
  return { image, url, frame: h("div", { class: "frame" }, lacking, image) };
}

/** @param {any} story @returns {Leaf} */
function cover(story) {
  const { image, url, frame } = picture(story, "cover", story.content?.cover_alt ?? "");
  const title = h("h1", { dir: "auto" }, story.title);
  return { ...leaf(story, "cover", "Cover", 0, [frame, title]), image, url };
}

/** @param {any} story @returns {Leaf} */
function titlePage(story) {
  const names = story.brief.characters.map((/** @type {{name: string}} */ character) => character.name);
  return leaf(story, "title-page", "Title page", 0, [
    h("p", { class: "display", dir: "auto" }, story.title),
    h("p", { class: "byline", dir: "auto" }, `A story for ${new Intl.ListFormat("en").format(names)}`),
    h("img", { src: "/web/art/ornament.svg", alt: "", width: 160, height: 40 }),
    h("p", { class: "lead", dir: "auto" }, story.content?.summary ?? ""),
    h("p", { class: "belongs" }, "This book belongs to")]);
}

/** @param {any} story @param {any} beat @param {import("./book_words.js").Paragraphs} paragraphs @param {number} count */
function spread(story, beat, paragraphs, count) {
  const { image, url, frame } = picture(story, `scene_${beat.index}`, beat.alt);
  const words = countOf(paragraphs);
  const size = words > VERY_MANY ? "small" : words > MANY ? "middle" : "large";
  const name = `Page ${beat.index} of ${count}`;
  const text = h("div", { class: "words", dir: "auto", lang: story.content.language, dataset: { size, usual: size } },
    paragraphElements(paragraphs));
  return { ...leaf(story, "spread", name, beat.index, [
    frame,
    h("div", { class: "text-page", tabindex: "0", role: "group", "aria-label": `The words of page ${beat.index}` }, text,
      h("p", { class: "folio", "aria-hidden": "true" }, String(beat.index)))]), image, url };
}

/** @param {any} story @param {any[]} questions */
const talk = (story, questions) =>
  leaf(story, "talk", "Talk about it", 0, [h("h2", {}, "Talk about it"), questionList(questions, story)]);

/** The last page of the story itself, with what may come after it. @param {any} story @param {boolean} asks */
function ending(story, asks) {
  const to = (/** @type {string} */ page, /** @type {string} */ label) => h("a", { class: "button", href: `#/read/${story.id}?page=${page}` }, label);
  const { image, url, frame } = picture(story, "cover", "");
  const end = leaf(story, "ending", "The end", 0, [
    url ? frame : null,
    h("p", { class: "display" }, "The End"),
    h("img", { src: "/web/art/ornament.svg", alt: "", width: 160, height: 40 }),
    h("p", { class: "byline", dir: "auto" }, story.title),
    h("p", { class: "row centre" }, to("cover", "Read it again"), asks ? to("talk", "Talk about it") : null,
      h("a", { class: "button", href: "#/" }, "Choose another book"))]);
  return url ? { ...end, image, url } : end;
}

/** @param {any} story */
function colophon(story) {
  const { assets } = story.asset_generation_status;
  const flagged = Object.entries(assets).filter(([, asset]) => /** @type {any} */ (asset).needs_review);
  const motif = assets.cover?.metadata?.motif;
  return leaf(story, "colophon", "How this book was made", 0, [
    h("h2", {}, "How this book was made"),
    h("p", {}, isOwn(story.brief)
      ? "The words of this book are by a person. Its pictures and its voice were made by computer programs, with Storytroupe."
      : "The words, pictures and voice of this book were made by computer programs, with Storytroupe."),
    h("dl", {},
      fact("Made on", new Date(story.created_at).toLocaleDateString("en", { dateStyle: "long" })),
      fact("Age", story.brief.age_range.replace("-", " to ")),
      motif ? fact("Find this in every picture", motif) : null,
      fact("Seed", String(story.brief.seed)),
      fact("Fonts", "Andika and Fredoka")),
    flagged.length ? h("p", { class: "review" }, "Please check these pictures, since a detail that you asked for may be missing: "
      + `${flagged.map(([name]) => (name === "cover" ? "the cover" : `page ${name.slice(6)}`)).join(", ")}.`) : null,
    h("p", {}, h("a", { href: `#/report/${story.id}` }, "The checks of the pictures, and the cost"))]);
}

/** Whether a person wrote the words. @param {any} brief */
const isOwn = ({ text }) => Boolean(text) && text.mode !== "free";

/** @param {string} name @param {string} value */
const fact = (name, value) => h("div", {}, h("dt", {}, name), h("dd", { dir: "auto" }, value));
