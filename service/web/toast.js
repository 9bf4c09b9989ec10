// Short notes that everybody can see for a moment: those who listen hear them from the announcer.

import { announce } from "./announcer.js";
import { h } from "./dom.js";

const SECONDS = 6;

/**
 * Show a note. With `act` it has a button, as for taking something back; without it, or unless it is pressed in
 * time, `over` is called when the note goes. Answers with what ends the note at once.
 * @param {string} sentence @param {{label?: string, act?: () => void, over?: () => void, seconds?: number}} [parts]
 */
export function toast(sentence, { label = "", act, over, seconds = SECONDS } = {}) {
  announce(sentence);
  const end = (/** @type {(() => void) | undefined} */ then) => {
    if (!note.isConnected) return;
    clearTimeout(timer);
    note.remove();
    then?.();
  };
  const note = h("div", { class: "toast" }, h("span", { dir: "auto" }, sentence),
    act ? h("button", { class: "button small", type: "button", onclick: () => end(act) }, label) : null);
  let timer = 0;
  const run = () => (timer = window.setTimeout(() => end(over), seconds * 1000));
  // Nothing goes from under a finger or a focus.
  for (const stay of ["pointerenter", "focusin"]) note.addEventListener(stay, () => clearTimeout(timer));
  for (const go of ["pointerleave", "focusout"]) note.addEventListener(go, run);
  place().append(note);
  run();
  return () => end(over);
}

/** Where the notes stand, above whatever page there is. */
function place() {
  return document.querySelector(".toasts") ?? document.body.appendChild(h("section", { class: "toasts", "aria-label": "Notes" }));
}
