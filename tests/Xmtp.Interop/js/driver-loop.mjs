// The part that both drivers share: commands come in as JSON lines on standard input, answers and stream events go
// out as lines that start with ">" on standard output. Everything else a package prints there is not for the tests.
import { createInterface } from "node:readline";

const write = (line) => process.stdout.write(`>${JSON.stringify(line, toJson)}\n`);

// Bytes travel as base64 in an object of their own, so that they come back as bytes.
function toJson(key, value) {
  return value?.type === "Buffer" && Array.isArray(value.data)
    ? { base64: Buffer.from(value.data).toString("base64") }
    : value instanceof Uint8Array
      ? { base64: Buffer.from(value).toString("base64") }
      : value;
}

const fromJson = (key, value) => (typeof value?.base64 === "string" ? new Uint8Array(Buffer.from(value.base64, "base64")) : value);

const describeError = (error) => ({ message: error?.message ?? String(error), code: error?.code, name: error?.name });

/**
 * The clients open a subscription without waiting for the node, so a message sent at once would not be streamed.
 * This tells which topics each open subscription has, as soon as the node has answered. Call before loading a client.
 */
export function reportSubscriptions() {
  const plainFetch = globalThis.fetch;
  let count = 0;
  globalThis.fetch = async (url, init) => {
    const response = await plainFetch(url, init);
    if (response.ok && String(url).endsWith("/message/v1/subscribe")) {
      const subscription = ++count;
      write({ event: "subscribed", subscription, topics: JSON.parse(init.body).contentTopics });
      init.signal?.addEventListener("abort", () => write({ event: "unsubscribed", subscription }));
    }
    return response;
  };
}

/** Serves the commands (name to async function of one argument object) until standard input ends. */
export function serve(commands) {
  for (const level of ["log", "info", "debug", "warn"]) console[level] = console.error;
  process.on("unhandledRejection", (error) => console.error("unhandled rejection:", error));
  const input = createInterface({ input: process.stdin });
  input.on("line", async (line) => {
    const { id, command, args } = JSON.parse(line, fromJson);
    try {
      if (!Object.hasOwn(commands, command)) throw new Error(`no such command: ${command}`);
      write({ id, result: (await commands[command](args ?? {})) ?? null });
    } catch (error) {
      write({ id, error: describeError(error) });
    }
  });
  input.on("close", () => process.exit(0));
  write({ event: "ready", node: process.version });
}

const streams = new Map();

/** Sends each item of an async iterable as an event of its own and answers how to tell those events. */
export function startStream(items, describe) {
  const stream = streams.size + 1;
  streams.set(stream, items);
  (async () => {
    for await (const item of items) write({ event: "item", stream, value: describe(item) });
    write({ event: "ended", stream });
  })().catch((error) => write({ event: "failed", stream, error: describeError(error) }));
  return { stream };
}

/** Ends a stream the way an app does that no longer iterates it. */
export async function stopStream({ stream }) {
  await streams.get(stream).return();
}
