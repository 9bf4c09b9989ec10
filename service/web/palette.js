// Colours of a book's pictures, made fit to read on. Contrast by WCAG 2.

const READABLE = 4.5;

/** @param {string} hex @returns {number[]} red, green and blue, 0–255 */
const channels = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

/** @param {number[]} rgb */
const hexOf = (rgb) => `#${rgb.map((value) => Math.round(value).toString(16).padStart(2, "0")).join("")}`;

/** @param {string} hex */
function luminance(hex) {
  const [red, green, blue] = channels(hex).map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** The contrast of two colours, 1–21. @param {string} one @param {string} other */
export function contrast(one, other) {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

/** @param {string} one @param {string} other @param {number} share of the other, 0–1 */
export function mix(one, other, share) {
  const [from, to] = [channels(one), channels(other)];
  return hexOf(from.map((value, at) => value + (to[at] - value) * share));
}

/**
 * The colour, moved towards black or white until it can be read on the ground.
 * @param {string} colour @param {string} ground
 */
export function readable(colour, ground) {
  const goal = luminance(ground) > 0.18 ? "#000000" : "#ffffff";
  for (let share = 0; share < 1; share += 0.05) {
    const moved = mix(colour, goal, share);
    if (contrast(moved, ground) >= READABLE) return moved;
  }
  return goal;
}

/** How far a colour is from grey. @param {string} hex */
const vividness = (hex) => Math.max(...channels(hex)) - Math.min(...channels(hex));

/** What a book without pictures yet is tinted with: each page a little further round the wheel. */
const RESTING = ["#b4632f", "#8a7a2c", "#2f7f74", "#3d6f9e", "#7a5aa0", "#a84d6b"];

/**
 * The CSS variables of a page: its ground, its title's ink, and the lit word with the ink on it.
 * @param {string[] | undefined} colours three deep ones, if its picture is there
 * @param {number} index of the page
 * @param {boolean} dark
 */
export function pageColours(colours, index, dark) {
  const [first, ...others] = colours?.length ? colours : [RESTING[index % RESTING.length]];
  const vivid = [first, ...others].sort((one, other) => vividness(other) - vividness(one))[0];
  const paper = dark ? "#221c2b" : "#fffdf8";
  const lit = readable(vivid, "#ffffff");
  return {
    ground: mix(first, dark ? "#15111b" : "#fbf3e6", dark ? 0.8 : 0.7),
    wash: mix(first, dark ? "#15111b" : "#fffaf0", dark ? 0.55 : 0.6),
    title: readable(dark ? mix(vivid, "#ffffff", 0.45) : vivid, paper),
    lit: dark ? mix(lit, "#000000", 0.1) : lit,
    "lit-ink": "#ffffff",
  };
}

const darkness = window.matchMedia("(prefers-color-scheme: dark)");

export const isDark = () => darkness.matches;

/** Be told when the room gets dark or light. @param {() => void} listener @param {AbortSignal} signal */
export const onLight = (listener, signal) => darkness.addEventListener("change", listener, { signal });
