// Where nobody is known, the page says how to come in: by the studio's own URL, or with a token.

import { fill, h } from "./dom.js";
import { acceptToken, keyIsOutdated } from "./session.js";

/**
 * @param {HTMLElement} place
 * @param {() => void} done
 */
export function signInPage(place, done) {
  const input = h("textarea", { id: "token", rows: 3, required: true, autocomplete: "off", spellcheck: "false" });
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    acceptToken(input.value);
    done();
  };
  fill(place,
    h("form", { class: "sheet sign-in", onsubmit: submit },
      h("h1", {}, "Sign in"),
      keyIsOutdated() && h("p", { role: "status" }, "The address that you opened is no longer valid, since Storytroupe was restarted."),
      h("p", {}, "If you started Storytroupe, open the address that it printed after the word “studio”. This command prints it again:"),
      h("p", {}, h("code", {}, "storytroupe studio-url")),
      h("p", {}, "If another person runs it, ask that person for a token, and paste it here. Only this tab keeps the token."),
      h("label", { for: "token" }, "Your token"), input,
      h("button", { class: "button primary", type: "submit" }, "Sign in")));
  return { title: "Sign in" };
}
