// Why a part of a book could not be made, in words for whoever wanted the book, and what helps.

import { called } from "./captions.js";

/** What was asked for is refused: only another wish helps. */
const REFUSED = ["PROVIDER_REFUSED", "MODERATION_BLOCKED", "MODEL_REFUSED", "CONTENT_FILTERED", "CONTENT_FLAGGED", "SPEECH_REFUSED",
  "PAGE_TOO_LONG", "IMAGE_VALIDATION_FAILED"];
/** Something is wrong with the service: whoever runs it has to act first. */
const BROKEN = ["PROVIDER_KEY_REFUSED", "INSUFFICIENT_QUOTA", "MODEL_NOT_FOUND", "VOICE_NOT_FOUND", "VOICE_NOT_INSTALLED", "PROVIDER_REJECTED",
  "PROVIDER_CLIENT", "STORE_FAILED", "POISON", "INTERNAL"];
/** What a larger budget helps is said where the budget is. */
const MONEY = ["BUDGET_EXCEEDED", "MONTH_BUDGET_EXCEEDED"];

/** @typedef {{text: string, helps: "wish" | "again", detail: string}} Reason */

/** The one reason to tell, or null where nothing failed. @param {import("./client.js").StoryState} state @returns {Reason | null} */
export function reasonOf({ assets }) {
  const [name, first] = Object.entries(assets).find(([, asset]) => asset.status === "failed") ?? [];
  if (!name || !first || MONEY.includes(first.error_code ?? "")) return null;
  const part = called(name, first);
  const code = first.error_code ?? "";
  const [text, helps] = REFUSED.includes(code) ? [`The program that makes ${part} refuses what was asked for. Other words may help.`, "wish"]
    : BROKEN.includes(code) ? [`Something is wrong with Storytroupe itself, so ${part} could not be made. Ask the person who runs it. You can continue afterwards.`, "again"]
      : [`The program that makes ${part} did not manage it. It usually helps to try again.`, "again"];
  return { text, helps: /** @type {Reason["helps"]} */ (helps), detail: first.error ?? "" };
}
