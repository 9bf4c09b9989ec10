// Bringing single fields from the right side of a comparison into the plan. What both sides call by the same ids is copied, in
// one decision; the rest is edited, as if the person had written it.

import { ApiError } from "../../client.js";
import { send } from "../api.js";
import { STAGES, covers, find } from "../table.js";

/** @typedef {import("./differences.js").Row} Row */

/** The edits that make the left side as the right side is. @param {import("./differences.js").Differences} found @param {Row} row @returns {any[]} */
export function changesOf(found, row) {
  if (row.kind === "order") return row.value.map((/** @type {string} */ id, /** @type {number} */ index) => ({ op: "move", path: `${row.path}.${id}`, value: index }));
  if (row.kind === "element" && row.there) return [{ op: "add", path: parentOf(row.there, found), value: valuesOf(found, row.there, /** @type {any} */ (row.collection).fields) }];
  if (row.value === undefined) return [{ op: "remove", path: row.path }];
  return [{ op: "set", path: row.path, value: row.value }];
}

/** The list on the left side that an element of the right side belongs to. @param {string} there @param {import("./differences.js").Differences} found */
function parentOf(there, found) {
  const list = there.slice(0, there.lastIndexOf("."));
  const [stage, collection, id, ...rest] = list.split(".");
  return id ? [found.pairs.get(`${stage}.${collection}.${id}`) ?? `${stage}.${collection}.${id}`, ...rest].join(".") : list;
}

/** The values of an element, its references as the left side has them. @param {import("./differences.js").Differences} found @param {string} there @param {import("../table.js").Field[]} fields */
function valuesOf(found, there, fields) {
  /** @type {Record<string, any>} */
  const values = {};
  for (const field of fields) {
    const { value } = found.translated(field, found.right.values.get(`${there}.${field.name}`));
    if (value !== undefined && !(Array.isArray(value) && !value.length)) values[field.name] = value;
  }
  return values;
}

/** Whether a row can be copied as it is: both sides call it, and all that it names, by the same ids. A proposal cannot be copied.
 * @param {import("./differences.js").Differences} found @param {Row} row @returns {boolean} */
function isCopied(found, row) {
  const { right } = found;
  if ((right.kind !== "version" && right.kind !== "session") || row.kind === "order") return false;
  if (!row.there) return true;
  if (row.path ? row.path !== row.there : parentOf(row.there, found) !== row.there.slice(0, row.there.lastIndexOf("."))) return false;
  return [...right.values].filter(([path]) => covers(/** @type {string} */ (row.there), path)).every(([path, value]) => {
    const here = found.translated(/** @type {any} */ (find(path).field), value);
    return !here.unknown.length && JSON.stringify(here.value) === JSON.stringify(value);
  });
}

/** Bring rows over: one command copies what can be copied, then one edits each step. Raises `ApiError`.
 * @param {import("../session_page.js").SessionPage} page @param {import("./differences.js").Differences} found @param {Row[]} rows */
export async function bringOver(page, found, rows) {
  let version = page.plan.state.decision_version;
  const copies = rows.filter((row) => isCopied(found, row));
  const paths = copies.map((row) => /** @type {string} */ (row.there ?? row.path));
  const { id, version: at } = found.right.state;
  if (paths.length) version = (await decide(page, "COPY_FIELDS", { from: { session_id: id, version: at }, paths }, paths, version)).decision_version;
  for (const stage of STAGES) {
    const mine = rows.filter((row) => row.stage === stage && !copies.includes(row));
    if (!mine.length) continue;
    const done = await edit(page, stage, mine.flatMap((row) => changesOf(found, row)), version);
    version = done.decision_version;
    // A new element gets its place and its own lists when it is there.
    const made = mine.filter((row) => row.kind === "element" && row.there);
    const more = made.flatMap((row, index) => [...inside(found, row, done.result.added[index]), placeOf(found, row, done.result.added[index])]);
    if (more.length) version = (await edit(page, stage, more, version)).decision_version;
  }
}

/** @param {import("./differences.js").Differences} found @param {Row} row @param {string} path */
function inside(found, row, path) {
  const { collections } = /** @type {import("../table.js").Collection} */ (row.collection);
  return collections.flatMap((one) => found.right.plan.ids(`${row.there}.${one.name}`).map((id) =>
    ({ op: "add", path: `${path}.${one.name}`, value: valuesOf(found, `${row.there}.${one.name}.${id}`, one.fields) })));
}

/** @param {import("./differences.js").Differences} found @param {Row} row @param {string} path */
function placeOf(found, row, path) {
  const there = /** @type {string} */ (row.there);
  const index = found.right.plan.ids(there.slice(0, there.lastIndexOf("."))).indexOf(/** @type {string} */ (there.split(".").at(-1)));
  return { op: "move", path, value: index };
}

/** An edit of a stage. @param {import("../session_page.js").SessionPage} page @param {string} stage @param {any[]} changes @param {number} version */
const edit = (page, stage, changes, version) => decide(page, "EDIT_STAGE", { stage, changes }, changes.map(({ path }) => path), version);

/** A decision about some paths. What others have decided meanwhile about other fields does not matter.
 * @param {import("../session_page.js").SessionPage} page @param {string} type @param {any} payload @param {string[]} paths @param {number} version @returns {Promise<import("../api.js").Done>} */
async function decide(page, type, payload, paths, version) {
  try {
    return await send(type, payload, { session: page.id, version });
  } catch (fault) {
    if (!(fault instanceof ApiError) || fault.code !== "DECISION_STALE") throw fault;
    if (fault.data.paths.some((/** @type {string} */ changed) => paths.some((path) => covers(path, changed)))) throw fault;
    return decide(page, type, payload, paths, fault.data.decision_version);
  }
}
