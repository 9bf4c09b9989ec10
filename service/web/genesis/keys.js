// Keys of one letter. They are off in text fields and dialogs, and can be switched off (WCAG 2.1.4).

import { form } from "../dialog.js";
import { h } from "../dom.js";
import { T } from "./texts.js";

const KEPT = "storytroupe.genesis.keys";
const GO_MS = 1500;

/** What takes letters itself. */
const WRITES = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

export class Keys {
  /** @param {import("./session_page.js").SessionPage} page */
  constructor(page) {
    this.page = page;
    this.goes = 0;
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    document.addEventListener("keydown", (event) => this.press(event), { signal });
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const target = /** @type {Element} */ (event.target);
    const isOther = event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing;
    if (isOther || localStorage.getItem(KEPT) === "off" || target.closest?.(WRITES) || document.querySelector("dialog[open]")) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (this.take(key, target)) event.preventDefault();
  }

  /** @param {string} key @param {Element} target @returns {boolean} whether the key meant something */
  take(key, target) {
    const goes = Date.now() - this.goes < GO_MS;
    this.goes = key === "g" ? Date.now() : 0;
    if (key === "?") return void this.show(), true;
    if (goes && key in T.viewKeys) return this.goTo(T.viewKeys[key]);
    const value = /** @type {HTMLElement | null} */ (target.closest?.(".value"))?.dataset.value;
    return (value !== undefined && this.ofValue(key, value)) || Boolean(this.page.stageView?.proposals.press(key, target)) || Boolean(this.page.other?.press?.(key, target));
  }

  /** @param {string} view */
  goTo(view) {
    location.hash = this.page.address(this.page.stage, view);
    return true;
  }

  /** @param {string} key @param {string} path */
  ofValue(key, path) {
    const view = this.page.values.get(path);
    if (key === "e") view?.open();
    else if (key === "l" && !view?.lockButton.hidden) view?.lock();
    else if (key === "h") view?.pastButton.click();
    else return false;
    return true;
  }

  /** The keys in a list, and the switch that turns them off. */
  show() {
    const on = h("input", { type: "checkbox", checked: localStorage.getItem(KEPT) !== "off", onchange: () => localStorage.setItem(KEPT, on.checked ? "on" : "off") });
    const list = h("dl", { class: "key-list" }, T.keysList.map(([keys, what]) => h("div", {}, h("dt", {}, keys.split(/ {2}/).map((key) => [h("kbd", {}, key), " "])), h("dd", {}, what))));
    return form({ title: T.keysTitle, body: [list, h("label", { class: "tick" }, on, T.keysOn), h("p", { class: "small soft flush" }, T.keysOff)], answers: [], act: async () => {} });
  }
}
