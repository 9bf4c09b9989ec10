// Tells screen readers what has happened, politely: what comes within a moment is said together.

const GATHER_MS = 700;

/** @type {string[]} */
let waiting = [];
let timer = 0;

/** Say a sentence soon. @param {string} sentence */
export function announce(sentence) {
  if (!waiting.includes(sentence)) waiting.push(sentence);
  clearTimeout(timer);
  timer = window.setTimeout(say, GATHER_MS);
}

function say() {
  const region = document.querySelector("#announcer");
  if (region) region.textContent = waiting.join(" ");
  waiting = [];
}
