// Money and time in words.

const DOLLARS = new Intl.NumberFormat("en", { style: "currency", currency: "USD" });

/** What is less than a cent is said to be so. @param {number} usd */
export const dollars = (usd) => (usd > 0 && usd < 0.01 ? "less than a cent" : DOLLARS.format(usd));

/** @param {number} seconds */
export function minutes(seconds) {
  const count = Math.max(1, Math.round(seconds / 60));
  return count === 1 ? "a minute" : `${count} minutes`;
}
