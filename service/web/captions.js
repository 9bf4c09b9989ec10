// What assets are called.

/** @typedef {import("./client.js").Asset} Asset */

/** Whether an asset is a book to save: a file that is neither picture nor sound. @param {Asset} asset */
export const isBook = (asset) => Boolean(asset.url && asset.media_type?.startsWith("application/"));

/** The files for a printer. */
export const PRINT = ["print_book", "kdp_cover", "lulu_cover"];

/** @type {Record<string, string>} */
const PRINTED = { print_book: "print edition", kdp_cover: "cover for KDP", lulu_cover: "cover for Lulu" };

/** A book by its format, where it is named for that, else by its name. @param {string} name @param {Asset} asset */
export function captionOf(name, asset) {
  const format = asset.media_type?.match(/^application\/(\w+)/)?.[1];
  return name === format ? name.toUpperCase() : PRINTED[name] ?? name.replaceAll("_", " ");
}

/** An asset in a sentence. @param {string} name @param {Asset} asset */
export function called(name, asset) {
  if (name.startsWith("scene_")) return `the picture of page ${name.slice("scene_".length)}`;
  return { audio: "the narration", activities: "the questions", content: "the words" }[name] ?? `the ${captionOf(name, asset)}`;
}

/**
 * Assets in one list of words; all pictures of the pages together are one of them.
 * @param {string[]} names @param {Record<string, import("./client.js").Asset>} assets
 */
export function listed(names, assets) {
  const scenes = Object.keys(assets).filter((name) => name.startsWith("scene_"));
  const all = scenes.length > 1 && scenes.every((name) => names.includes(name));
  const words = names.filter((name) => !all || !scenes.includes(name)).map((name) => called(name, assets[name]));
  return new Intl.ListFormat("en").format(all ? ["the pictures of all pages", ...words] : words);
}
