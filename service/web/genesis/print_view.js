// The plan of a session in one column, to be read or printed as it stands.

import { fill, h } from "../dom.js";
import { sectionsOf } from "../novel/read.js";
import { T } from "./texts.js";
import { bibleOf, outlineOf } from "./tree.js";

/** @param {import("./session_page.js").SessionPage} page */
export function printView(page) {
  const paper = h("article", { class: "paper" });
  let shown = 0;
  const update = () => {
    const { version, title } = page.plan.state;
    if (version === shown) return;
    shown = version;
    fill(paper, h("p", { class: "paper-title", dir: "auto" }, title || T.untitled), h("div", { class: "paper-plan stack s2" }, Object.values(sectionsOf({ bible: bibleOf(page.plan), outline: outlineOf(page.plan) }))));
  };
  return { element: h("div", { class: "stack" }, h("div", { class: "split no-print" }, h("p", { class: "soft flush" }, T.printText), h("button", { class: "button primary", type: "button", onclick: () => window.print() }, T.print)), paper), update };
}
