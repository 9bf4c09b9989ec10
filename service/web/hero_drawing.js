// A small drawing of a hero, as the words about its looks have it: it is drawn anew while the words are written.

const SVG = "http://www.w3.org/2000/svg";

/** Colours by the words that the illustrator knows, for the swatches and for the drawing. @type {Record<string, [string, string][]>} */
export const SWATCHES = {
  skin_tone: [["very light", "#f7dcc8"], ["light", "#efc3a0"], ["tan", "#d6a071"], ["brown", "#a8703f"], ["deep brown", "#6f4526"], ["very dark brown", "#4a2e1c"]],
  hair: [["black", "#2b2327"], ["dark brown", "#4b2f22"], ["brown", "#7b4f2d"], ["red", "#b4502a"], ["blond", "#e3bd6d"], ["grey", "#a9a6a4"], ["white", "#f1eee8"]],
  eyes: [["dark brown", "#3a241a"], ["brown", "#6d4527"], ["green", "#4b7a4b"], ["blue", "#3f74a8"], ["grey", "#77808a"]],
  outfit: [["red", "#c8402f"], ["orange", "#e08a2e"], ["yellow", "#f0c13c"], ["green", "#4c8c4a"], ["blue", "#3f74b5"], ["purple", "#7d56a3"], ["pink", "#e08aa6"], ["white", "#f4f1ea"]],
};
const MORE = /** @type {[string, string][]} */ ([["teal", "#2f8580"], ["black", "#2f2a33"], ["brown", "#8a5a34"], ["grey", "#9a9a9a"], ["gold", "#d9a93a"]]);
/** @type {Record<string, string>} */
const FUR = { fox: "#d5703a", bear: "#8a5a34", mouse: "#a9a19b", rabbit: "#cbb79f", owl: "#8d6b47", cat: "#c98f55", dog: "#b98452", wolf: "#7f8690", badger: "#5d5a5e", hedgehog: "#8b6a4d" };

/** The colour that words name, the longest name first. @param {string} words @param {keyof typeof SWATCHES} of @param {string} usual */
export function colourOf(words, of, usual) {
  const known = [...SWATCHES[of], ...MORE].sort(([one], [other]) => other.length - one.length);
  return known.find(([name]) => words.toLowerCase().includes(name))?.[1] ?? usual;
}

/** @param {string} name @param {Record<string, string | number>} attributes @param {...Element} children */
function shape(name, attributes, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}

const circle = (/** @type {number} */ cx, /** @type {number} */ cy, /** @type {number} */ r, /** @type {string} */ fill) => shape("circle", { cx, cy, r, fill });
const path = (/** @type {string} */ d, /** @type {Record<string, any>} */ more) => shape("path", { d, "stroke-linecap": "round", "stroke-linejoin": "round", ...more });

/** @param {any} hero as the service has it @returns {Element} */
export function heroDrawing(hero) {
  const looks = hero.looks ?? {};
  const traits = new Set((hero.traits ?? []).map((/** @type {{id: string}} */ { id }) => id));
  const animal = hero.kind === "animal";
  const skin = animal ? FUR[(hero.species ?? "").toLowerCase()] ?? "#b98452" : colourOf(looks.skin_tone ?? "", "skin_tone", "#dba878");
  const hair = colourOf(looks.hair ?? "", "hair", hero.kind === "adult" && Number(hero.age) > 60 ? "#d8d5d0" : "#5a3a28");
  const cloth = colourOf(looks.outfit ?? "", "outfit", "#4c8c8a");
  const parts = [
    ...(animal ? ears(skin) : traits.has("head_covering") ? [path("M25 62C22 22 98 22 95 62L101 104H19z", { fill: cloth })] : behind(looks.hair ?? "", hair)),
    path("M26 150C26 112 40 100 60 100S94 112 94 150z", { fill: cloth }),
    shape("rect", { x: 52, y: 84, width: 16, height: 20, rx: 7, fill: skin }),
    shape("ellipse", { cx: 60, cy: 60, rx: 28, ry: 30, fill: skin }),
    ...(animal ? [shape("ellipse", { cx: 60, cy: 72, rx: 13, ry: 10, fill: "#fff7ea" }), circle(60, 67, 4, "#33262b")]
      : traits.has("head_covering") ? [path("M32 58C32 34 46 27 60 27S88 34 88 58C80 42 40 42 32 58z", { fill: cloth })] : fringe(looks.hair ?? "", hair)),
    ...[49, 71].flatMap((x) => [circle(x, 60, 4.6, "#fff"), circle(x, 60.5, 3.2, colourOf(looks.eyes ?? "", "eyes", "#3a241a"))]),
    path("M50 76Q60 84 70 76", { fill: "none", stroke: "#5b2f2a", "stroke-width": 2.4 }),
    ...(traits.has("glasses") ? [path("M56 60h8M40 60a9 9 0 1 0 18 0 9 9 0 1 0-18 0M62 60a9 9 0 1 0 18 0 9 9 0 1 0-18 0", { fill: "none", stroke: "#33262b", "stroke-width": 2.2 })] : []),
    ...([...traits].some((id) => /wheelchair/.test(id)) ? [path("M14 138a20 20 0 0 1 26-19M106 138a20 20 0 0 0-26-19M14 150v-12M106 150v-12", { fill: "none", stroke: "#3d4f63", "stroke-width": 5 })] : []),
  ];
  return shape("svg", { viewBox: "0 0 120 150", class: "hero-drawing", "aria-hidden": "true" }, ...parts);
}

/** @param {string} fur */
const ears = (fur) => [path("M34 46L30 18 54 34zM86 46L90 18 66 34z", { fill: fur, stroke: fur, "stroke-width": 6 })];

/** Hair behind the head, by its words. @param {string} words @param {string} hair */
function behind(words, hair) {
  if (/bald|no hair|shaved/.test(words)) return [];
  if (/curl|coil|afro|puff/.test(words)) return [[32, 50, 17], [40, 34, 17], [60, 27, 18], [80, 34, 17], [88, 50, 17]].map(([x, y, r]) => circle(x, y, r, hair));
  if (/braid|plait/.test(words)) return [path("M34 58C24 76 24 92 26 106M86 58C96 76 96 92 94 106", { fill: "none", stroke: hair, "stroke-width": 10 })];
  if (/ponytail/.test(words)) return [path("M84 40C104 52 102 78 96 92", { fill: "none", stroke: hair, "stroke-width": 13 })];
  return /long|straight|wav|bob/.test(words) ? [path("M28 58C28 24 92 24 92 58V88H28z", { fill: hair })] : [];
}

/** Hair over the brow. @param {string} words @param {string} hair */
const fringe = (words, hair) => (/bald|no hair|shaved/.test(words) ? [] : [path("M31 58C27 22 93 22 89 58C86 44 76 40 66 42C54 46 40 42 31 58z", { fill: hair })]);
