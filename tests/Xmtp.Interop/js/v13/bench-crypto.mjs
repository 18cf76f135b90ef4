// Measures the published client's own cryptography on the inputs of benchmarks/Xmtp.Benchmarks: reads them as one JSON
// object from standard input (bytes as base64) and prints operations per second by name as one line that starts with ">".
import { Client, ConversationV2, InMemoryKeystore, InMemoryPersistence, PrivateKeyBundleV1, PublicKey, decrypt, encrypt } from "@xmtp/xmtp-js";
import { privateKey as proto } from "@xmtp/proto";
import Long from "long";
import { text } from "node:stream/consumers";

for (const level of ["log", "info", "debug", "warn"]) console[level] = console.error;
const input = JSON.parse(await text(process.stdin), (_, value) => (typeof value?.base64 === "string" ? new Uint8Array(Buffer.from(value.base64, "base64")) : value));

const keys = new PrivateKeyBundleV1(proto.PrivateKeyBundle.decode(input.keys).v1);
const key = keys.preKeys[0];
const peer = new PublicKey({ timestamp: Long.ZERO, secp256k1Uncompressed: { bytes: input.peer } });
const signature = await key.sign(input.digest);
const ciphertext = await encrypt(input.payload, input.secret, input.header);

// A client without a network: only what seals, opens and decodes.
const keystore = await InMemoryKeystore.create(keys, InMemoryPersistence.create());
const silent = { query: async () => [], batchQuery: async (queries) => queries.map(() => []), publish: async () => {}, setAuthenticator: () => {}, subscribe: () => ({ unsubscribe: async () => {} }) };
const client = await Client.create(null, { env: "dev", privateKeyOverride: input.keys, apiClientFactory: () => silent, skipContactPublishing: true, basePersistence: InMemoryPersistence.create() });
const invite = { requests: [{ payload: input.invitation, timestampNs: Long.fromString(input.invitationNs) }] };
const opened = (await client.keystore.saveInvites(invite)).responses[0].result.conversation;
if (opened.topic !== input.topic) throw new Error("the invitation does not open");
const conversation = new ConversationV2(client, input.topic, opened.peerAddress, new Date(), undefined, undefined);
const envelope = { contentTopic: input.topic, message: input.message, timestampNs: "1" };
if ((await conversation.decodeMessage(envelope)).content !== input.text) throw new Error("the message does not open");

const operations = {
  sign: () => key.sign(input.digest),
  verify: () => key.publicKey.verify(signature, input.digest),
  recover: () => signature.getPublicKey(input.digest),
  agree: () => key.sharedSecret(peer),
  encrypt: () => encrypt(input.payload, input.secret, input.header),
  decrypt: () => decrypt(ciphertext, input.secret, input.header),
  seal: async () => (await conversation.createMessage(input.encoded, true, new Date())).toBytes(),
  open: () => conversation.decodeMessage(envelope),
  invitation: () => keystore.saveInvites(invite),
};

const perSecond = {};
for (const [name, run] of Object.entries(operations)) {
  const measure = async (milliseconds) => {
    const start = performance.now();
    let count = 0;
    let elapsed = 0;
    for (; elapsed < milliseconds; elapsed = performance.now() - start) {
      for (let i = 0; i < 8; i++) await run();
      count += 8;
    }
    return (count * 1000) / elapsed;
  };
  await measure(input.milliseconds / 4);
  perSecond[name] = await measure(input.milliseconds);
}
process.stdout.write(`>${JSON.stringify(perSecond)}\n`);
process.exit(0);
