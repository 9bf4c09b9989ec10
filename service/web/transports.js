// Three ways to hear of changes. Each returns when it is over, or raises `Disconnect`.

import { ApiError, ask, refusal } from "./client.js";
import { Disconnect } from "./disconnect.js";
import { forgetToken, token } from "./session.js";
import { Heartbeat } from "./heartbeat.js";

/**
 * @typedef {import("./subjects.js").Subject} Subject
 * @typedef {{subject: Subject, signal: AbortSignal, opened(): void, message(text: string): void}} Way
 */

const JOIN_MS = 6000;
/** A stream has a comment every 15 s. */
const STREAM_MS = 40_000;
/** After so many, it is seen whether a better way has opened. */
const MOST_POLLS = 30;
/** Close codes from here on say that the same again will not do. */
const NOT_AGAIN = 4500;
const BAD_TOKEN = [4004, 4500, 4503];

/** The websocket, subprotocol storytroupe.v1. @param {Way} way */
export async function websocket(way) {
  const bearer = await token();
  const url = new URL("/api/v1/ws", location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(url, "storytroupe.v1");
  try {
    await converse(socket, bearer, way);
  } finally {
    leave(socket);
  }
}

/** Close once it is open: to close before that is an error to the browser. @param {WebSocket} socket */
function leave(socket) {
  if (socket.readyState === WebSocket.CONNECTING) socket.onopen = () => socket.close(1000);
  else socket.close(1000);
}

/** @param {WebSocket} socket @param {string} bearer @param {Way} way */
function converse(socket, bearer, way) {
  const { channel, log } = way.subject;
  const send = (/** @type {any} */ message) => socket.send(JSON.stringify(message));
  const subscribe = () =>
    send({ type: "subscribe", id: 1, channel, ...(log.version === null ? {} : { since: log.version }) });
  const heartbeat = new Heartbeat(JOIN_MS, () => undefined);
  return new Promise((resolve, reject) => {
    /** @type {number | undefined} */
    let retryMs;
    heartbeat.dead = reject;
    const react = (/** @type {any} */ message) => {
      if (message.type === "welcome") heartbeat.patience = message.ping_seconds * 2000;
      else if (message.type === "ping") send({ type: "pong" });
      else if (message.type === "bye") retryMs = message.retry_ms;
      else if (message.type === "resync") message.reason === "gone" ? reject(gone()) : subscribe();
      else if (message.type === "error") reject(message.temporary ? new Disconnect(message.code) : gone());
      else if (!log.take(message)) subscribe();
      else if (message.type === "subscribed") way.opened();
      if (log.ended && message.type !== "welcome") resolve(undefined);
    };
    way.signal.addEventListener("abort", () => resolve(undefined), { once: true });
    socket.onopen = () => (send({ type: "hello", token: bearer }), subscribe());
    socket.onmessage = (event) => (heartbeat.heard(), react(JSON.parse(event.data)));
    socket.onclose = ({ code }) => {
      if (BAD_TOKEN.includes(code)) forgetToken();
      reject(new Disconnect(`closed ${code}`, { retryMs: code < NOT_AGAIN ? retryMs : undefined }));
    };
  }).finally(() => (heartbeat.end(), (socket.onclose = socket.onmessage = null)));
}

const gone = () => new Disconnect("gone", { gone: true });

/** Server-sent events, read by fetch so that the token stays out of the URL. @param {Way} way */
export async function serverEvents(way) {
  const { events, log } = way.subject;
  const over = new AbortController();
  const heartbeat = new Heartbeat(STREAM_MS, (disconnect) => over.abort(disconnect));
  way.signal.addEventListener("abort", () => over.abort(), { once: true, signal: over.signal });
  try {
    const headers = log.version === null ? {} : { "Last-Event-ID": String(log.version) };
    const response = await ask(events, { headers, signal: over.signal });
    if (!response.ok || !response.body) throw await asCut(response);
    way.opened();
    await read(response.body, log, heartbeat);
  } finally {
    heartbeat.end();
    over.abort();
  }
}

/** @param {ReadableStream<BufferSource>} body @param {Subject["log"]} log @param {Heartbeat} heartbeat */
async function read(body, log, heartbeat) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) throw new Disconnect("the stream ended");
    heartbeat.heard();
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) if (!takeBlock(log, block)) throw new Disconnect("a hole", { retryMs: 0 });
    if (log.ended) return;
  }
}

/** @param {Subject["log"]} log @param {string} block of lines */
function takeBlock(log, block) {
  const data = block.split("\n").filter((line) => line.startsWith("data:")).map((line) => line.slice(5));
  return data.length === 0 || log.take(JSON.parse(data.join("\n")));
}

/** @param {Response} response */
async function asCut(response) {
  const error = await refusal(response);
  return new Disconnect(error.code, { gone: response.status === 404 });
}

/** Looking now and then. @param {Way} way */
export async function polling(way) {
  const { subject } = way;
  for (let polls = 0; !way.signal.aborted; polls += 1) {
    if (polls === MOST_POLLS) throw new Disconnect("polled for long", { retryMs: 0, afresh: true });
    await polled(() => subject.look(way.message));
    way.opened();
    if (subject.log.ended) return;
    await pause(subject.lookMs, way.signal);
  }
}

/** @template T @param {() => Promise<T>} request @returns {Promise<T>} */
async function polled(request) {
  try {
    return await request();
  } catch (fault) {
    if (fault instanceof ApiError) throw new Disconnect(fault.code, { gone: fault.status === 404 });
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
