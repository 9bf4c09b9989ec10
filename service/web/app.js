// The studio: which page is shown, and what they share.

import { announce } from "./announcer.js";
import { ApiError } from "./client.js";
import { fill, h } from "./dom.js";
import { sessionPage } from "./genesis/session_page.js";
import { startPage } from "./genesis/start.js";
import { heroesPage } from "./heroes.js";
import { libraryPage } from "./library.js";
import { livePage } from "./live_page.js";
import { novelPage } from "./novel/novel_page.js";
import { readerPage } from "./reader.js";
import { reportPage } from "./report.js";
import { takeKey } from "./session.js";
import { signInPage } from "./sign_in.js";
import { storyFormPage } from "./story_form.js";

/**
 * A page is given where to stand and its address, and may answer with what to do when it is left.
 * @typedef {(place: HTMLElement, address: URLSearchParams, id: string) =>
 *   Promise<{title: string, leave?: () => void}>} Page
 * @type {{name: string, pattern: RegExp, page: Page}[]}
 */
const ROUTES = [
  { name: "library", pattern: /^\/?$/, page: libraryPage },
  { name: "new", pattern: /^\/new$/, page: storyFormPage },
  { name: "live", pattern: /^\/stories\/([0-9a-f-]{36})$/, page: livePage },
  { name: "reader", pattern: /^\/read\/([0-9a-f-]{36})$/, page: readerPage },
  { name: "report", pattern: /^\/report\/([0-9a-f-]{36})$/, page: reportPage },
  { name: "plan", pattern: /^\/novels\/new$/, page: startPage },
  { name: "session", pattern: /^\/novels\/([0-9a-f-]{36})$/, page: sessionPage },
  { name: "novel", pattern: /^\/novel\/([0-9a-f-]{36})$/, page: novelPage },
  { name: "heroes", pattern: /^\/heroes$/, page: heroesPage },
];

/** @type {Record<string, string>} */
const LOST = { NOVEL_NOT_FOUND: "This novel does not exist", SESSION_NOT_FOUND: "This plan does not exist" };

const main = /** @type {HTMLElement} */ (document.querySelector("#page"));
let leave = () => {};
let visit = 0;

async function show() {
  const mine = (visit += 1);
  takeKey();
  const [path, query] = location.hash.slice(1).split("?");
  const found = ROUTES.map((route) => ({ route, match: route.pattern.exec(path) })).find(({ match }) => match);
  leave();
  leave = () => {};
  document.documentElement.dataset.page = found?.route.name ?? "none";
  mark(found?.route.name);
  const place = h("div", { class: "place" });
  fill(main, place);
  try {
    const shown = found
      ? await found.route.page(place, new URLSearchParams(query), found.match?.[1] ?? "")
      : nothingHere(place);
    settle(mine, shown);
  } catch (fault) {
    settle(mine, failed(place, fault));
  }
}

/** @param {number} mine @param {{title: string, leave?: () => void}} shown */
function settle(mine, shown) {
  if (mine !== visit) return shown.leave?.();
  leave = shown.leave ?? (() => {});
  document.title = shown.title ? `${shown.title} · Storytroupe` : "Storytroupe";
  if (mine === 1) return;
  window.scrollTo(0, 0);
  main.focus({ preventScroll: true });
  announce(document.title);
}

/** @param {string | undefined} name */
function mark(name) {
  for (const link of document.querySelectorAll("[data-route]")) {
    const here = /** @type {HTMLElement} */ (link).dataset.route === name;
    here ? link.setAttribute("aria-current", "page") : link.removeAttribute("aria-current");
  }
}

/** @param {HTMLElement} place */
function nothingHere(place) {
  fill(place, notice("This page does not exist", "It may have moved, or the address is incomplete."));
  return { title: "Page not found" };
}

/** What went wrong, and what to do next. @param {HTMLElement} place @param {unknown} fault */
function failed(place, fault) {
  if (!(fault instanceof ApiError)) throw fault;
  if (fault.status === 401) return signInPage(place, show);
  const lost = fault.status === 404;
  const title = lost ? LOST[fault.code] ?? "This story does not exist" : "That did not work";
  const again = h("button", { class: "button", type: "button", onclick: show }, "Try again");
  fill(place, notice(title, lost ? "It may have been deleted." : fault.message, lost ? null : again));
  return { title };
}

/** @param {string} title @param {string} text @param {any} [action] */
const notice = (title, text, action) =>
  h("section", { class: "notice" },
    h("img", { src: "/web/art/lost.svg", alt: "", width: 180, height: 140, onerror: (/** @type {any} */ event) => event.target.remove() }),
    h("h1", {}, title), h("p", {}, text),
    h("p", { class: "row" }, action, h("a", { class: "button", href: "#/" }, "Go to the library")));

window.addEventListener("hashchange", show);
document.querySelector(".skip")?.addEventListener("click", (event) => (event.preventDefault(), main.focus()));
await show();
