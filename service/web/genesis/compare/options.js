// What can be compared: the plan as it stands, its earlier versions, its other futures, and its proposals.

import { listSessions, readHistory } from "../api.js";
import { when } from "../past.js";
import { STAGES } from "../table.js";
import { T, decisionName } from "../texts.js";

const MOST = 100;

/**
 * @typedef {{name: string, options: {code: string, text: string}[]}} Group
 * @param {import("../session_page.js").SessionPage} page @returns {Promise<{groups: Group[], usual: string}>} `usual`: the code of
 *   what is compared where nothing else is asked for
 */
export async function readOptions(page) {
  const { state } = page.plan;
  const [{ items: decisions }, { items: sessions }] = await Promise.all([readHistory(page.id, null, MOST), listSessions(null, MOST)]);
  const versions = decisions.slice(1).map((/** @type {any} */ one) => ({ code: `v${one.version}`, text: `${decisionName(one)} · ${T.version(one.version)}, ${when(one.decided_at)}` }));
  const futures = family(sessions, page.id).map((one) => ({ code: `s${one.id}`, text: `${one.title || T.untitled} · ${T.sessionStatus(one)}` }));
  const proposals = STAGES.map((stage) => ({ name: T.proposalsOf(stage), options: Object.entries(state.stages[stage].proposals)
    .sort(([, a], [, b]) => /** @type {any} */ (a).index - /** @type {any} */ (b).index)
    .map(([id, one]) => ({ code: `p${stage}.${id}`, text: T.proposalOf(stage, /** @type {any} */ (one).index + 1, /** @type {any} */ (one).values[`${stage}.title`] ?? "") })) }));
  const groups = [{ name: T.thisPlan, options: [{ code: "now", text: T.asItStands }, ...versions] }, { name: T.otherFutures, options: futures }, ...proposals];
  return { groups: groups.filter(({ options }) => options.length), usual: futures[0]?.code ?? versions[0]?.code ?? "" };
}

/** The sessions that go back to the same one. @param {any[]} sessions @param {string} id @returns {any[]} */
function family(sessions, id) {
  const known = new Map(sessions.map((one) => [one.id, one]));
  const rootOf = (/** @type {string} */ one) => {
    for (let at = known.get(one); at?.origin; at = known.get(one)) one = at.origin.session_id;
    return one;
  };
  const root = rootOf(id);
  return sessions.filter((one) => one.id !== id && rootOf(one.id) === root);
}
