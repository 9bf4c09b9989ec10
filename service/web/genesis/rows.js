// What proposals are compared by: a row for each field and each list, the same rows in every card.

import { Plan } from "./plan.js";
import { TABLE, covers } from "./table.js";
import { T, fieldName } from "./texts.js";

/** In the head of a card, and in no row. */
const HEAD = ["concept.title", "concept.logline"];
/** So many fields are named. */
const SOME = 3;

/**
 * A proposal as a card shows it; `id` is null as long as it is being written.
 * @typedef {{id: string | null, index: number, values: Record<string, any>, order?: Record<string, string[]>, status: string,
 *   cost_usd?: number, drawn_from?: string[], assumed?: string[], notes?: string[]}} Shown
 * @typedef {{path: string, label: string, field?: import("./table.js").Field, collection?: import("./table.js").Collection, differs: boolean, same: boolean,
 *   marks?: Set<string>[]}} Row `marks`: by place in the list, the fields that differ there
 */

/** The proposals of a stage's newest round: those that are made, then the one that is being written. @param {import("./log.js").SessionLog} log @param {string} stage @returns {Shown[]} */
export function shownOf(log, stage) {
  const { proposals, status, round } = log.state.stages[stage];
  const made = /** @type {Shown[]} */ (Object.entries(proposals).map(([id, one]) => ({ id, .../** @type {any} */ (one) })));
  const now = made.filter((/** @type {any} */ one) => one.round === round);
  const earlier = made.filter((/** @type {any} */ one) => one.round !== round);
  if (status !== "proposing") return (now.length ? now : earlier).sort((a, b) => a.index - b.index);
  const taken = new Set(now.map(({ index }) => index));
  const writing = Object.entries(log.writing[`${stage}_${round}`] ?? {}).map(([index, values]) => ({ id: null, index: Number(index), values, status: "writing" }))
    .filter(({ index }) => !taken.has(index));
  if (!writing.length) writing.push({ id: null, index: taken.size ? Math.max(...taken) + 1 : 0, values: {}, status: "writing" });
  return [...[...now, ...writing].sort((a, b) => a.index - b.index), ...earlier.sort((a, b) => a.index - b.index)];
}

/** The rows of some proposals, with what differs. @param {string} stage @param {Shown[]} shown @param {import("./log.js").State} state @returns {Row[]} */
export function rowsOf(stage, shown, state) {
  const { fields, collections } = TABLE[stage];
  const plans = shown.map((one) => new Plan(state, one));
  /** @type {Row[]} */
  const rows = [];
  for (const field of fields) {
    const path = `${stage}.${field.name}`;
    if (HEAD.includes(path)) continue;
    const values = shown.map((one) => one.values[path]).filter((value) => value !== undefined && String(value) !== "");
    if (values.length || shown.every(({ status }) => status === "writing")) rows.push({ path, label: fieldName(field.name, stage), field, ...compared(values) });
  }
  for (const collection of collections) {
    const path = `${stage}.${collection.name}`;
    const lists = plans.filter((_, index) => Object.keys(shown[index].values).some((one) => covers(path, one)))
      .map((plan) => plan.ids(path).map((id) => words(plan, `${path}.${id}`, collection)));
    const places = Math.max(0, ...lists.map(({ length }) => length));
    const marks = Array.from({ length: places }, (_, at) => new Set(collection.fields.filter((_field, index) => compared(lists.map((list) => list[at]?.[index])).differs).map(({ name }) => name)));
    if (lists.length || shown.every(({ status }) => status === "writing")) rows.push({ path, label: T.collections[collection.name], collection, marks, ...compared(lists) });
  }
  return rows;
}

/** What differs, in words: fields, and of lists the fields of their elements. @param {Row[]} rows @returns {string[]} */
export const differing = (rows) => rows.filter(({ differs }) => differs).map(({ label, collection, marks = [] }) => {
  const names = collection?.fields.filter(({ name }) => marks.some((one) => one.has(name))).map(({ name }) => fieldName(name, collection.name));
  return names?.length ? `${label} (${names.length > SOME ? T.fieldsOf(names.length) : names.join(", ")})` : label;
});

/** What an element says, without its id: proposals call the same one differently. @param {Plan} plan @param {string} path @param {import("./table.js").Collection} collection */
const words = (plan, path, { fields }) => fields.map((field) => plan.text(field, plan.value(`${path}.${field.name}`)));

/** @param {any[]} values */
function compared(values) {
  const kinds = new Set(values.map((value) => JSON.stringify(value)));
  return { differs: kinds.size > 1, same: values.length > 1 && kinds.size === 1 };
}
