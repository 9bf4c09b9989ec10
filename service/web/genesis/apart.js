// What a field shows where its words could not be saved: both versions, or the lock, with what can be done.

import { fill, h } from "../dom.js";
import { marked } from "./diff.js";
import { T } from "./texts.js";

/** @typedef {import("./value.js").ValueView} ValueView */

/** @param {string} label @param {() => void} onclick @param {string} [kind] */
const button = (label, onclick, kind = "") => h("button", { class: `button small ${kind}`, type: "button", onclick }, label);

/** @param {ValueView} view @param {import("./edits.js").Draft | undefined} draft */
export function showApart(view, draft) {
  view.apart.hidden = draft?.state !== "conflict" && draft?.state !== "refused";
  if (!draft || view.apart.hidden) fill(view.apart);
  else if (draft.state === "refused") fill(view.apart, refused(view, draft));
  else fill(view.apart, both(view, draft));
}

/** @param {ValueView} view @param {import("./edits.js").Draft} draft */
function refused(view, draft) {
  const { edits } = view.page;
  return [h("p", { class: "small" }, draft.message), h("div", { class: "row" },
    draft.locked && button(T.unlockSave, () => unlockAndSave(view, draft.value), "primary"),
    button(T.dropMine, () => (edits.drop(view.path), view.close())))];
}

/** @param {ValueView} view @param {import("./edits.js").Draft} draft */
function both(view, draft) {
  const { edits, plan } = view.page;
  const settle = (/** @type {any} */ value) => () => (edits.settle(view.path, value), view.close());
  const mine = plan.text(view.field, draft.value), theirs = plan.text(view.field, draft.theirs);
  const isText = view.field.kind === "text" || view.field.kind === "line";
  return [h("h4", {}, T.conflictTitle), h("p", { class: "small" }, T.conflictText),
    h("div", { class: "versions" },
      h("div", {}, h("b", {}, T.theirs), h("p", { class: "theirs", dir: "auto" }, theirs || T.gone)),
      h("div", {}, h("b", {}, T.mine), h("p", { class: "mine", dir: "auto" }, marked(theirs, mine, false)))),
    h("div", { class: "row" }, button(T.keepMine, settle(draft.value), "primary"), button(T.keepTheirs, () => (edits.drop(view.path), view.close())),
      isText && draft.theirs && draft.value && button(T.keepBoth, settle(`${draft.theirs}${view.field.kind === "text" ? "\n" : " / "}${draft.value}`)))];
}

/** @param {ValueView} view @param {any} value */
async function unlockAndSave(view, value) {
  const lock = view.page.plan.lockOf(view.path);
  if (!lock || (await view.page.send("UNLOCK_FIELDS", { paths: [lock] }))) view.page.edits.settle(view.path, value);
}
