// The parts of a form: each with its label, its hint and a place for what is wrong with it.

import { h, setText } from "./dom.js";

let made = 0;

/**
 * A labelled control. `path` is the name that the service has for it in its errors.
 * @param {{path: string, label: string | Node, control: any, hint?: string, wide?: boolean, required?: boolean}} parts
 */
export function field({ path, label, control, hint, wide = false, required = false }) {
  const id = `field-${(made += 1)}`;
  control.id = id;
  const error = h("p", { class: "error", id: `${id}-error`, hidden: true });
  const told = hint ? h("p", { class: "hint", id: `${id}-hint` }, hint) : null;
  control.setAttribute("aria-describedby", `${id}-error${hint ? ` ${id}-hint` : ""}`);
  return h("div", { class: wide ? "field wide" : "field", dataset: { path }, "data-required": required },
    h("label", { for: id }, label), told, control, error);
}

/** @param {Record<string, any>} [properties] */
export const text = (properties = {}) => h("input", { type: "text", autocomplete: "off", ...properties });

/**
 * The number that was typed, with a point or a comma; null for nothing; what stands there where that is none.
 * @param {HTMLInputElement} control
 */
export function numberOf(control) {
  const said = control.value.trim();
  const number = Number(said.replace(",", "."));
  return said === "" ? null : Number.isFinite(number) ? number : said;
}

/** @param {Record<string, any>} [properties] @param {string} [value] */
export function paragraph(properties = {}, value = "") {
  const area = h("textarea", { rows: 3, ...properties });
  area.value = value;
  return area;
}

/**
 * A choice of one, as a row of buttons that are radio buttons.
 * @param {{path: string, legend: string, options: [string, string][], value: string, kind?: string,
 *   draw?: (value: string) => Node}} parts
 */
export function choice({ path, legend, options, value, kind = "segments", draw }) {
  const name = `choice-${(made += 1)}`;
  const group = h("fieldset", { class: `choice ${kind}`, dataset: { path } }, h("legend", {}, legend),
    h("div", { class: "options" }, options.map(([key, label]) =>
      h("label", {}, h("input", { type: "radio", name, value: key, checked: key === value }),
        h("span", {}, draw?.(key), label)))),
    h("p", { class: "error", hidden: true }));
  return {
    group,
    /** Choose what has this value, or nothing where none has. @param {string} wanted */
    choose(wanted) {
      for (const input of group.querySelectorAll("input")) input.checked = input.value === wanted;
    },
    read: () => /** @type {string} */ (group.querySelector("input:checked")?.value ?? value),
  };
}

/**
 * Words to pick any of, and to add to.
 * @param {{path: string, legend: string, hint: string, options: string[], value: string[], most: number}} parts
 */
export function chips({ path, legend, hint, options, value, most }) {
  const list = h("div", { class: "options" });
  const put = (/** @type {string} */ word, /** @type {boolean} */ checked) =>
    list.append(h("label", {}, h("input", { type: "checkbox", value: word, checked }), h("span", { dir: "auto" }, word)));
  for (const word of new Set([...options, ...value])) put(word, value.includes(word));
  const own = text({ maxlength: 80, "aria-label": "A theme of your own", placeholder: "your own …" });
  const add = () => {
    if (own.value.trim()) put(own.value.trim(), true);
    own.value = "";
    own.focus();
  };
  own.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    add();
  });
  const group = h("fieldset", { class: "choice chips", dataset: { path } }, h("legend", {}, legend),
    h("p", { class: "hint" }, hint), list,
    h("p", { class: "row own" }, own, h("button", { class: "button small", type: "button", onclick: add }, "Add")),
    h("p", { class: "error", hidden: true }));
  const read = () => [...group.querySelectorAll("input:checked")].map((input) => input.value).slice(0, most);
  return { group, read };
}

/** Take away what was said of every field. @param {HTMLElement} form */
export function clearErrors(form) {
  for (const error of form.querySelectorAll(".error")) /** @type {HTMLElement} */ (error).hidden = true;
  for (const control of form.querySelectorAll("[aria-invalid]")) control.removeAttribute("aria-invalid");
}

/**
 * Say what is wrong beside its field. Answers with the control, or null if no field has that path.
 * @param {HTMLElement} form @param {string} path @param {string} message
 * @returns {HTMLElement | null}
 */
export function showError(form, path, message) {
  const place = placeOf(form, path);
  const error = /** @type {HTMLElement | null} */ (place?.querySelector(".error") ?? null);
  const control = /** @type {HTMLElement | null} */ (place?.querySelector("input, textarea, select") ?? null);
  if (!error || !control) return null;
  setText(error, message);
  error.hidden = false;
  control.setAttribute("aria-invalid", "true");
  const folded = control.closest("details");
  if (folded) folded.open = true;
  return control;
}

/** The field of a path, or of the nearest part of it: `characters.0.traits.2.id` is the traits of the first hero. */
function placeOf(/** @type {HTMLElement} */ form, /** @type {string} */ path) {
  const [, hero, rest] = /^characters\.(\d+)\.?(.*)$/.exec(path) ?? [null, null, path];
  const within = hero === null ? form : form.querySelectorAll("[data-hero]")[Number(hero)] ?? form;
  for (let parts = rest.split("."); parts.length > 0; parts = parts.slice(0, -1)) {
    const place = within.querySelector(`[data-path="${CSS.escape(parts.join("."))}"]`);
    if (place) return place;
  }
  return null;
}
