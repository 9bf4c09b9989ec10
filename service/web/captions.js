// What assets are called.

/** @typedef {import("./client.js").Asset} Asset */

/** Whether an asset is a book to save: a file that is neither picture nor sound. @param {Asset} asset */
export const isBook = (asset) => Boolean(asset.url && asset.media_type?.startsWith("application/"));

/** A book by its format, where it is named for that, else by its name. @param {string} name @param {Asset} asset */
export function captionOf(name, asset) {
  const format = asset.media_type?.match(/^application\/(\w+)/)?.[1];
  return name === format ? name.toUpperCase() : name.replaceAll("_", " ");
}

/** An asset in a sentence. @param {string} name @param {Asset} asset */
export function called(name, asset) {
  if (name.startsWith("scene_")) return `the picture of page ${name.slice("scene_".length)}`;
  return { audio: "the narration", activities: "the questions", content: "the words" }[name] ?? `the ${captionOf(name, asset)}`;
}
