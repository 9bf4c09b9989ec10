// What is opened on a board stands beside it: a column on wide pages, a sheet from below on narrow ones.

import { fill, h, icon, setText } from "../dom.js";
import { B } from "./board_texts.js";

export class BoardDrawer {
  /** @param {() => void} [onClose] */
  constructor(onClose) {
    this.onClose = onClose;
    this.title = h("h3", { id: "board-card-title", tabindex: "-1", dir: "auto" });
    this.body = h("div", { class: "board-card-body" });
    this.element = h("aside", { class: "drawer board-card", hidden: true, "aria-labelledby": "board-card-title" },
      h("header", {}, this.title, h("button", { class: "iconic", type: "button", "aria-label": B.close, onclick: () => this.close() }, icon("close"))), this.body);
    this.element.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && this.close());
  }

  /** @param {string} title @param {any[]} parts @param {() => HTMLElement | null} home what has the focus again afterwards */
  open(title, parts, home) {
    this.home = home;
    setText(this.title, title);
    fill(this.body, parts);
    this.element.hidden = false;
    this.element.parentElement?.classList.add("with-card");
    this.title.focus({ preventScroll: true });
  }

  close() {
    if (this.element.hidden) return;
    this.element.hidden = true;
    this.element.parentElement?.classList.remove("with-card");
    fill(this.body);
    this.onClose?.();
    this.home?.()?.focus();
  }
}
