// Questions to talk about, each with an answer that is shown when it is asked for.

import { h, icon } from "./dom.js";

/** @typedef {{kind: string, question: string, options: string[], answer: string, page: number | null}} Question */

/** How a sequence's answer is joined. */
const THEN = " → ";

/** @param {Question[]} questions */
export const questionList = (questions) =>
  h("ol", { class: "questions" }, questions.map((question) =>
    h("li", { dir: "auto" }, h("p", { class: "question" }, question.question), options(question), reveal(question))));

/** @param {Question} question */
function options({ kind, options }) {
  if (kind === "true_false" && options.length === 0) return list(["True", "False"]);
  return options.length ? list(options) : null;
}

const list = (/** @type {string[]} */ texts) =>
  h("ul", { class: "answers", role: "list" }, texts.map((text) => h("li", { dir: "auto" }, text)));

/** @param {Question} question */
function reveal({ answer, kind }) {
  const content = kind === "sequence" && answer.includes(THEN)
    ? h("ol", {}, answer.split(THEN).map((step) => h("li", {}, step)))
    : h("p", {}, answer);
  return h("details", { class: "reveal" }, h("summary", {}, icon("eye"), "Show the answer"), content);
}
