// The head of a novel: its name, whether it is heard, what it has cost, and what can be done with the whole.

import { announce } from "../announcer.js";
import { confirm } from "../dialog.js";
import { fill, h, icon, setText } from "../dom.js";
import { readState, send } from "../genesis/api.js";
import { MODES, T } from "../genesis/texts.js";
import { loaded } from "../loading.js";
import { dollars } from "../money.js";
import { deleteNovel, exportPath, readExport } from "./api.js";
import { menu } from "../menu.js";
import { N } from "./texts.js";

export class Head {
  /** @param {import("./novel_page.js").NovelPage} page */
  constructor(page) {
    this.page = page;
    const { title, session_id: session } = page.state;
    this.eyebrow = h("p", { class: "eyebrow" });
    this.mode = h("p", { class: "mode", dataset: { mode: "connecting" } }, MODES.connecting);
    this.sum = h("span", { class: "num" });
    this.meter = h("meter", { min: 0, hidden: true });
    this.note = h("div", { class: "head-notes" });
    const item = (/** @type {string} */ label, /** @type {() => any} */ onclick) => h("button", { class: "button quiet", type: "button", onclick }, label);
    const files = menu([icon("down"), N.exports], { class: "button small", "aria-label": N.exportsLabel }, N.formats.map(([format, name, ending]) =>
      h("a", { class: "button quiet", href: exportPath(page.id, format), download: "", onclick: (/** @type {Event} */ event) => (event.preventDefault(), this.save(format)) }, name, h("span", { class: "tiny soft" }, ending))));
    const more = menu(icon("more"), { class: "iconic", "aria-label": N.more }, [item(N.book, () => this.makeBook()),
      session && h("a", { class: "button quiet", href: `#/novels/${session}` }, N.toSession), session && item(N.branch, () => this.branch()), h("button", { class: "button quiet gone", type: "button", onclick: () => this.remove() }, N.remove)]);
    this.tabs = N.views.map(([view, name]) => h("a", { href: page.address(view), "aria-current": view === page.name && "page" }, name));
    this.element = h("header", {}, h("div", { class: "workhead" }, h("div", {}, this.eyebrow, h("h1", { dir: "auto" }, title)),
      h("div", { class: "facts" }, this.mode, h("div", { class: "spent" }, this.sum, this.meter), files, more)), this.note,
    h("nav", { class: "tabs", "aria-label": N.thisNovel }, this.tabs));
  }

  /** @param {string} mode */
  hear(mode) {
    this.mode.dataset.mode = mode;
    setText(this.mode, MODES[mode]);
    fill(this.note, mode === "away" && h("div", { class: "problem mildly" }, h("b", {}, `${N.away}. `), h("span", { class: "small" }, N.awayText)));
  }

  update() {
    const { state } = this.page;
    const chapters = Object.values(state.chapters);
    setText(this.eyebrow, N.eyebrow(chapters.filter(({ version }) => version > 0).length, chapters.length));
    const { cost_usd: cost } = state.spend, most = state.budget_usd;
    const sum = T.spent(dollars(cost), most ? dollars(most) : null);
    setText(this.sum, sum);
    this.meter.hidden = !most;
    Object.assign(this.meter, { max: most ?? 1, high: 0.95 * (most ?? 1), low: 0.75 * (most ?? 1), optimum: 0, value: cost });
    this.meter.setAttribute("aria-label", T.spentLabel(sum));
  }

  /** Save a file: it is read with the token, which no link has. @param {string} format */
  async save(format) {
    announce(N.exporting);
    const found = await this.page.attempt(() => readExport(this.page.id, format));
    if (!found) return;
    const url = URL.createObjectURL(found.file);
    h("a", { href: url, download: found.name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
    announce(N.exported(found.name));
  }

  makeBook() {
    const { page } = this;
    return page.attempt(async () => (await loaded(async () => (await import("./book.js")).makeBook))(page));
  }

  /** Go on from the plan in a session of its own. */
  async branch() {
    const { session_id: id } = this.page.state;
    const done = await this.page.attempt(async () => {
      const { version, mode } = await readState(id);
      return send("START_GENESIS", { mode, from: { session_id: id, version } });
    });
    if (done) location.hash = `#/novels/${done.session_id}`;
  }

  async remove() {
    const { id, state } = this.page;
    const sure = await confirm({ title: N.removeTitle(state.title), text: N.removeText, yes: N.removeYes });
    if (!sure || !(await this.page.attempt(() => deleteNovel(id)))) return;
    announce(N.removed(state.title));
    location.hash = "#/novels";
  }
}
