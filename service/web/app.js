// The studio: which page is shown, and what they share.

import { announce } from "./announcer.js";
import { BACK, watchService } from "./away.js";
import { ApiError } from "./client.js";
import { fill, h } from "./dom.js";
import { loaded } from "./loading.js";
import { takeKey } from "./session.js";
import { signInPage } from "./sign_in.js";

/**
 * A page is given where to stand and its address, and may answer with what to do when it is left. Its script is loaded when
 * the page is first shown.
 * @typedef {(place: HTMLElement, address: URLSearchParams, id: string) =>
 *   Promise<{title: string, leave?: () => void}>} Page
 * @type {{name: string, pattern: RegExp, load: () => Promise<Page>}[]}
 */
const ROUTES = [
  { name: "library", pattern: /^\/?$/, load: async () => (await import("./library.js")).libraryPage },
  { name: "new", pattern: /^\/new$/, load: async () => (await import("./story_form.js")).storyFormPage },
  { name: "live", pattern: /^\/stories\/([0-9a-f-]{36})$/, load: async () => (await import("./live_page.js")).livePage },
  { name: "reader", pattern: /^\/read\/([0-9a-f-]{36})$/, load: async () => (await import("./reader.js")).readerPage },
  { name: "report", pattern: /^\/report\/([0-9a-f-]{36})$/, load: async () => (await import("./report.js")).reportPage },
  { name: "novels", pattern: /^\/novels$/, load: async () => (await import("./novel/novels_page.js")).novelsPage },
  { name: "plan", pattern: /^\/novels\/new$/, load: async () => (await import("./genesis/start.js")).startPage },
  { name: "session", pattern: /^\/novels\/([0-9a-f-]{36})$/, load: async () => (await import("./genesis/session_page.js")).sessionPage },
  { name: "novel", pattern: /^\/novel\/([0-9a-f-]{36})$/, load: async () => (await import("./novel/novel_page.js")).novelPage },
  { name: "choose", pattern: /^\/choose\/([0-9a-f-]{36})$/, load: async () => (await import("./genesis/choose.js")).choosePage },
  { name: "heroes", pattern: /^\/heroes$/, load: async () => (await import("./heroes.js")).heroesPage },
];

/** Pages that belong to the novels. */
const NOVELS = new Set(["plan", "session", "novel"]);

/** @type {Record<string, string>} */
const LOST = { NOVEL_NOT_FOUND: "This novel does not exist", SESSION_NOT_FOUND: "This plan does not exist" };

const main = /** @type {HTMLElement} */ (document.querySelector("#page"));
let leave = () => {};
let visit = 0;
/** Whether what is shown is that the service did not answer. */
let unanswered = false;

async function show() {
  const mine = (visit += 1);
  takeKey();
  const [path, query] = location.hash.slice(1).split("?");
  const found = ROUTES.map((route) => ({ route, match: route.pattern.exec(path) })).find(({ match }) => match);
  leave();
  leave = () => {};
  unanswered = false;
  document.documentElement.dataset.page = found?.route.name ?? "none";
  mark(found?.route.name);
  const place = h("div", { class: "place" });
  fill(main, place);
  try {
    const shown = found
      ? await (await loaded(found.route.load))(place, new URLSearchParams(query), found.match?.[1] ?? "")
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
    const { route } = /** @type {HTMLElement} */ (link).dataset;
    const is = route === name ? "page" : route === "novels" && NOVELS.has(name ?? "") ? "true" : null;
    is ? link.setAttribute("aria-current", is) : link.removeAttribute("aria-current");
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
  unanswered = fault.status === 0;
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
window.addEventListener(BACK, () => unanswered && show());
watchService(main);
document.querySelector(".skip")?.addEventListener("click", (event) => (event.preventDefault(), main.focus()));
await show();
