// What a book's pictures were checked for and what was seen, in words for a parent; and what it cost.

import { isBook } from "./captions.js";
import { ApiError, approveSheet, getStory, regenerate, storyReport } from "./client.js";
import { fill, h, setText } from "./dom.js";
import { dollars } from "./money.js";
import { Pictures } from "./pictures.js";

/**
 * @typedef {{question: string, verdict: string, evidence: string, character?: string | null}} Finding
 * @typedef {{number: number, passed: boolean, findings: Finding[], unverified: number, feedback: string | null}} Try
 * @typedef {{question: string, why: string, evidence: string, draw_again_with: string}} ToCheck
 * @typedef {{status: string, tries: Try[], kept: number | null, needs_review: boolean, to_check: ToCheck[]}} Checked
 */

const SAID = /** @type {Record<string, string>} */ ({
  present: "Yes", absent: "No", wrong_detail: "Not as asked", occluded: "Hidden in this picture",
  unclear: "Unclear", not_verifiable: "Could not be checked" });
const STEPS = /** @type {Record<string, string>} */ ({
  outline: "Planning the story", content: "Writing the story", critique: "Reading the draft as an editor",
  revision: "Revising the story", palette: "Choosing the colours", storyboard: "Planning all pictures together", analysis: "Planning the pictures", activities: "Questions to talk about",
  picture: "Painting", verdict: "Checking the pictures", safety: "Checking that the pictures are safe for children", moderation: "Checking words and pictures for unsafe content",
  alt: "Describing the pictures", narration: "Reading aloud", reference: "Checking the pictures of the heroes" });

/** @type {import("./app.js").Page} */
export async function reportPage(place, _address, id) {
  const [story, report] = await Promise.all([getStory(id), storyReport(id)]);
  const pictures = new Pictures();
  const assets = story.asset_generation_status.assets;
  fill(place, h("article", { class: "report" },
    h("header", { class: "page-head" }, h("h1", { dir: "auto" }, story.title), h("p", {}, summaryOf(report)),
      h("p", { class: "row" }, h("a", { class: "button", href: `#/read/${id}` }, "Go to the book"))),
    Object.entries(report.pictures).map(([name, checked]) =>
      checkedPicture(name, checked, assets[name]?.url ?? `/api/v1/stories/${id}/assets/${name}`, pictures, [keeping(name, story), toCheck(name, checked, story)])),
    unchecked(report), cost(report)));
  return { title: `Report: ${story.title}`, leave: () => pictures.release() };
}

/** @param {any} report */
function summaryOf(report) {
  const all = /** @type {Checked[]} */ (Object.values(report.pictures));
  if (all.length === 0) return "No picture of this book has been checked yet.";
  const told = all.filter((one) => one.tries.some((tried) => tried.unverified < tried.findings.length));
  if (told.length === 0) return "No program could check these pictures. Please check them yourself.";
  const flagged = all.filter((one) => one.needs_review).length;
  const again = all.filter((one) => one.tries.length > 1).length;
  return [`${told.length} ${told.length === 1 ? "picture was" : "pictures were"} checked.`,
    again ? `${again} had to be painted again.` : "", flagged ? `Please check ${flagged} of them yourself.` : ""].filter(Boolean).join(" ");
}

/** The sheet of one kept hero may be what later books are painted from. @param {string} name @param {any} story */
function keeping(name, story) {
  const [hero, ...others] = story.brief.characters;
  if (name !== "character_sheet" || others.length || !hero.id) return null;
  const told = h("span", { role: "status" });
  const keep = h("button", { class: "button small", type: "button", onclick: async () => {
    keep.disabled = true;
    try {
      await approveSheet(hero.id, story.id);
      setText(told, `Later books paint ${hero.name} like this.`);
    } catch (fault) {
      if (!(fault instanceof ApiError)) throw fault;
      setText(told, fault.message);
      keep.disabled = false;
    }
  } }, `Paint ${hero.name} like this in later books`);
  return h("p", { class: "row" }, keep, told);
}

/** What a person should look at, each with a button that draws the picture again with it. @param {string} name @param {Checked} checked @param {any} story */
function toCheck(name, checked, story) {
  if (name === "character_sheet" || !checked.to_check.length) return null;
  const told = h("p", { role: "status" });
  const books = Object.entries(story.asset_generation_status.assets).filter(([, asset]) => isBook(asset)).map(([book]) => book);
  /** @param {ToCheck} one */
  const again = (one) => h("button", { class: "button small", type: "button", dir: "auto", onclick: async () => {
    try {
      await regenerate(story.id, [name, ...books], false, one.draw_again_with);
      setText(told, "The picture is drawn again. You can restore the earlier picture in the book.");
    } catch (fault) {
      if (!(fault instanceof ApiError)) throw fault;
      setText(told, fault.message);
    }
  } }, `Draw this again with ${one.draw_again_with}`);
  const missed = checked.to_check.some((one) => one.why === "missed");
  return h("details", { class: "fold", open: missed }, h("summary", {}, "Does it look right?"),
    h("p", {}, "If it does, nothing needs to be done."),
    h("ul", {}, checked.to_check.map((one) => h("li", { dir: "auto" }, h("p", {}, one.question), again(one)))), told);
}

/** @param {string} name @param {Checked} checked @param {string} url @param {Pictures} pictures @param {any} [more] */
function checkedPicture(name, checked, url, pictures, more) {
  const image = h("img", { class: "picture", alt: "" });
  pictures.show(image, url);
  const kept = checked.tries.find((one) => one.number === checked.kept) ?? checked.tries.at(-1);
  const earlier = checked.tries.filter((one) => one !== kept);
  return h("section", { class: "sheet checked", dataset: { asset: name } }, h("div", { class: "frame" }, image),
    h("div", {}, h("h2", {}, titleOf(name)), more,
      checked.needs_review ? h("p", { class: "review" }, "After three tries, something that you asked for may still be missing. This is the best picture. Please check it.") : null,
      kept ? findings(kept) : null,
      earlier.map((one) => h("details", { class: "fold" }, h("summary", {}, `Try ${one.number}, which is not used`), findings(one),
        one.feedback ? h("p", {}, `Instruction for the next try: ${one.feedback}`) : null))));
}

/** @param {Try} tried */
function findings(tried) {
  const seen = tried.findings.filter((one) => one.verdict !== "not_verifiable");
  const unseen = tried.findings.filter((one) => one.verdict === "not_verifiable");
  return [
    seen.length ? h("dl", { class: "findings" }, seen.map((one) => h("div", { dataset: { verdict: one.verdict } },
      h("dt", { dir: "auto" }, one.question), h("dd", { dir: "auto" }, h("strong", {}, SAID[one.verdict] ?? one.verdict), ` ${one.evidence}`)))) : null,
    unseen.length ? h("details", { class: "fold" }, h("summary", {}, `${unseen.length} ${unseen.length === 1 ? "question" : "questions"} could not be checked by a program`),
      h("p", {}, unseen[0].evidence), h("ul", {}, unseen.map((one) => h("li", { dir: "auto" }, one.question)))) : null];
}

/** @param {any} report */
function unchecked(report) {
  const photographs = report.references.filter((/** @type {Finding} */ one) => one.verdict === "present");
  if (!report.not_checked.length && !photographs.length) return null;
  return h("section", { class: "sheet" }, h("h2", {}, "What was not checked"),
    photographs.length ? h("p", {}, "A picture of a hero is a photograph of a person. It was not sent to the illustrator, and no picture was painted from it.") : null,
    h("ul", {}, report.not_checked.map((/** @type {any} */ one) => h("li", { dir: "auto" }, `${one.character}, ${one.name}: ${one.why}`))));
}

/** @param {any} report */
function cost(report) {
  const rows = report.calls.map((/** @type {any} */ row) => h("tr", {}, h("th", { scope: "row" }, STEPS[row.step] ?? row.step),
    h("td", {}, row.model), h("td", {}, String(row.calls)), h("td", {}, row.cost_usd ? dollars(row.cost_usd) : "nothing")));
  return h("section", { class: "sheet" }, h("h2", {}, "Calls to programs, and their cost"),
    h("div", { class: "scrolls", tabindex: "0", role: "group", "aria-label": "Calls and cost" },
      h("table", {}, h("thead", {}, h("tr", {}, ["Step", "Model", "Calls", "Cost"].map((head) => h("th", { scope: "col" }, head)))),
        h("tbody", {}, rows), h("tfoot", {}, h("tr", {}, h("th", { scope: "row", colspan: 3 }, "Total"), h("td", {}, report.cost_usd ? dollars(report.cost_usd) : "nothing"))))),
    report.unknown ? h("p", {}, lost(report)) : null);
}

/** @param {any} report */
const lost = ({ unknown, unknown_usd: usd, budget_usd: budget }) =>
  `The answer to ${unknown === 1 ? "one of these calls" : `${unknown} of these calls`} was lost, so it is not known whether it was paid for. `
  + `At most ${dollars(usd)} ${budget === null ? "is set aside for it, in addition to the cost above." : `is set aside for it, and counts against the budget of ${dollars(budget)}.`}`;

/** @param {string} name */
const titleOf = (name) =>
  name === "cover" ? "The cover" : name === "character_sheet" ? "The heroes, drawn to look the same on every page" : `Page ${name.slice(6)}`;
