// Elements from descriptions. Texts are always set as text, never as markup.

const SVG = "http://www.w3.org/2000/svg";

/**
 * Make an element. Properties named `on…` are listeners, `dataset` and `vars` (CSS variables) are
 * objects, booleans are attributes that are there or not, and the rest are attributes.
 * @param {string} name
 * @param {Record<string, any>} [properties]
 * @param {...(Node | string | number | null | undefined | false)} children
 * @returns {any} the element
 */
export function h(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) set(element, key, value);
  element.append(...present(children));
  return element;
}

/** @param {HTMLElement} element @param {string} key @param {any} value */
function set(element, key, value) {
  if (value === null || value === undefined || value === false) return;
  if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
  else if (key === "dataset") Object.assign(element.dataset, value);
  else if (key === "vars") setVars(element, value);
  else element.setAttribute(key, value === true ? "" : String(value));
}

/**
 * Set CSS variables, by the object model: style attributes are against the page's policy.
 * @param {HTMLElement} element @param {Record<string, string>} vars
 */
export function setVars(element, vars) {
  for (const [name, value] of Object.entries(vars)) element.style.setProperty(`--${name}`, value);
}

/** @param {any[]} children */
const present = (children) =>
  children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);

/**
 * An icon of the sprite; decoration only, so its button needs a label of its own.
 * @param {string} name
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `/web/art/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

/**
 * Replace what an element holds.
 * @param {Element} element @param {...any} children
 */
export function fill(element, ...children) {
  element.replaceChildren(...present(children));
}

/**
 * Change an element's text only if it differs, so that nothing is announced twice.
 * @param {Element} element @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
