// What the checks have found in the plan: it is the session's, and is read from there as long as that exists.

import { h } from "../dom.js";
import { readState } from "../genesis/api.js";
import { findingsView as ofSession } from "../genesis/findings.js";
import { Plan } from "../genesis/plan.js";
import { N } from "./texts.js";

/** @param {import("./novel_page.js").NovelPage} page */
export function findingsView(page) {
  const element = h("div", {});
  const { session_id: id } = page.state;
  if (id) page.attempt(() => readState(id)).then((state) => state && element.append(shown(page, state)));
  else element.append(h("p", { class: "soft" }, N.noFindings));
  return { element };
}

/** @param {import("./novel_page.js").NovelPage} page @param {any} state of the session */
function shown(page, state) {
  const plan = new Plan({ ...state, available_actions: [] });
  const address = (/** @type {string} */ stage) => `#/novels/${state.id}?step=${stage}`;
  const owner = { id: state.id, plan, address, find: (/** @type {string} */ path) => (location.hash = address(path.split(".")[0])), tell: (/** @type {string} */ text) => page.tell(text) };
  const view = ofSession(/** @type {any} */ (owner));
  view.update();
  return view.element;
}
