// Addresses of files that an element may load by itself: signed, so that no token has to go with them.

import { signLinks } from "./client.js";

const LIFE_SECONDS = 12 * 3600;
/** As many as one request may ask for. */
const MOST = 100;

/** @type {Map<string, {address: Promise<string>, until: number}>} */
const known = new Map();

/** @type {{urls: string[], links: Promise<Record<string, string>>} | null} */
let gathering = null;

/**
 * The address of an asset's URL; those that are wanted in the same moment are asked for together.
 * @param {string} url @returns {Promise<string>}
 */
export function addressOf(url) {
  if (!url.startsWith("/")) return Promise.resolve(url);
  const kept = known.get(url);
  if (kept && kept.until > Date.now()) return kept.address;
  const address = asked(url);
  known.set(url, { address, until: Date.now() + (LIFE_SECONDS * 1000) / 2 });
  address.catch(() => known.delete(url));
  return address;
}

/** @param {string} url @returns {Promise<string>} */
async function asked(url) {
  gathering ??= gather();
  const { urls, links } = gathering;
  urls.push(url);
  if (urls.length === MOST) gathering = null;
  return (await links)[url];
}

function gather() {
  /** @type {string[]} */
  const urls = [];
  const links = Promise.resolve().then(() => {
    if (gathering?.urls === urls) gathering = null;
    return signLinks(urls, LIFE_SECONDS);
  });
  return { urls, links };
}
