// The plan as it is read: every part of a bible and of an outline, without anything to change.

import { h } from "../dom.js";
import { TABLE } from "../genesis/table.js";
import { T, choiceName, fieldName } from "../genesis/texts.js";
import { relationsPicture } from "./relations.js";
import { N } from "./texts.js";

/** @typedef {{bible: import("../genesis/tree.js").Bible, outline: import("../genesis/tree.js").Outline}} Tree */

/** The names of people, places and threads by their ids. @param {Tree} tree @returns {Map<string, string>} */
export const namesOf = ({ bible, outline }) => new Map([...bible.people, ...bible.world.places, ...outline.threads].map((one) => [one.id, one.name ?? one.id]));

/** A section for each part of the plan. @param {Tree} tree @returns {Record<string, HTMLElement>} */
export function sectionsOf(tree) {
  const { bible, outline } = tree;
  const names = namesOf(tree);
  const lists = (/** @type {any} */ source, /** @type {import("../genesis/table.js").Group} */ { collections }) => collections.map((one) => listOf(one, source[one.name] ?? [], names));
  const [people, relations] = TABLE.character.collections;
  const [threads, chapters] = TABLE.plot.collections;
  const sheet = (/** @type {any} */ one) => one && h("div", { class: "sheet read-item" }, one);
  const section = (/** @type {string} */ id, /** @type {any[]} */ ...parts) => {
    const kept = parts.flat().filter(Boolean);
    return h("section", { class: "read-part stack", id: `part-${id}`, tabindex: "-1", "aria-labelledby": `part-${id}-title` }, h("h2", { id: `part-${id}-title` }, N.sections[id]), kept.length ? kept : h("p", { class: "soft flush" }, N.nothing));
  };
  return {
    concept: section("concept", sheet(facts(bible.concept, TABLE.concept.fields, "concept", names))),
    theme: section("theme", sheet(facts(bible.theme, TABLE.theme.fields, "theme", names)), lists(bible.theme, TABLE.theme)),
    people: section("people", elements(people, bible.people, names)),
    relations: section("relations", relationsPicture(bible.people, bible.relations, relations)),
    world: section("world", sheet(facts(bible.world, TABLE.world.fields, "world", names)), lists(bible.world, TABLE.world)),
    outline: section("outline", sheet(facts(outline, TABLE.plot.fields, "plot", names)), listOf(threads, outline.threads, names), listOf(chapters, outline.chapters, names)),
  };
}

/** @param {any} source @param {string} name with a point for a field of a part */
const valueIn = (source, name) => name.split(".").reduce((at, part) => at?.[part], source);

/** The values that there are. @param {any} source @param {import("../genesis/table.js").Field[]} fields @param {string} owner @param {Map<string, string>} names */
export function facts(source, fields, owner, names) {
  const rows = fields.map((field) => ({ field, value: valueIn(source, field.name) })).filter(({ field, value }) => !isEmpty(value) && !(field.kind === "flag" && !value));
  return rows.length > 0 && h("dl", { class: "read" }, rows.map(({ field, value }) => h("div", { class: field.kind === "text" || field.name === "beats" ? "wide" : "" }, h("dt", {}, fieldName(field.name, owner)), h("dd", { dir: "auto" }, shown(field, value, names)))));
}

const isEmpty = (/** @type {any} */ value) => value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);

/** @param {import("../genesis/table.js").Field} field @param {any} value @param {Map<string, string>} names */
function shown(field, value, names) {
  if (field.name === "beats") return h("ul", {}, value.map((/** @type {string} */ beat) => h("li", {}, beat)));
  if (field.kind === "ref") return names.get(value) ?? value;
  if (field.kind === "refs") return value.map((/** @type {string} */ id) => names.get(id) ?? id).join(", ");
  if (field.kind === "choice") return choiceName(value);
  if (field.kind === "flag") return T.yes;
  return Array.isArray(value) ? value.join(", ") : String(value);
}

/** @param {import("../genesis/table.js").Collection} collection @param {any[]} items @param {Map<string, string>} names */
function listOf(collection, items, names) {
  return items.length > 0 && h("section", { class: "stack s075" }, h("h3", {}, `${T.collections[collection.name]} (${items.length})`), elements(collection, items, names));
}

/** @param {import("../genesis/table.js").Collection} collection @param {any[]} items @param {Map<string, string>} names @param {number} [level] */
function elements(collection, items, names, level = 4) {
  return h("div", { class: `read-list ${collection.name}` }, items.map((one, index) => {
    const rest = collection.fields.filter(({ name }) => name !== collection.title && name !== "number");
    return h("article", { class: "sheet read-item stack s075", dataset: { element: one.id } }, h(`h${level}`, { dir: "auto" }, headingOf(collection, one, index)), facts(one, rest, collection.name, names),
      collection.collections.map((inner) => one[inner.name]?.length > 0 && elements(inner, one[inner.name], names, level + 1)));
  }));
}

/** @param {import("../genesis/table.js").Collection} collection @param {any} one @param {number} index */
function headingOf(collection, one, index) {
  if (collection.name === "chapters") return T.chapter(index + 1, one.title ?? undefined);
  if (collection.name === "scenes") return `${T.nth("scenes", index + 1)}${one.summary ? `: ${one.summary}` : ""}`;
  return one[collection.title] ?? T.nth(collection.name, index + 1);
}
