// A book in the library: its cover, its title, how it stands, and what can be done with it.

import { h, icon, setText } from "./dom.js";
import { titled } from "./titles.js";

/** @typedef {{id: string, title: string, summary: string | null, overall: string, progress: number,
 *   cover_url: string | null, created_at: string}} Listed */

/** Whether a book can be read. @param {Listed} story */
export const isReadable = ({ overall }) => overall === "ready" || overall === "partial";

export class StoryCard {
  /** @param {Listed} story @param {import("./pictures.js").Pictures} pictures @param {{rename(): void, remove(): void}} acts */
  constructor(story, pictures, { rename, remove }) {
    this.pictures = pictures;
    this.cover = h("img", { class: "picture", alt: "" });
    this.badge = h("span", { class: "badge" });
    this.title = h("span", { class: "card-title", dir: "auto" });
    this.link = h("a", { class: "card" },
      h("span", { class: "frame" }, h("span", { class: "blank" }, icon("book")), this.cover, this.badge), this.title);
    this.pen = h("button", { class: "bin pen", type: "button", onclick: rename }, icon("pencil"));
    this.bin = h("button", { class: "bin", type: "button", onclick: remove }, icon("bin"));
    this.element = h("li", { dataset: { story: story.id } }, this.link, this.pen, this.bin);
    this.update(story);
  }

  /** @param {Listed} story */
  update(story) {
    this.story = story;
    this.link.href = `#/${isReadable(story) ? "read" : "stories"}/${story.id}`;
    setText(this.title, this.name);
    setText(this.badge, badge(story));
    this.badge.dataset.state = story.overall;
    this.pen.hidden = !isReadable(story);
    this.pen.setAttribute("aria-label", `Rename “${this.name}”`);
    this.bin.setAttribute("aria-label", `Delete “${this.name}”`);
    if (story.cover_url) this.pictures.show(this.cover, story.cover_url);
  }

  get name() {
    return titled(this.story.title);
  }
}

/** @param {Listed} story */
function badge({ overall, progress }) {
  if (overall === "generating") return `Being made · ${progress}%`;
  return { ready: "Ready", partial: "Ready, a part is missing", failed: "Failed", cancelled: "Stopped" }[overall] ?? overall;
}
