// Where nobody is known, the page asks for a token.

import { fill, h } from "./dom.js";
import { acceptToken } from "./session.js";

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
      h("h1", {}, "Who is reading?"),
      h("p", {}, "This studio is shared, so it asks for your token. Whoever runs it can give you one; "
        + "it stays in this tab only."),
      h("label", { for: "token" }, "Your token"), input,
      h("button", { class: "button primary", type: "submit" }, "Come in")));
  return { title: "Come in" };
}
