// Says on every page that the service does not answer, and when it is back.

import { h } from "./dom.js";
import { toast } from "./toast.js";

/** How often it is asked while it is away, and now and then on a page that asks for nothing by itself. */
const AWAY_MS = 2000;
const IDLE_MS = 15_000;

/** What is sent to the window when the service answers again. */
export const BACK = "storytroupe.back";

const banner = h("p", { class: "away", role: "status" });
let asking = false;
let timer = 0;

/** Somebody got no answer: see whether the service is away. */
export function doubt() {
  if (!asking) void look();
}

async function look() {
  asking = true;
  clearTimeout(timer);
  const there = await answers();
  asking = false;
  if (!there && !banner.textContent) banner.textContent = "The service does not answer. Nothing is lost. It goes on when the service is back.";
  if (there && banner.textContent) {
    banner.textContent = "";
    toast("The service is back.");
    window.dispatchEvent(new Event(BACK));
  }
  timer = window.setTimeout(() => (document.hidden ? again() : look()), there ? IDLE_MS : AWAY_MS);
}

/** A page that nobody sees asks when it is seen. */
const again = () => document.addEventListener("visibilitychange", doubt, { once: true });

const answers = () => fetch("/healthz", { cache: "no-store", redirect: "error" }).then(({ ok }) => ok, () => false);

/** Begin to look, with the banner before the page. @param {HTMLElement} main */
export function watchService(main) {
  main.before(banner);
  for (const change of ["offline", "online"]) window.addEventListener(change, doubt);
  timer = window.setTimeout(doubt, IDLE_MS);
}
