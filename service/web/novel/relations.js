// Who is bound to whom: a picture of circles and numbered lines, and the same in a table beside it.

import { h } from "../dom.js";
import { fieldName } from "../genesis/texts.js";
import { N } from "./texts.js";

const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT] = [640, 420];
const [ACROSS, DOWN] = [225, 145];
const RADIUS = 27;
/** Characters of a line of a name. */
const LINE = 16;
const TONES = ["tA", "tB", "tC", "tD"];
let made = 0;

/** @param {string} name @param {Record<string, any>} attributes @param {...any} children @returns {any} */
function s(name, attributes, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children.flat(Infinity));
  return element;
}

/** @param {any[]} people @param {any[]} relations @param {import("../genesis/table.js").Collection} collection */
export function relationsPicture(people, relations, collection) {
  const names = new Map(people.map((one) => [one.id, one.name ?? one.id]));
  const known = relations.filter(({ a, b }) => names.has(a) && names.has(b));
  if (!known.length) return h("p", { class: "soft flush" }, N.noRelations);
  const name = (/** @type {string} */ label) => fieldName(label, collection.name);
  const rows = known.map((one, index) => h("tr", {}, h("td", {}, h("span", { class: "line-number" }, String(index + 1))), h("th", { scope: "row", dir: "auto" }, `${names.get(one.a)} – ${names.get(one.b)}`),
    h("td", { dir: "auto" }, one.kind ?? ""), h("td", { dir: "auto" }, one.tension ?? "")));
  return h("div", { class: "relations" }, h("figure", { class: "sheet" }, picture(people, known, names)),
    h("div", { class: "sheet scrolls", tabindex: "0", role: "region", "aria-label": N.sections.relations }, h("table", { class: "relation-table" },
      h("thead", {}, h("tr", {}, [N.number, N.between, name("kind"), name("tension")].map((label) => h("th", { scope: "col" }, label)))), h("tbody", {}, rows))));
}

/** @param {any[]} people @param {any[]} relations @param {Map<string, string>} names */
function picture(people, relations, names) {
  const id = `relations-${(made += 1)}`;
  const at = new Map(people.map((one, index) => [one.id, placeOf(index, people.length)]));
  /** @type {Map<string, number>} how many lines there are between two already */
  const between = new Map();
  const lines = relations.map(({ a, b }, index) => {
    const pair = [a, b].sort().join(" ");
    const nth = between.get(pair) ?? 0;
    between.set(pair, nth + 1);
    return lineOf(/** @type {any} */ (at.get(a)), /** @type {any} */ (at.get(b)), index + 1, nth);
  });
  const said = relations.map(({ a, b, kind }, index) => `${index + 1}: ${names.get(a)} and ${names.get(b)}${kind ? `, ${kind}` : ""}.`).join(" ");
  return s("svg", { class: "relation-picture", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-labelledby": `${id}-title ${id}-desc` }, s("title", { id: `${id}-title` }, N.relationsTitle), s("desc", { id: `${id}-desc` }, N.relationsDesc(said)),
    lines.map(({ line }) => line), people.map((one, index) => nodeOf(names.get(one.id) ?? "", /** @type {any} */ (at.get(one.id)), TONES[index % TONES.length])), lines.map(({ badge }) => badge));
}

/** @typedef {{x: number, y: number}} Point */

/** @param {number} index @param {number} of @returns {Point} */
function placeOf(index, of) {
  const angle = (2 * Math.PI * index) / of - Math.PI / 2;
  return { x: WIDTH / 2 + ACROSS * Math.cos(angle), y: HEIGHT / 2 - 16 + DOWN * Math.sin(angle) };
}

/** A bent line between two people, with its number on it. @param {Point} a @param {Point} b @param {number} number @param {number} nth */
function lineOf(a, b, number, nth) {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const length = Math.hypot(dx, dy) || 1;
  const bend = (nth % 2 ? -1 : 1) * (18 + 26 * Math.floor((nth + 1) / 2));
  const middle = { x: (a.x + b.x) / 2 - (dy / length) * bend * 2, y: (a.y + b.y) / 2 + (dx / length) * bend * 2 };
  const on = { x: (a.x + b.x) / 4 + middle.x / 2, y: (a.y + b.y) / 4 + middle.y / 2 };
  return { line: s("path", { class: "bond", d: `M${a.x} ${a.y}Q${middle.x} ${middle.y} ${b.x} ${b.y}` }),
    badge: s("g", { class: "bond-number" }, s("circle", { cx: on.x, cy: on.y, r: 11 }), s("text", { x: on.x, y: on.y + 4.5 }, String(number))) };
}

/** @param {string} name @param {Point} at @param {string} tone */
function nodeOf(name, { x, y }, tone) {
  const words = lines(name);
  return s("g", { class: `bound ${tone}` }, s("circle", { cx: x, cy: y, r: RADIUS }), s("text", { class: "initial", x, y: y + 7 }, [...name][0]?.toUpperCase() ?? ""),
    s("text", { class: "bound-name", x, y: y + RADIUS + 18 }, words.map((line, index) => s("tspan", { x, dy: index ? 18 : 0 }, line))));
}

/** A name in two lines at the most. @param {string} name */
function lines(name) {
  if (name.length <= LINE) return [name];
  const words = name.split(" ");
  let first = words.shift() ?? "";
  while (words.length && `${first} ${words[0]}`.length <= LINE) first += ` ${words.shift()}`;
  const rest = words.join(" ");
  return [first, rest.length > LINE ? `${rest.slice(0, LINE - 1)}…` : rest].filter(Boolean);
}
