// The plan that the novel was made from: its bible, its outline, and who is bound to whom.

import { h } from "../dom.js";
import { sectionsOf } from "./read.js";
import { N } from "./texts.js";

/** @param {import("./novel_page.js").NovelPage} page */
export function planView(page) {
  const { state } = page;
  const sections = sectionsOf(state);
  const links = Object.entries(sections).map(([id, section]) => h("li", {}, h("a", { href: `#part-${id}`, onclick: (/** @type {Event} */ event) => {
    event.preventDefault();
    section.scrollIntoView({ block: "start" });
    section.focus({ preventScroll: true });
  } }, N.sections[id])));
  return { element: h("div", { class: "plan-desk" }, h("nav", { class: "parts", "aria-label": N.planParts }, h("ul", { role: "list" }, links)),
    h("div", { class: "stack s2" }, h("p", { class: "soft flush" }, state.session_id ? N.readOnly : N.noSession), Object.values(sections))) };
}
