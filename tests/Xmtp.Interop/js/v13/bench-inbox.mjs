// Measures the published client on the inbox that benchmarks/Xmtp.Benchmarks filled: reads where it is as one JSON object
// from standard input and prints what it took, in milliseconds and MiB, as one line that starts with ">".
import { Client, InMemoryPersistence } from "@xmtp/xmtp-js";
import { text } from "node:stream/consumers";

for (const level of ["log", "info", "debug", "warn"]) console[level] = console.error;
const input = JSON.parse(await text(process.stdin), (_, value) => (typeof value?.base64 === "string" ? new Uint8Array(Buffer.from(value.base64, "base64")) : value));
const residentMiB = () => {
  globalThis.gc();
  return process.memoryUsage().rss / (1 << 20);
};
const timed = async (run) => {
  const start = performance.now();
  const result = await run();
  return [performance.now() - start, result];
};

const client = await Client.create(null, { env: "local", apiUrl: input.http, privateKeyOverride: input.keys, basePersistence: InMemoryPersistence.create(), skipContactPublishing: true });
const before = residentMiB();
const [firstList, conversations] = await timed(() => client.conversations.list());
const [secondList] = await timed(() => client.conversations.list());
const after = residentMiB();
const newest = conversations.toSorted((a, b) => b.createdAt - a.createdAt).slice(0, input.read);
const [messages, read] = await timed(async () => {
  let count = 0;
  for (const conversation of newest) count += (await conversation.messages()).length;
  return count;
});
process.stdout.write(`>${JSON.stringify({ conversations: conversations.length, firstList, secondList, read, messages, residentMiB: after, listMiB: after - before })}\n`);
process.exit(0);
