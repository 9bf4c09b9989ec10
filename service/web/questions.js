// Questions to talk about: each can be answered, and the answer says where the book tells it.

import { fill, h, icon } from "./dom.js";

/** @typedef {{kind: string, question: string, options: string[], answer: string, page: number | null}} Question */

/** How a sequence's answer is joined. */
const THEN = " → ";
/** Words that are shorter say nothing of what a sentence is about. */
const SHORT = 3;

/** @param {Question[]} questions @param {any} story */
export const questionList = (questions, story) =>
  h("ol", { class: "questions" }, questions.map((question) => asked(question, story)));

/** @param {Question} question @param {any} story */
function asked(question, story) {
  const told = h("div", { class: "told", role: "status" });
  const teach = () => [question.answer.includes(THEN) ? steps(question.answer) : null, where(question, story)];
  return h("li", { dir: "auto" }, h("p", { class: "question" }, question.question),
    question.kind === "sequence" ? sequence(question, told, teach) : choice(question, told, teach), told, reveal(question, story));
}

/** @param {Question} question @param {any} told @param {() => any[]} teach */
function choice({ kind, options, answer }, told, teach) {
  const choices = kind === "true_false" && !options.length ? ["True", "False"] : options;
  if (!choices.length) return null;
  const judge = (/** @type {any} */ { currentTarget: button }) => {
    const right = same(button.textContent, answer);
    button.dataset.right = String(right);
    fill(told, h("p", {}, right ? `Yes! ${ended(answer)}` : "Not this one. Try another."), right ? teach() : null);
  };
  return h("ul", { class: "answers", role: "list" }, choices.map((text) =>
    h("li", {}, h("button", { type: "button", dir: "auto", onclick: judge }, text))));
}

/** Steps to be pressed one after the other. @param {Question} question @param {any} told @param {() => any[]} teach */
function sequence({ options, answer }, told, teach) {
  const right = answer.split(THEN);
  /** @type {any[]} */
  let pressed = [];
  const press = (/** @type {any} */ { currentTarget: button }) => {
    if (pressed.includes(button)) return;
    pressed.push(button);
    button.dataset.place = pressed.length;
    if (pressed.length < right.length) return;
    const good = pressed.every((one, at) => same(one.textContent, right[at]));
    fill(told, h("p", {}, good ? "Yes! That is the order." : "That is not the order yet. Try again."), good ? teach() : null);
    for (const one of pressed) good ? (one.dataset.right = "true") : delete one.dataset.place;
    if (!good) pressed = [];
  };
  if (!options.length) return null;
  return [h("p", { class: "hint" }, "Press what happens first, then what comes next."),
    h("ul", { class: "answers", role: "list" }, options.map((text) => h("li", {}, h("button", { type: "button", dir: "auto", onclick: press }, text))))];
}

/** @param {string} one @param {string} other */
const same = (one, other) => plain(one) === plain(other);
const plain = (/** @type {string} */ text) => text.trim().toLowerCase().replace(/[.!?]+$/, "");

/** @param {string} sentence */
const ended = (sentence) => (/[.!?…”"]$/.test(sentence) ? sentence : `${sentence}.`);

/** @param {string} answer */
const steps = (answer) => h("ol", {}, answer.split(THEN).map((step) => h("li", {}, step)));

/** The sentence of the book that answers it, and the way to its page. @param {Question} question @param {any} story */
function where({ question, answer, page }, story) {
  const text = page && story.content.beats[page - 1]?.text;
  if (!text) return null;
  const sentence = nearest(text, `${answer} ${question}`);
  return h("blockquote", { dir: "auto" }, sentence ? `${sentence} ` : null, h("a", { href: `#/read/${story.id}?page=${page}` }, `Page ${page}`));
}

/** The sentence that shares most words with what is said, if any does. @param {string} text @param {string} said */
function nearest(text, said) {
  const words = new Set(wordsOf(said));
  const scored = (text.match(/[^.!?…]+[.!?…]+[”"’']*/g) ?? []).map((sentence) =>
    ({ sentence: sentence.trim(), score: wordsOf(sentence).filter((word) => words.has(word)).length }));
  return scored.sort((one, other) => other.score - one.score).find(({ score }) => score > 0)?.sentence ?? "";
}

const wordsOf = (/** @type {string} */ text) => (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).filter((word) => word.length > SHORT);

/** @param {Question} question @param {any} story */
const reveal = (question, story) =>
  h("details", { class: "reveal" }, h("summary", {}, icon("eye"), "Show the answer"),
    question.answer.includes(THEN) ? steps(question.answer) : h("p", {}, question.answer), where(question, story));
