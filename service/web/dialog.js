// Questions that must be answered before something is lost.

import { h } from "./dom.js";

/**
 * Ask for a decision in a modal dialog; Escape is no.
 * @param {{title: string, text: string, yes: string, no?: string, grave?: boolean}} question
 * @returns {Promise<boolean>}
 */
export function confirm({ title, text, yes, no = "Keep it", grave = true }) {
  const dialog = h("dialog", { class: "dialog", "aria-labelledby": "dialog-title" },
    h("form", { method: "dialog" },
      h("h2", { id: "dialog-title" }, title), h("p", {}, text),
      h("p", { class: "row end" },
        h("button", { class: "button", value: "no", autofocus: true }, no),
        h("button", { class: `button ${grave ? "grave" : "primary"}`, value: "yes" }, yes))));
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) =>
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    }));
}
