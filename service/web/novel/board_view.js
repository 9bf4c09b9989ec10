// The board of a novel: its plan is finished, so cards are opened and read, and not moved.

import { h } from "../dom.js";
import { Board, boardBar, keyLine } from "../genesis/board.js";
import { BoardDrawer } from "../genesis/board_drawer.js";
import { findScene } from "../genesis/board_model.js";
import { B } from "../genesis/board_texts.js";
import { find } from "../genesis/table.js";
import { facts, namesOf } from "./read.js";
import { N } from "./texts.js";

/** @param {import("./novel_page.js").NovelPage} page */
export function boardView(page) {
  const { outline, session_id: session } = page.state;
  const names = namesOf(page.state);
  const drawer = new BoardDrawer();
  const open = (/** @type {string} */ path, /** @type {HTMLElement} */ button) => {
    const [, kind, id, , scene] = path.split(".");
    const found = scene ? findScene(outline, { chapter: id, scene }) : undefined;
    const element = found?.scene ?? outline[kind].find((/** @type {any} */ one) => one.id === id);
    const { collection } = find(path);
    const title = found ? B.scene(found.chapter.number, found.at + 1) : kind === "chapters" ? B.chapterName(element.number, element.title) : element.name ?? id;
    const fields = (collection?.fields ?? []).filter(({ name }) => name !== "number" && (found || name !== collection?.title));
    const chapter = kind === "chapters" && h("p", { class: "row element-tools" }, h("a", { class: "button small quiet", href: page.address("text", { chapter: (found?.chapter ?? element).number }) }, N.views[0][1]));
    drawer.open(title, [h("div", { class: "read-in-drawer" }, facts(element, fields, collection?.name ?? "", names)), chapter], () => button);
  };
  const board = new Board({ outline: () => outline, name: (id) => names.get(id) ?? id, isOpen: false, open, written: (chapter) => B.has(page.state.chapters[chapter]?.words ?? 0), say: () => undefined });
  const bar = boardBar(board, []);
  const number = Number(page.asked.get("chapter"));
  board.onWhole = () => {
    board.onWhole = undefined;
    if (number) requestAnimationFrame(() => board.scrollTo(number));
  };
  const branch = session && h("button", { class: "button small", type: "button", onclick: () => page.head.branch() }, N.branch);
  const whole = h("div", { class: "stack s075" }, h("h2", { class: "unseen" }, B.title), h("div", { class: "note" }, h("span", {}, session ? N.readOnly : N.noSession), branch), bar.element, board.element, keyLine(B.readKeys));
  board.update();
  bar.update();
  return { element: h("div", { class: "board-view" }, whole, drawer.element), leave: () => board.leave() };
}
