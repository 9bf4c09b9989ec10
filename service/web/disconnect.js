/** A transport disconnected. `retryMs`: when to come back; `gone`: never; `afresh`: trying the best way first. */
export class Disconnect extends Error {
  /** @param {string} why @param {{retryMs?: number, gone?: boolean, afresh?: boolean}} [more] */
  constructor(why, { retryMs, gone = false, afresh = false } = {}) {
    super(why);
    this.retryMs = retryMs;
    this.gone = gone;
    this.afresh = afresh;
  }
}
