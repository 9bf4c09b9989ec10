// Who is at work on a story, and how far each is.

import { h, icon, setText } from "./dom.js";

/** @typedef {import("./client.js").Asset} Asset @typedef {import("./client.js").StoryState} StoryState */

const ROLES = [
  { id: "content", name: "Storyteller", busy: "writing", done: "The words are written" },
  { id: "pictures", name: "Illustrator", busy: "painting", done: "Every picture is painted" },
  { id: "audio", name: "Voice", busy: "reading aloud", done: "The book is read aloud" },
  { id: "activities", name: "Questioner", busy: "thinking of questions", done: "The questions are ready" },
  { id: "pdf", name: "Bookbinder", busy: "setting the pages", done: "The book is bound" },
];

/** The answer to a paid call was lost twice: the reader decides whether it is paid for once more. */
const HELD = "PROVIDER_OUTCOME_UNKNOWN";

/** What a person has to do before the work goes on. */
const BLOCKED = ["INSUFFICIENT_QUOTA", "PROVIDER_KEY_REFUSED", HELD];

const isPicture = (/** @type {string} */ name) => name === "cover" || name.startsWith("scene_");

/** What an asset's state is called. @param {Asset | undefined} asset @param {string} busy */
export function stateText(asset, busy) {
  if (!asset || asset.status === "pending") return "waiting";
  if (asset.status === "generating") return `${busy}, ${asset.progress}%`;
  if (asset.status === "retrying") return isBlocked(asset) ? "waiting" : "trying again";
  return { ready: "ready", failed: "failed", cancelled: "stopped", skipped: "left out" }[asset.status] ?? asset.status;
}

/** @param {Asset} asset */
const isBlocked = (asset) => asset.status === "retrying" && BLOCKED.includes(asset.error_code ?? "");

/** Whether a part of the story waits until its reader lets it go on. @param {StoryState} state */
export const isHeld = (state) => [...Object.values(state.assets), ...Object.values(state.jobs ?? {})]
  .some((asset) => isBlocked(asset) && asset.error_code === HELD);

export class ProgressPanel {
  constructor() {
    this.rows = ROLES.map((role) => ({ role, ...row(role) }));
    this.element = h("ul", { class: "progress-panel", role: "list" }, this.rows.map(({ element }) => element));
  }

  /** @param {StoryState} state */
  update(state) {
    for (const { role, element, text, bar } of this.rows) {
      const asset = role.id === "pictures" ? pictures(state) : state.assets[role.id];
      element.hidden = !asset;
      if (!asset) continue;
      element.dataset.state = asset.status;
      setText(text, asset.status === "ready" ? role.done : sentence(role, asset));
      bar.value = asset.status === "ready" ? 100 : asset.progress;
    }
  }
}

/** @param {typeof ROLES[number]} role */
function row({ id, name }) {
  const text = h("span", { class: "doing" }, "waiting");
  const bar = h("progress", { max: 100, value: 0, "aria-label": name });
  const element = h("li", { dataset: { role: id } }, icon(id), h("div", {}, h("strong", {}, name), text, bar));
  return { element, text, bar };
}

/** @param {typeof ROLES[number]} role @param {Asset} asset */
function sentence(role, asset) {
  const text = role.id === "pictures" ? paintingText(asset) : stateText(asset, role.busy);
  // Why a part failed is told once, at the head of the page.
  return asset.error && asset.status === "retrying" ? `${text}: ${asset.error}` : text;
}

/** All pictures as one. @param {StoryState} state @returns {Asset | null} */
function pictures(state) {
  const all = Object.entries(state.assets).filter(([name]) => isPicture(name)).map(([, asset]) => asset);
  if (all.length === 0) return null;
  const ready = all.filter((asset) => asset.status === "ready").length;
  const progress = Math.round(all.reduce((sum, asset) => sum + (asset.status === "ready" ? 100 : asset.progress), 0) / all.length);
  const worst = ["failed", "cancelled", "skipped", "generating", "retrying"].find((status) =>
    all.some((asset) => asset.status === status));
  const open = all.some((asset) => ["generating", "retrying"].includes(asset.status));
  const drawing = all.some((asset) => asset.status === "generating");
  const blocked = [...all, ...Object.values(state.jobs ?? {})].find(isBlocked);
  if (blocked && !drawing) return { ...blocked, progress, metadata: { ready, count: all.length } };
  const status = ready === all.length ? "ready" : open ? "generating" : worst ?? (ready ? "generating" : "pending");
  return { status, progress, metadata: { ready, count: all.length } };
}

/** @param {Asset} asset */
function paintingText({ status, progress, metadata }) {
  if (status === "pending") return "waiting";
  const done = `${metadata.ready} of ${metadata.count} pictures`;
  if (status === "retrying") return `${done}; waiting`;
  return status === "generating" ? `painting, ${done}, ${progress}%` : `${done}; the rest ${status}`;
}
