// Which novel a picture book was made from: kept in this browser, for the way back.

const keyOf = (/** @type {string} */ story) => `storytroupe.origin.${story}`;

/** @param {string} story @param {string} novel @param {string} title */
export const keepOrigin = (story, novel, title) => localStorage.setItem(keyOf(story), JSON.stringify({ novel, title }));

/** @param {string} story @returns {{novel: string, title: string} | null} */
export const originOf = (story) => JSON.parse(localStorage.getItem(keyOf(story)) ?? "null");
