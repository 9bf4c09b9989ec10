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
      h("h1", {}, "Who is reading?"),
      keyIsOutdated() && h("p", { role: "status" }, "The address that you came by has ended: Storytroupe was started again since."),
      h("p", {}, "If you started Storytroupe, open the address behind “studio” that it printed. This prints it again:"),
      h("p", {}, h("code", {}, "storytroupe studio-url")),
      h("p", {}, "If somebody else runs it, ask them for a token, and paste it here. It stays in this tab only."),
      h("label", { for: "token" }, "Your token"), input,
      h("button", { class: "button primary", type: "submit" }, "Come in")));
  return { title: "Come in" };
}
