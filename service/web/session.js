// Who is at the page: the person at this machine, or whoever pastes a token.

const KEPT = "storytroupe.token";

/** Nobody is known yet: the page asks for a token. */
export class NeedsToken extends Error {}

/** @type {Promise<string> | null} */
let asking = null;

/**
 * The token of the one at the page. Raises `NeedsToken`.
 * @returns {Promise<string>}
 */
export async function token() {
  const kept = sessionStorage.getItem(KEPT);
  if (kept) return kept;
  asking ??= localToken().finally(() => (asking = null));
  return asking;
}

/** Keep a token for as long as this tab lives. @param {string} given */
export function acceptToken(given) {
  sessionStorage.setItem(KEPT, given.trim());
}

/** Forget a token that is no longer good. */
export function forgetToken() {
  sessionStorage.removeItem(KEPT);
}

async function localToken() {
  const response = await fetch("/studio/session", { cache: "no-store" });
  if (!response.ok) throw new NeedsToken();
  const { data } = await response.json();
  acceptToken(data.token);
  return data.token;
}
