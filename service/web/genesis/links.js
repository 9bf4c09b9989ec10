// Links with which somebody without an account makes one decision for which a session waits.

import { form } from "../dialog.js";
import { h, setText } from "../dom.js";
import { readWaits, signWait } from "./api.js";
import { when } from "./past.js";
import { T } from "./texts.js";

/** Make a link for the choice that a stage waits for, and show it. Raises `ApiError`. @param {string} session @param {string} stage */
export async function offerLink(session, stage) {
  const wait = (await readWaits(session)).reverse().find((one) => one.status === "open" && one.stage === stage);
  if (!wait) return;
  const { url, expires_at: until } = await signWait(wait.correlation_id);
  const address = new URL(location.pathname, location.href);
  address.hash = `/choose/${wait.correlation_id}${url.slice(url.indexOf("?"))}`;
  const text = h("input", { readonly: true, "aria-label": T.linkLabel, value: address.href, onfocus: () => text.select() });
  const copy = h("button", { class: "button", type: "button", onclick: () => copyIt(text, copy) }, T.linkCopy);
  await form({ title: T.linkTitle, body: [h("p", {}, T.linkText(stage)), h("div", { class: "stack s075" }, text, h("div", { class: "row" }, copy), h("p", { class: "small soft flush" }, T.linkUntil(when(until))))], answers: [], act: async () => {} });
}

/** The clipboard exists on pages of https only; elsewhere the text is marked, to be copied by hand. @param {HTMLInputElement} text @param {HTMLElement} button */
async function copyIt(text, button) {
  text.select();
  if (!navigator.clipboard) return;
  await navigator.clipboard.writeText(text.value);
  setText(button, T.linkCopied);
}
