// A list of a stage, as its people or its chapters: each element folded or open, to be added, moved and removed.

import { confirm, form } from "../dialog.js";
import { fill, h, icon, setText } from "../dom.js";
import { control } from "./control.js";
import { GroupView, place } from "./group.js";
import { covers } from "./table.js";
import { T, fieldName } from "./texts.js";
import { chip } from "./value.js";

/** What no letter stands for. */
const ARTICLE = /^(?:an?|the)\s+/i;
const TONES = ["tA", "tB", "tC", "tD"];

export class CollectionView {
  /** @param {import("./session_page.js").SessionPage} page @param {string} path @param {import("./table.js").Collection} collection @param {number} [level] of its heading */
  constructor(page, path, collection, level = 3) {
    Object.assign(this, { page, path, collection, level });
    this.page = page;
    this.path = path;
    this.collection = collection;
    /** @type {Map<string, ElementView>} */
    this.views = new Map();
    this.heading = h(`h${level}`, {});
    this.list = h("div", { class: "elements" });
    this.add = h("button", { class: "button small", type: "button", onclick: () => askNew(page, path, collection) }, icon("plus"), T.add(T.one[collection.name]));
    this.element = h("section", { class: "collection stack s075", dataset: { value: path } }, h("div", { class: "split" }, this.heading, this.add), this.list);
    this.update();
  }

  update() {
    const { plan } = this.page;
    const ids = plan.ids(this.path);
    setText(this.heading, `${T.collections[this.collection.name]} (${ids.length})`);
    const stage = this.path.split(".")[0];
    this.add.hidden = !plan.may("EDIT_STAGE", stage) || ids.length >= this.collection.most;
    for (const [index, id] of ids.entries()) {
      if (!this.views.has(id)) this.views.set(id, new ElementView(this, id, index === 0 && this.collection.name === "people"));
    }
    for (const id of [...this.views.keys()]) if (!ids.includes(id)) this.views.delete(id);
    place(this.list, ids.map((id, index) => /** @type {ElementView} */ (this.views.get(id)).update(index, ids.length)));
  }

}

/** Ask for a new element: it begins with what the stage needs of it. @param {import("./session_page.js").SessionPage} page @param {string} path of its collection @param {import("./table.js").Collection} collection */
export async function askNew(page, path, collection) {
  const wanted = collection.fields.filter(({ needed }) => needed);
  const controls = (wanted.length ? wanted : collection.fields.slice(0, 1)).map((field) =>
    ({ field, ...control(field, null, page.plan, fieldName(field.name, collection.name)) }));
  const body = controls.map(({ field, element }) => h("div", { class: "field" }, h("p", { class: "label", "aria-hidden": "true" }, fieldName(field.name, collection.name)), element));
  await form({ title: T.add(T.one[collection.name]), body, answers: [{ value: "add", label: T.addYes, main: true }],
    act: () => page.command("EDIT_STAGE", { stage: path.split(".")[0], changes: [{ op: "add", path,
      value: Object.fromEntries(controls.map(({ field, read }) => [field.name, read()]).filter(([, value]) => value !== null)) }] }) });
}

class ElementView {
  /** @param {CollectionView} list @param {string} id @param {boolean} open */
  constructor(list, id, open) {
    this.list = list;
    this.page = list.page;
    this.path = `${list.path}.${id}`;
    this.face = h("span", { class: "face", "aria-hidden": "true" });
    this.name = h("span", { class: "name", dir: "auto" });
    this.line = h("small", { dir: "auto" });
    this.marks = h("span", { class: "chips" });
    this.body = h("div", { class: "body" });
    this.tools = h("div", { class: "row element-tools" });
    this.element = h("details", { class: "sheet person", open, dataset: { value: this.path } },
      h("summary", {}, this.face, h("span", { class: "heading" }, this.name, this.line), this.marks), this.body, this.tools);
    this.element.addEventListener("toggle", () => this.build());
    if (open) this.build();
  }

  /** What it holds is made when it is first opened: a plan has thousands of fields. */
  build() {
    if (this.parts || !this.element.open) return;
    const { fields, collections } = this.list.collection;
    this.parts = [new GroupView(this.page, this.path, fields),
      ...collections.map((one) => new CollectionView(this.page, `${this.path}.${one.name}`, one, 4))];
    fill(this.body, this.parts.map(({ element }) => element));
  }

  /** @param {number} index @param {number} of @returns {HTMLElement} */
  update(index, of) {
    const { plan } = this.page;
    const { collection } = this.list;
    const name = plan.nameOf(this.path);
    setText(this.name, name);
    setText(this.face, collection.name === "chapters" ? String(index + 1) : [...name.replace(ARTICLE, "")][0]?.toUpperCase() ?? "");
    this.face.className = `face ${TONES[index % TONES.length]}`;
    setText(this.line, String(plan.value(`${this.path}.${collection.line}`) ?? ""));
    const stage = plan.state.stages[this.path.split(".")[0]];
    const stale = Object.keys(stage.stale ?? {}).filter((path) => covers(this.path, path)).length;
    const missing = (plan.state.progress.missing[this.path.split(".")[0]] ?? []).some((/** @type {string} */ path) => covers(this.path, path));
    const lock = plan.lockOf(this.path);
    const key = [stale, missing, lock, index, of, name, plan.may("EDIT_STAGE", this.path.split(".")[0])].join();
    if (key !== this.shown) {
      fill(this.marks, lock && chip("lock", T.locked, "lock"), missing && chip("look", T.needed), stale > 0 && chip("look", T.stageIs.look(stale)));
      fill(this.tools, this.toolsOf(lock, index, of, name));
      this.shown = key;
    }
    for (const part of this.parts ?? []) part.update();
    return this.element;
  }

  /** @param {string | null} lock @param {number} index @param {number} of @param {string} name */
  toolsOf(lock, index, of, name) {
    const { plan } = this.page;
    if (!plan.may("EDIT_STAGE", this.path.split(".")[0])) return [];
    const button = (/** @type {string} */ label, /** @type {() => any} */ onclick, off = false) =>
      h("button", { class: "button small quiet", type: "button", onclick, disabled: off, "aria-label": `${label}: ${name}` }, label);
    return [button(lock ? T.unlockThis : T.lockThis, () => this.page.send(lock ? "UNLOCK_FIELDS" : "LOCK_FIELDS", { paths: [lock ?? this.path] })),
      of > 1 && button(T.moveUp, () => this.change("move", index - 1), index === 0),
      of > 1 && button(T.moveDown, () => this.change("move", index + 1), index === of - 1),
      button(T.remove, () => this.remove(name), Boolean(lock))];
  }

  /** @param {"move" | "remove"} op @param {number} [value] */
  change(op, value) {
    return this.page.send("EDIT_STAGE", { stage: this.path.split(".")[0], changes: [{ op, path: this.path, value }] });
  }

  /** @param {string} name */
  async remove(name) {
    const { plan } = this.page;
    const own = Object.keys(plan.state.stages[this.path.split(".")[0]].fields).map((one) => `${this.path.split(".")[0]}.${one}`).filter((path) => covers(this.path, path));
    const sure = await confirm({ title: T.removeTitle(name), text: T.removeText(plan.touched(own).length), yes: T.removeYes });
    if (sure && (await this.change("remove"))) this.list.add.focus();
  }
}
