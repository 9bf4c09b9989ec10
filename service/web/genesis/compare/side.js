// One side of a comparison: the plan as it stands, an earlier version of it, another future, or a proposal.

import { readState } from "../api.js";
import { Plan } from "../plan.js";
import { STAGES, covers } from "../table.js";
import { T } from "../texts.js";

/**
 * `code` is how the address names a side: `now`, `v12` (a version), `s` with the id of another session, `p` with a stage and a
 * proposal's id.
 * @typedef {{code: string, name: string, kind: "now" | "version" | "session" | "proposal", state: import("../log.js").State,
 *   plan: Plan, stages: string[], values: Map<string, any>, isPart: boolean}} Side `isPart`: a proposal for some fields of a stage alone
 */

/** What may stand in an address. */
const CODE = /^(?:now|v(\d+)|s([0-9a-f-]{36})|p(concept|theme|character|world|plot)\.([0-9a-f-]{36}))$/;

/** Read a side. Answers with null where the address names none that exists. Raises `ApiError`.
 * @param {import("../session_page.js").SessionPage} page @param {string} code @returns {Promise<Side | null>} */
export async function readSide(page, code) {
  const match = CODE.exec(code);
  if (!match) return null;
  const [, version, session, stage, proposal] = match;
  const now = page.plan.state;
  if (proposal) return proposalSide(now, code, stage, proposal);
  if (version) return stateSide(code, "version", T.version(Number(version)), await readState(page.id, Number(version)));
  if (!session) return stateSide(code, "now", T.asItStands, now);
  const other = await readState(session);
  return stateSide(code, "session", other.title || T.untitled, other);
}

/** @param {string} code @param {Side["kind"]} kind @param {string} name @param {import("../log.js").State} state @returns {Side} */
export function stateSide(code, kind, name, state) {
  const values = new Map(STAGES.flatMap((stage) => Object.entries(state.stages[stage].fields).map(([field, record]) => [`${stage}.${field}`, /** @type {any} */ (record).value])));
  return { code, kind, name, state, plan: new Plan(state), stages: STAGES, values, isPart: false };
}

/** @param {import("../log.js").State} state @param {string} code @param {string} stage @param {string} id @returns {Side | null} */
function proposalSide(state, code, stage, id) {
  const made = state.stages[stage].proposals[id];
  if (!made) return null;
  const name = made.values[`${stage}.title`] ?? "";
  return { code, kind: "proposal", name: T.proposalOf(stage, made.index + 1, name), state, plan: new Plan(state, made), stages: [stage],
    values: new Map(Object.entries(made.values)), isPart: Boolean(made.scope?.length) };
}

/** Whether a side says anything of a list: a proposal need not. @param {Side} side @param {string} path */
export const speaksOf = (side, path) => side.kind !== "proposal" || [...side.values.keys()].some((one) => covers(path, one));
