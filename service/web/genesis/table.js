// The fields of each stage, in the order in which a person reads them. What they are called is in texts.js.

/**
 * `kind`: line, text, list, whole, flag, `one of` (choice), `names` one or several elements of `of`.
 * @typedef {{name: string, kind: "line" | "text" | "list" | "whole" | "flag" | "choice" | "ref" | "refs", needed?: boolean,
 *   of?: string, options?: string[]}} Field
 * @typedef {{name: string, title: string, line?: string, most: number, fields: Field[], collections: Collection[]}} Collection
 * @typedef {{fields: Field[], collections: Collection[]}} Group
 */

export const STAGES = ["concept", "theme", "character", "world", "plot"];
export const AUDIENCES = ["children", "middle_grade", "young_adult", "adult"];

/** @param {string} names with `!` where a stage needs the field @param {Field["kind"]} kind @returns {Field[]} */
const some = (kind, names) => names.split(" ").map((name) => ({ name: name.replace("!", ""), kind, needed: name.endsWith("!") }));
const line = (/** @type {string} */ names) => some("line", names);
const text = (/** @type {string} */ names) => some("text", names);
/** @param {string} name @param {string} of @param {"ref" | "refs"} [kind] @returns {Field} */
const ref = (name, of, kind = "ref") => ({ name, kind, of });
/** @param {string} name @param {string[]} options @param {boolean} [needed] @returns {Field} */
const pick = (name, options, needed = false) => ({ name, kind: "choice", options, needed });

/** @param {string} name @param {string} title @param {string | undefined} second @param {number} most @param {Field[]} fields @param {Collection[]} [collections] @returns {Collection} */
const list = (name, title, second, most, fields, collections = []) => ({ name, title, line: second, most, fields, collections });

const SCENES = list("scenes", "summary", "turn", 12, [...text("summary!"), ref("place", "world.places"),
  ref("people", "character.people", "refs"), ...some("list", "beats"), ref("threads", "plot.threads", "refs"), ...text("turn"), ...some("whole", "words")]);

/** @type {Record<string, Group>} */
export const TABLE = {
  concept: { fields: [...line("title!"), ...text("logline! premise!"), ...line("genre!"), pick("audience", AUDIENCES, true),
    ...some("list", "tone"), ...line("point_of_view tense"), ...some("whole", "length.chapters! length.words_a_chapter"),
    ...some("list", "avoid")], collections: [] },
  theme: { fields: [...text("question! statement! counter_statement"), ...some("list", "values_in_conflict")],
    collections: [list("motifs", "name", "meaning", 12, [...line("name!"), ...text("meaning")])] },
  character: { fields: [], collections: [
    list("people", "name", "role", 12, [...line("name! role"), ...some("whole", "age"), pick("pronouns", ["she/her", "he/him", "they/them"]),
      ...text("summary want need wound lie strength flaw voice arc.start arc.turn arc.end"),
      ...line("looks.skin_tone looks.hair looks.eyes looks.outfit looks.other"), ...some("flag", "real")]),
    list("relations", "a", "tension", 60, [{ ...ref("a", "character.people"), needed: true }, { ...ref("b", "character.people"), needed: true },
      ...line("kind"), ...text("tension")])] },
  world: { fields: [...text("era summary!")], collections: [
    list("places", "name", "summary", 40, [...line("name!"), ...text("summary senses")]),
    list("rules", "statement", "cost", 20, text("statement! cost")),
    list("groups", "name", "aim", 20, [...line("name!"), ...text("aim")]),
    list("history", "when", "what", 40, [...line("when"), ...text("what!")]),
    list("glossary", "term", "meaning", 60, [...line("term!"), ...text("meaning")])] },
  plot: { fields: [pick("structure", ["three_act", "four_act", "heros_journey", "kishotenketsu", "custom"]), ...text("ending!")],
    collections: [
      list("threads", "name", "payoff", 40, [...line("name!"), ...text("setup payoff")]),
      list("chapters", "title", "goal", 60, [...some("whole", "number"), ...line("title!"), ...some("whole", "act"), ref("pov", "character.people"),
        ...text("goal conflict outcome hook")], [SCENES])] },
};

/**
 * What a path names: its field, its collection, and the path of the element that it is in.
 * @param {string} path @returns {{stage: string, field?: Field, collection?: Collection, element?: string}}
 */
export function find(path) {
  const [stage, ...parts] = path.split(".");
  /** @type {Group | undefined} */
  let group = TABLE[stage];
  /** @type {{stage: string, field?: Field, collection?: Collection, element?: string}} */
  const found = { stage };
  let at = stage;
  while (group && parts.length) {
    const field = group.fields.find(({ name }) => name === parts.join("."));
    if (field) return { ...found, field };
    const collection = group.collections.find(({ name }) => name === parts[0]);
    if (!collection) return found;
    found.collection = collection;
    at += `.${parts.shift()}`;
    if (!parts.length) return { ...found, element: undefined };
    at += `.${parts.shift()}`;
    found.element = at;
    group = collection;
  }
  return found;
}

/** Whether a path is another one, or lies below it. @param {string} prefix @param {string} path */
export const covers = (prefix, path) => path === prefix || path.startsWith(`${prefix}.`);
