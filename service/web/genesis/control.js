// The control by which a value is written, by the kind of its field.

import { h } from "../dom.js";
import { T, choiceName } from "./texts.js";

/**
 * `read` answers with the value, or null for an empty one. `instant`: a change is complete as soon as it is made.
 * @typedef {{element: any, read(): any, set(value: any): void, instant: boolean, hint?: string}} Control
 */

/**
 * @param {import("./table.js").Field} field @param {any} value @param {import("./plan.js").Plan} plan @param {string} label
 * @returns {Control}
 */
export function control(field, value, plan, label) {
  if (field.kind === "refs") return boxes(field, value ?? [], plan, label);
  if (field.kind === "choice" || field.kind === "ref" || field.kind === "flag") return select(field, value, plan, label);
  if (field.kind === "whole") return number(value, label);
  return area(field, value, label);
}

/** @param {import("./table.js").Field} field @param {any} value @param {string} label @returns {Control} */
function area(field, value, label) {
  const isList = field.kind === "list";
  const shown = (/** @type {any} */ one) => (isList ? (one ?? []).join("\n") : one ?? "");
  const element = h("textarea", { rows: field.kind === "line" ? 1 : isList ? 4 : 3, dir: "auto", "aria-label": label });
  element.value = shown(value);
  const read = () => {
    const text = element.value.trim();
    if (!isList) return text || null;
    const items = text.split("\n").map((/** @type {string} */ one) => one.trim()).filter(Boolean);
    return items.length ? items : null;
  };
  return { element, read, set: (one) => (element.value = shown(one)), instant: false, hint: isList ? T.lines : undefined };
}

/** @param {any} value @param {string} label @returns {Control} */
function number(value, label) {
  const element = h("input", { inputmode: "numeric", autocomplete: "off", "aria-label": label });
  element.value = value ?? "";
  const read = () => {
    const text = element.value.trim();
    return text === "" ? null : /^\d+$/.test(text) ? Number(text) : text;
  };
  return { element, read, set: (one) => (element.value = one ?? ""), instant: false };
}

/** @param {import("./table.js").Field} field @param {any} value @param {import("./plan.js").Plan} plan @param {string} label @returns {Control} */
function select(field, value, plan, label) {
  const options = field.kind === "flag" ? [["true", T.yes], ["false", T.no]]
    : field.kind === "ref" ? plan.ids(/** @type {string} */ (field.of)).map((id) => [id, plan.nameOf(`${field.of}.${id}`)])
      : (field.options ?? []).map((one) => [one, choiceName(one)]);
  const element = h("select", { "aria-label": label }, h("option", { value: "" }, T.choosePlain), options.map(([key, name]) => h("option", { value: key }, name)));
  element.value = String(value ?? "");
  const read = () => (element.value === "" ? null : field.kind === "flag" ? element.value === "true" : element.value);
  return { element, read, set: (one) => (element.value = String(one ?? "")), instant: true };
}

/** @param {import("./table.js").Field} field @param {string[]} value @param {import("./plan.js").Plan} plan @param {string} label @returns {Control} */
function boxes(field, value, plan, label) {
  const inputs = plan.ids(/** @type {string} */ (field.of)).map((id) => h("input", { type: "checkbox", value: id, checked: value.includes(id) }));
  const element = h("div", { class: "boxes", role: "group", "aria-label": label, tabindex: "-1" },
    inputs.map((input) => h("label", { class: "tick" }, input, plan.nameOf(`${field.of}.${input.value}`))));
  const read = () => {
    const ids = inputs.filter((input) => input.checked).map((input) => input.value);
    return ids.length ? ids : null;
  };
  return { element, read, set: (one) => inputs.forEach((input) => (input.checked = (one ?? []).includes(input.value))), instant: true };
}
