// What a person changes in a book that is made: its words, all of its pictures, or which picture stands.

import { isBook } from "./captions.js";
import { ApiError, clearImages, editContent, estimateStory, generateImages, listVersions, regenerate, restoreVersion } from "./client.js";
import { confirm, form } from "./dialog.js";
import { h } from "./dom.js";
import { field, paragraph, text } from "./fields.js";

/**
 * Change a page's words, or what its picture shows. Answers with what was done, or null if nothing changed.
 * @param {any} story @param {number} page
 * @returns {Promise<string | null>}
 */
export async function editPage(story, page) {
  const beat = story.content.beats[page - 1];
  const words = paragraph({ rows: 7, maxlength: 4000, required: true, dir: "auto" }, beat.text);
  const shown = paragraph({ rows: 3, maxlength: 1000, dir: "auto" }, beat.alt);
  words.setSelectionRange(0, 0);
  const save = saving(story);
  return form({
    title: `Change page ${page}`,
    body: [
      field({ path: "text", label: "The words of this page", control: words, wide: true }),
      field({ path: "alt", label: "What its picture shows", control: shown, wide: true }),
      h("p", { class: "hint" }, "“Save and make again” makes a new picture and a new narration of this page,"
        + " and makes the files to download again. Every other picture and page stays as it is."),
    ],
    answers: [{ value: "save", label: "Only save" }, { value: "rebuild", label: "Save and make again", main: true }],
    act: (answer) => {
      const change = { index: page, text: words.value.trim(), ...(shown.value.trim() ? { alt: shown.value.trim() } : {}) };
      return save(change, answer === "rebuild");
    },
  });
}

/** Saves a change of a page, unless the story was changed elsewhere since it was read. @param {any} story */
function saving(story) {
  let version = story.version;
  return async (/** @type {any} */ change, /** @type {boolean} */ rebuild) => {
    try {
      await editContent(story.id, { beats: [change], rebuild, expected_version: version });
    } catch (fault) {
      if (!(fault instanceof ApiError) || fault.code !== "VERSION_CONFLICT") throw fault;
      version = fault.data.version;
      throw new ApiError(409, fault.code, "This story was changed elsewhere meanwhile. To replace that change by yours, save again.");
    }
  };
}

/**
 * Make one picture again, as a person says what it shows, or once more as it was meant. Answers with what was
 * done, or null if nothing changed.
 * @param {any} story @param {number} page 0 for the cover
 * @returns {Promise<string | null>}
 */
export async function redrawPage(story, page) {
  const meant = page ? story.content.beats[page - 1].alt : "";
  const shown = paragraph({ rows: 4, maxlength: 1000, dir: "auto" }, meant);
  const refuse = refusal("Draw it again");
  const save = saving(story);
  const books = Object.entries(story.asset_generation_status.assets).filter(([, asset]) => isBook(asset)).map(([name]) => name);
  return form({
    title: page ? `Draw the picture of page ${page} again` : "Draw the cover again",
    body: [page ? field({ path: "alt", label: "What should the picture show?", control: shown, wide: true })
      : field({ path: "instructions", label: "What should be different?", control: shown, wide: true,
        hint: "Leave it empty to have the same cover drawn once more." }),
      h("p", { class: "hint" }, `Only ${page ? "this picture" : "the cover"} and the files to download are made again. You can restore the earlier picture.`
        + (page ? "" : " The pages are drawn to match their cover, so the studio then offers to draw them again, too."))],
    answers: [{ value: "again", label: "Draw it again", main: true }],
    act: async () => {
      const said = shown.value.trim();
      if (page && said && said !== meant) return save({ index: page, alt: said }, true);
      if (!page) await refuse(look("", said));
      return regenerate(story.id, [page ? `scene_${page}` : "cover", ...books], false, page ? "" : said);
    },
  });
}

/**
 * Ask for all pictures anew. Where that is under way already, offers to clear it. Answers whether a job has begun.
 * @param {string} id of a story
 */
export async function newPictures(id) {
  const style = text({ maxlength: 200, placeholder: "as before" });
  const wishes = paragraph({ rows: 3, maxlength: 1000, dir: "auto" });
  const refuse = refusal("Make new pictures");
  const done = await form({
    title: "Make new pictures",
    body: [
      field({ path: "style", label: "Style", control: style, hint: "Soft gouache, bold linocut, coloured pencil …", wide: true }),
      field({ path: "instructions", label: "Wishes", control: wishes, hint: "These wishes apply to every picture.", wide: true }),
      h("p", { class: "hint" }, "The cover and all pages get new pictures, and the files to download are made again."
        + " The words and the voice stay. You can restore earlier pictures."),
    ],
    answers: [{ value: "yes", label: "Make new pictures", main: true }],
    act: async () => {
      const asked = look(style.value, wishes.value);
      await refuse(asked);
      await generateOrClear(id, asked);
    },
  });
  return done !== null;
}

/** @param {string} style @param {string} instructions */
const look = (style, instructions) => ({
  ...(style.trim() ? { style: style.trim() } : {}),
  ...(instructions.trim() ? { instructions: instructions.trim() } : {}),
});

/** Says once which wishes are not heeded. The second time is meant. @param {string} button */
function refusal(button) {
  let told = "";
  return async (/** @type {Record<string, string>} */ asked) => {
    const unmet = await unmetBy(asked);
    if (!unmet || unmet === told) return;
    told = unmet;
    throw new ApiError(0, "NOT_AS_WISHED", `${unmet} To go on without these wishes, choose “${button}” again.`);
  };
}

/** What of a look whoever paints here will not heed, in sentences. @param {Record<string, string>} asked */
async function unmetBy(asked) {
  if (!Object.keys(asked).length) return "";
  const { warning_details: all } = await estimateStory({ characters: [{ name: "?" }], ...asked });
  const painted = all.filter((/** @type {{code: string}} */ { code }) => code.endsWith("_NOT_PAINTED"));
  return painted.map((/** @type {{message: string}} */ { message }) => message).join(" ");
}

/** @param {string} id @param {Record<string, string>} asked */
async function generateOrClear(id, asked) {
  try {
    await generateImages(id, asked);
  } catch (fault) {
    if (!(fault instanceof ApiError) || fault.code !== "IMAGE_JOB_RUNNING") throw fault;
    const sure = await confirm({
      title: "Pictures are already being made",
      text: `This work started ${ago(fault.data.age_seconds)}, and is at ${fault.data.job?.progress ?? 0}%. `
        + "If it is stuck, you can stop it and start again. Its unfinished pictures are then lost.",
      yes: "Stop it and start again", no: "Let it continue",
    });
    if (!sure) throw fault;
    await clearImages(id);
    await generateImages(id, asked);
  }
}

/** @param {number} seconds */
function ago(seconds = 0) {
  const [count, unit] = seconds < 100 ? [Math.round(seconds), "second"] : [Math.round(seconds / 60), "minute"];
  return `${count} ${unit}${count === 1 ? "" : "s"} ago`;
}

/** What was asked for when a picture was made; else what it shows. @param {{style: string | null, instructions: string | null, alt: string | null}} version */
function labelOf({ style, instructions, alt }) {
  const asked = [style, instructions].filter(Boolean).join(". ");
  const text = asked ? `“${asked}”` : alt;
  return text ? h(asked ? "strong" : "span", { class: "label", dir: "auto", title: text }, text) : null;
}

/**
 * Show the pictures that were made for a place, to bring one back. Answers whether another stands now.
 * @param {string} id of a story @param {string} asset @param {import("./pictures.js").Pictures} pictures
 */
export async function earlierPictures(id, asset, pictures) {
  const { items } = await listVersions(id, asset);
  const figures = items.map((/** @type {any} */ version) => {
    const image = h("img", { alt: `Picture ${version.version}`, width: 160, height: 160 });
    pictures.show(image, version.url);
    const made = new Date(version.created_at).toLocaleString("en", { dateStyle: "medium", timeStyle: "short" });
    return h("figure", {}, image, h("figcaption", {}, labelOf(version), h("span", {}, made)),
      h("button", { class: "button small", value: version.version, disabled: version.current },
        version.current ? "In use" : "Restore"));
  });
  const done = await form({
    title: asset === "cover" ? "Pictures of the cover" : `Pictures of page ${asset.slice("scene_".length)}`,
    body: [
      h("p", { class: "hint" }, items.length > 1 ? "Parts that were made from the current picture, such as the PDF, will be marked as out of date."
        : "Only one picture exists so far. “New pictures” makes more."),
      h("div", { class: "versions" }, figures),
    ],
    answers: [],
    act: (version) => restoreVersion(id, asset, version),
  });
  return done !== null;
}
