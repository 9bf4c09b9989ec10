// A list that the service answers in pages, the newest first, and that changes while it is shown.

import { ApiError } from "../client.js";
import { h } from "../dom.js";
import { T } from "./texts.js";

/** As many as the library's feed has at most. */
const PAGE = 50;

export class Pages {
  /** @param {(cursor: string | null, limit: number) => Promise<any>} read null where it failed @param {() => void} onChange @param {(id: string) => void} onMore with the first of another page @param {(id: string) => Promise<any>} look reads one; raises `ApiError` */
  constructor(read, onChange, onMore, look) {
    this.read = read;
    this.onChange = onChange;
    this.onMore = onMore;
    this.look = look;
    /** @type {Map<string, any>} */
    this.items = new Map();
    /** @type {string | null} */
    this.cursor = null;
    this.more = h("p", { class: "row centre", hidden: true }, h("button", { class: "button", type: "button", onclick: () => this.next() }, T.showMore));
  }

  async load() {
    const found = await this.read(null, PAGE);
    if (!found) return;
    this.cursor = found.next_cursor;
    this.replace(found.items);
  }

  async next() {
    const found = await this.read(this.cursor, PAGE);
    if (!found) return;
    this.cursor = found.next_cursor;
    for (const one of found.items) this.items.set(one.id, one);
    this.changed();
    if (found.items.length) this.onMore(found.items[0].id);
  }

  /** The newest, as they are now: of the others those stay that are older. @param {any[]} newest */
  replace(newest) {
    const since = newest.at(-1)?.created_at;
    const older = [...this.items.values()].filter((one) => since && one.created_at < since);
    this.items = new Map([...newest, ...older].map((one) => [one.id, one]));
    this.changed();
  }

  /** One as it now is. What belongs to a page that is not shown waits for it. @param {any} one */
  put(one) {
    const isShown = this.items.has(one.id) || this.cursor === null || [...this.items.values()].some(({ created_at: at }) => at < one.created_at);
    if (!isShown) return;
    this.items.set(one.id, one);
    this.changed();
  }

  /** One has left the feed: it was deleted, or newer ones have taken its place. @param {string} id */
  async gone(id) {
    if (this.items.size < PAGE || !(await this.isThere(id))) this.drop(id);
  }

  /** @param {string} id */
  async isThere(id) {
    try {
      await this.look(id);
      return true;
    } catch (fault) {
      if (!(fault instanceof ApiError)) throw fault;
      return fault.status !== 404;
    }
  }

  /** @param {string} id */
  drop(id) {
    if (this.items.delete(id)) this.changed();
  }

  changed() {
    this.more.hidden = this.cursor === null;
    this.onChange();
  }

  /** The one that changed last comes first. */
  get newest() {
    return [...this.items.values()].sort((a, b) => (a.updated_at < b.updated_at ? 1 : -1));
  }
}
