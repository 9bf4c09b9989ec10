// Three ways to hear of a story's changes. Each returns when it is over, or raises `Cut`.

import { ApiError, ask, getStory, refusal, storyStatus } from "./client.js";
import { forgetToken, token } from "./session.js";

/**
 * @typedef {import("./frames.js").Log} Log
 * @typedef {{id: string, log: Log, signal: AbortSignal, opened(): void, message(text: string): void}} Way
 */

const JOIN_MS = 6000;
const POLL_MS = 2000;
/** After so many, it is seen whether a better way has opened. */
const MOST_POLLS = 30;
/** Close codes from here on say that the same again will not do. */
const NOT_AGAIN = 4500;
const BAD_TOKEN = [4004, 4500, 4503];

/** The way was cut. `retryMs`: when to come back; `gone`: never; `afresh`: trying the best way first. */
export class Cut extends Error {
  /** @param {string} why @param {{retryMs?: number, gone?: boolean, afresh?: boolean}} [more] */
  constructor(why, { retryMs, gone = false, afresh = false } = {}) {
    super(why);
    this.retryMs = retryMs;
    this.gone = gone;
    this.afresh = afresh;
  }
}

/** The websocket, subprotocol storytroupe.v1. @param {Way} way */
export async function websocket(way) {
  const bearer = await token();
  const url = new URL("/api/v1/ws", location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(url, "storytroupe.v1");
  try {
    await converse(socket, bearer, way);
  } finally {
    socket.close(1000);
  }
}

/** @param {WebSocket} socket @param {string} bearer @param {Way} way */
function converse(socket, bearer, way) {
  const channel = `stories:id=${way.id}`;
  const send = (/** @type {any} */ message) => socket.send(JSON.stringify(message));
  const subscribe = () =>
    send({ type: "subscribe", id: 1, channel, ...(way.log.version === null ? {} : { since: way.log.version }) });
  return new Promise((resolve, reject) => {
    /** @type {number | undefined} */
    let retryMs;
    let silence = JOIN_MS;
    let watchdog = 0;
    const heard = () => {
      clearTimeout(watchdog);
      watchdog = window.setTimeout(() => reject(new Cut("silent")), silence);
    };
    const react = (/** @type {any} */ message) => {
      if (message.type === "welcome") silence = message.ping_seconds * 2000;
      else if (message.type === "ping") send({ type: "pong" });
      else if (message.type === "bye") retryMs = message.retry_ms;
      else if (message.type === "resync") message.reason === "gone" ? reject(gone()) : subscribe();
      else if (message.type === "error") reject(message.temporary ? new Cut(message.code) : gone());
      else if (!way.log.take(message)) subscribe();
      else if (message.type === "subscribed") way.opened();
      if (way.log.ended) resolve(undefined);
    };
    way.signal.addEventListener("abort", () => resolve(undefined), { once: true });
    socket.onopen = () => (send({ type: "hello", token: bearer }), subscribe());
    socket.onmessage = (event) => (heard(), react(JSON.parse(event.data)));
    socket.onclose = ({ code }) => {
      if (BAD_TOKEN.includes(code)) forgetToken();
      reject(new Cut(`closed ${code}`, { retryMs: code < NOT_AGAIN ? retryMs : undefined }));
    };
    heard();
  }).finally(() => (socket.onclose = socket.onmessage = null));
}

const gone = () => new Cut("gone", { gone: true });

/** Server-sent events, read by fetch so that the token stays out of the URL. @param {Way} way */
export async function serverEvents(way) {
  const headers = way.log.version === null ? {} : { "Last-Event-ID": String(way.log.version) };
  const response = await ask(`/api/v1/stories/${way.id}/events`, { headers, signal: way.signal });
  if (!response.ok || !response.body) throw await asCut(response);
  way.opened();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) throw new Cut("the stream ended");
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) if (!takeBlock(way.log, block)) throw new Cut("a hole", { retryMs: 0 });
    if (way.log.ended) return void reader.cancel();
  }
}

/** @param {Log} log @param {string} block of lines */
function takeBlock(log, block) {
  const data = block.split("\n").filter((line) => line.startsWith("data:")).map((line) => line.slice(5));
  return data.length === 0 || log.take(JSON.parse(data.join("\n")));
}

/** @param {Response} response */
async function asCut(response) {
  const error = await refusal(response);
  return new Cut(error.code, { gone: response.status === 404 });
}

/** Asking every two seconds, and for the whole when something has changed. @param {Way} way */
export async function polling(way) {
  let last = "";
  for (let polls = 0; !way.signal.aborted; polls += 1) {
    if (polls === MOST_POLLS) throw new Cut("polled for long", { retryMs: 0, afresh: true });
    const status = await polled(() => storyStatus(way.id));
    way.opened();
    way.message(status.status_message);
    const told = JSON.stringify(status);
    if (told !== last) {
      const story = await polled(() => getStory(way.id));
      const state = { ...story.asset_generation_status, title: story.title, status: story.status };
      way.log.replace(story.version, state);
      last = told;
    }
    if (way.log.ended) return;
    await pause(POLL_MS, way.signal);
  }
}

/** @template T @param {() => Promise<T>} request @returns {Promise<T>} */
async function polled(request) {
  try {
    return await request();
  } catch (fault) {
    if (fault instanceof ApiError) throw new Cut(fault.code, { gone: fault.status === 404 });
    throw fault;
  }
}

/**
 * Wait, but no longer than until the signal, or until the network comes back.
 * @param {number} ms @param {AbortSignal} signal
 */
export function pause(ms, signal) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      window.removeEventListener("online", done);
      resolve(undefined);
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
    window.addEventListener("online", done);
  });
}
