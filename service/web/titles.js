// What a book is called while it has no title of its own.

/** As the service has it until the words are written. */
const NONE = "Untitled Story";

/** @param {string | null | undefined} title */
export const titled = (title) => (!title || title === NONE ? "A new story" : title);
