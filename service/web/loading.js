// Scripts that are loaded when they are first needed.

import { unreachable } from "./client.js";

/** What a script exports. Raises `ApiError` where the server does not answer. @template T @param {() => Promise<T>} load @returns {Promise<T>} */
export async function loaded(load) {
  try {
    return await load();
  } catch (fault) {
    // The browser says no more than this where a script cannot be fetched.
    if (!(fault instanceof TypeError)) throw fault;
    throw unreachable();
  }
}
