// A menu that unfolds below its button: it closes by Escape, by a choice, by a click beside it, and when the focus leaves it.

import { h } from "./dom.js";

/** @param {any} button what its button shows @param {Record<string, any>} properties of the button @param {any[]} items */
export function menu(button, properties, items) {
  const summary = h("summary", properties, button);
  const fold = h("details", { class: "menu" }, summary, h("div", { class: "menu-list" }, items));
  const shut = (/** @type {boolean} */ focus) => {
    fold.open = false;
    if (focus) summary.focus();
  };
  const beside = (/** @type {Event} */ event) => !fold.contains(event.target) && shut(false);
  fold.addEventListener("toggle", () => fold.open ? document.addEventListener("pointerdown", beside) : document.removeEventListener("pointerdown", beside));
  fold.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && fold.open && (event.stopPropagation(), shut(true)));
  fold.addEventListener("focusout", (/** @type {FocusEvent} */ event) => event.relatedTarget && !fold.contains(event.relatedTarget) && shut(false));
  fold.addEventListener("click", (/** @type {MouseEvent} */ event) => /** @type {Element} */ (event.target).closest(".menu-list > *") && shut(true));
  return fold;
}
