// What the checks of a plan have found: both sides with their words, and what was set aside, with the reason.

import { ApiError } from "../client.js";
import { form } from "../dialog.js";
import { fill, h, icon } from "../dom.js";
import { text } from "../fields.js";
import { readFindings } from "./api.js";
import { when } from "./past.js";
import { T } from "./texts.js";
import { chip } from "./value.js";

/** @param {import("./session_page.js").SessionPage} page */
export const findingsView = (page) => new Findings(page);

class Findings {
  /** @param {import("./session_page.js").SessionPage} page */
  constructor(page) {
    this.page = page;
    this.list = h("div", { class: "stack" });
    this.element = h("section", { class: "stack", "aria-labelledby": "findings-title" },
      h("div", {}, h("h2", { id: "findings-title" }, T.findingsTitle), h("p", { class: "soft flush" }, T.findingsLead)), this.list);
  }

  update() {
    const { version } = this.page.plan.state;
    if (version !== this.version) this.read();
    this.version = version;
  }

  async read() {
    try {
      const found = await readFindings(this.page.id);
      const open = found.filter(({ dismissed }) => !dismissed);
      fill(this.list, open.map((one) => this.item(one)), !open.length && h("div", { class: "sheet emptyland" }, icon("check"), h("h3", {}, T.noFindings), h("p", { class: "soft flush" }, T.noFindingsText)),
        found.length > open.length && h("h3", {}, T.dismissed), found.filter(({ dismissed }) => dismissed).map((one) => this.item(one)));
    } catch (fault) {
      if (!(fault instanceof ApiError)) throw fault;
      this.page.tell(fault.message);
    }
  }

  /** @param {any} one */
  item(one) {
    const { page } = this;
    const { dismissed } = one;
    return h("article", { class: "sheet finding stack s075", dataset: { finding: one.id } },
      h("div", { class: "split" }, h("p", { class: "flush", dir: "auto" }, chip(one.severity === "warning" ? "bad" : "look", one.severity === "warning" ? T.warning : T.hint), " ", one.message),
        !dismissed && page.plan.may("DISMISS_FINDING") && h("button", { class: "button small", type: "button", onclick: () => this.dismiss(one) }, T.dismiss)),
      h("div", { class: "quotes" }, one.citations.map((/** @type {any} */ cited) => h("figure", {},
        h("figcaption", {}, h("a", { href: page.address(cited.path.split(".")[0]), onclick: (/** @type {Event} */ event) => (event.preventDefault(), page.find(cited.path)) }, page.plan.label(cited.path))),
        h("blockquote", { dir: "auto" }, cited.quote)))),
      dismissed && h("p", { class: "small soft flush", dir: "auto" }, `${T.dismissed}${dismissed.at ? `, ${when(dismissed.at)}` : ""}: “${dismissed.reason}”`));
  }

  /** @param {any} one */
  async dismiss(one) {
    const reason = text({ required: true, maxlength: 200, "aria-label": T.reason });
    await form({ title: T.dismissTitle, body: [h("p", { dir: "auto" }, one.message), h("p", { class: "hint" }, T.dismissHint), reason],
      answers: [{ value: "dismiss", label: T.dismissYes, main: true }], act: () => this.page.command("DISMISS_FINDING", { finding_id: one.id, reason: reason.value }) });
    this.read();
  }
}
