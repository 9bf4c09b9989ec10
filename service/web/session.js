// Who is at the page: whoever came by the studio's own URL, which bears a key, or whoever pastes a token.

const KEPT = "storytroupe.token";
const KEY = "storytroupe.key";

/** Nobody is known yet: the page says how to come in. */
export class NeedsToken extends Error {}

/** @type {Promise<string> | null} */
let asking = null;

/** Whether the key that we had opens nothing any more. */
let outdated = false;

/**
 * Take the key out of the address, where it would be seen and kept, and remember it for all tabs.
 * It stands behind `#key=`, which no browser sends to any server.
 * @returns {boolean} whether there was one
 */
export function takeKey() {
  const given = new URLSearchParams(location.hash.slice(1)).get("key");
  if (given === null) return false;
  localStorage.setItem(KEY, given);
  sessionStorage.removeItem(KEPT);
  outdated = false;
  history.replaceState(history.state, "", location.pathname + location.search);
  return true;
}

takeKey();

/** Whether a key was refused, as one of a service that has ended. */
export const keyIsOutdated = () => outdated;

/**
 * The token of the one at the page. Raises `NeedsToken`.
 * @returns {Promise<string>}
 */
export async function token() {
  const kept = sessionStorage.getItem(KEPT);
  if (kept) return kept;
  asking ??= tokenForKey().finally(() => (asking = null));
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

async function tokenForKey() {
  const key = localStorage.getItem(KEY);
  if (!key) throw new NeedsToken();
  const response = await fetch("/studio/session", {
    method: "POST",
    body: JSON.stringify({ key }),
    headers: { "Content-Type": "application/json" },
    cache: "no-store",
    redirect: "error",
  });
  if (response.status === 403 || response.status === 404) {
    forgetKey(key);
    throw new NeedsToken();
  }
  if (!response.ok) throw new Error(`the studio's key was answered with ${response.status}`);
  const { data } = await response.json();
  acceptToken(data.token);
  return data.token;
}

/** Unless another tab was given a new one meanwhile. @param {string} refused */
function forgetKey(refused) {
  outdated = true;
  if (localStorage.getItem(KEY) === refused) localStorage.removeItem(KEY);
}
