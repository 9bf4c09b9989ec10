// Dialogs: questions that must be answered before something is lost, and forms in the midst of a page.

import { ApiError } from "./client.js";
import { h, setText } from "./dom.js";

let made = 0;

/**
 * Ask for a decision in a modal dialog; Escape is no.
 * @param {{title: string, text: string, yes: string, no?: string, grave?: boolean}} question
 * @returns {Promise<boolean>}
 */
export function confirm({ title, text, yes, no = "Keep it", grave = true }) {
  const dialog = h("dialog", { class: "dialog", "aria-labelledby": `dialog-${(made += 1)}` },
    h("form", { method: "dialog" },
      h("h2", { id: `dialog-${made}` }, title), h("p", {}, text),
      h("p", { class: "row end" },
        h("button", { class: "button", value: "no", autofocus: true }, no),
        h("button", { class: `button ${grave ? "grave" : "primary"}`, value: "yes" }, yes))));
  return shown(dialog).then((answer) => answer === "yes");
}

/** Show a dialog until it is answered or the page is left; gives its answer. @param {any} dialog @returns {Promise<string>} */
function shown(dialog) {
  const leave = () => dialog.close();
  window.addEventListener("hashchange", leave);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) =>
    dialog.addEventListener("close", () => {
      window.removeEventListener("hashchange", leave);
      dialog.remove();
      resolve(dialog.returnValue);
    }));
}

/**
 * A form in a modal dialog. It stays open, with what was typed, until `act` has done its work; a refusal
 * is shown in it. Answers with the button that did it, or null where the person left.
 * @param {{title: string, body: any[], answers: {value: string, label: string, main?: boolean}[],
 *   act: (answer: string) => Promise<any>}} parts
 * @returns {Promise<string | null>}
 */
export function form({ title, body, answers, act }) {
  const id = `dialog-${(made += 1)}`;
  const problem = h("p", { class: "problem", role: "alert", hidden: true });
  const leave = h("button", { class: "button", type: "button", onclick: () => dialog.close() }, answers.length ? "Cancel" : "Close");
  const content = h("form", {}, h("h2", { id }, title), body, problem,
    h("p", { class: "row end" }, leave, answers.map(({ value, label, main }) =>
      h("button", { class: main ? "button primary" : "button", value }, label))));
  const dialog = h("dialog", { class: "dialog wide", "aria-labelledby": id }, content);
  content.addEventListener("submit", async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const answer = /** @type {HTMLButtonElement} */ (event.submitter)?.value || answers[answers.length - 1]?.value;
    const buttons = [...content.querySelectorAll("button:enabled")];
    for (const button of buttons) button.disabled = true;
    problem.hidden = true;
    try {
      await act(answer);
      dialog.close(answer);
    } catch (fault) {
      if (!(fault instanceof ApiError)) throw fault;
      setText(problem, fault.message);
      problem.hidden = false;
    } finally {
      for (const button of buttons) button.disabled = false;
    }
  });
  return shown(dialog).then((answer) => answer || null);
}
