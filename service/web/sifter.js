// Which books the library shows, and in which order.

import { h } from "./dom.js";

const PAUSE_MS = 300;
const ORDERS = [["-created_at", "Newest first"], ["created_at", "Oldest first"], ["title", "By title"], ["-updated_at", "Changed last"]];
const STATES = [["", "All books"], ["ready", "Ready"], ["generating", "Being made"], ["failed", "Failed"], ["cancelled", "Stopped"]];

/** @typedef {{title?: string, sort?: string, status?: string}} Wanted as the list of stories takes it */

export class Sifter {
  /** @param {() => void} onChange */
  constructor(onChange) {
    /** @type {Wanted} */
    this.wanted = {};
    let timer = 0;
    const change = () => {
      this.wanted = this.read();
      onChange();
    };
    this.title = h("input", { type: "search", "aria-label": "Search by title", placeholder: "Search by title", autocomplete: "off", maxlength: 200,
      oninput: () => (clearTimeout(timer), (timer = window.setTimeout(change, PAUSE_MS))) });
    this.status = select("Which books", STATES, change);
    this.sort = select("Order", ORDERS, change);
    this.element = h("search", { class: "sifter" }, this.title, this.status, this.sort);
  }

  /** Whether all books are wanted, the newest first. */
  get isUsual() {
    return Object.keys(this.wanted).length === 0;
  }

  /** @returns {Wanted} */
  read() {
    const asked = { title: this.title.value.trim(), status: this.status.value, sort: this.sort.value === ORDERS[0][0] ? "" : this.sort.value };
    return Object.fromEntries(Object.entries(asked).filter(([, value]) => value));
  }
}

/** @param {string} label @param {string[][]} options @param {() => void} onchange */
const select = (label, options, onchange) =>
  h("select", { "aria-label": label, onchange }, options.map(([value, name]) => h("option", { value }, name)));
