// Novels and plans in two lists. A plan that has become a novel stands among the novels alone.

import { NovelList } from "../genesis/shelf.js";
import { NovelShelf } from "./shelf.js";

export class Novels {
  /** @param {<R>(request: () => Promise<R>) => Promise<R | null>} attempt says why a request fails @param {boolean} [mayBegin] whether the plans have a button for a new one */
  constructor(attempt, mayBegin = true) {
    this.made = new NovelShelf(attempt, () => this.plans.show());
    this.plans = new NovelList(attempt, this.made, mayBegin);
    this.elements = [this.made.element, this.plans.element];
  }

  load = () => Promise.all([this.made.load(), this.plans.load()]);
}
