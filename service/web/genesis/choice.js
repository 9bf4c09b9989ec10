// What a card asks of its desk, where one whole proposal can be chosen and nothing else.

export class Choice {
  opened = new Set();
  blends = new Set();
  said = new Set();

  mayTake = () => false;
  mayBlend = () => false;
  pickOf = () => undefined;
  pickedBelow = () => [];
  effectOf = () => "";

  /** Show the cards. */
  draw() {}

  /** @param {string} path @param {HTMLElement} card */
  unfold(path, card) {
    this.opened.has(path) ? this.opened.delete(path) : this.opened.add(path);
    this.draw();
    /** @type {HTMLElement | null} */ (card.querySelector(`[data-unfold="${CSS.escape(path)}"]`))?.focus();
  }
}
