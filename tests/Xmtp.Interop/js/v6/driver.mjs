// Drives @xmtp/xmtp-js 6.8.3, which knows V1 alone. Commands: see the object at the end; ../driver-loop.mjs says how they travel.
import xmtp from "@xmtp/xmtp-js";
import ethers from "ethers";
import { reportSubscriptions, serve, startStream, stopStream } from "../driver-loop.mjs";

reportSubscriptions();

const { Client, CompositeCodec, ContentTypeComposite, ContentTypeText, SortDirection } = xmtp;

let client;
let options;
let wallet;

const describeConversation = (conversation) => ({ peer: conversation.peerAddress });

const describeMessage = (message) => ({
  id: message.id,
  sender: message.senderAddress,
  recipient: message.recipientAddress,
  sent: message.sent.getTime(),
  topic: message.contentTopic,
  contentType: message.contentType?.toString(),
  content: message.content,
  error: message.error?.message,
});

// A composite's parts name their types; the only ones here are text and composites.
const partsOf = ({ parts, content }) => (parts ? { parts: parts.map(partsOf) } : { type: ContentTypeText, content });

const listOptions = ({ startTime, endTime, limit, pageSize, direction }) => ({
  startTime: startTime && new Date(startTime),
  endTime: endTime && new Date(endTime),
  limit,
  pageSize,
  direction: direction && SortDirection[`SORT_DIRECTION_${direction.toUpperCase()}`],
});

const conversationWith = (peer) => client.conversations.newConversation(peer);

serve({
  // privateKey: the wallet's, hex. apiUrl: only where the node does not listen on the built-in local port.
  async create({ privateKey, apiUrl }) {
    wallet = new ethers.Wallet(privateKey);
    options = { env: "local", codecs: [new CompositeCodec()], ...(apiUrl && { apiUrl }) };
    client = await Client.create(wallet, options);
    return { address: client.address };
  },
  exportKeys: () => Client.getKeys(wallet, options),
  canMessage: ({ address }) => client.canMessage(address),
  newConversation: async ({ peer }) => describeConversation(await conversationWith(peer)),
  conversations: async () => (await client.conversations.list()).map(describeConversation),
  async send({ peer, content, contentType, compression, timestamp }) {
    const isComposite = contentType === "xmtp.org/composite:1.0";
    return describeMessage(
      await (await conversationWith(peer)).send(isComposite ? partsOf(content) : content, {
        contentType: isComposite ? ContentTypeComposite : undefined,
        compression,
        timestamp: timestamp && new Date(timestamp),
      }),
    );
  },
  messages: async ({ peer, ...list }) => (await (await conversationWith(peer)).messages(listOptions(list))).map(describeMessage),
  async messagesPaginated({ peer, ...list }) {
    const pages = [];
    for await (const page of (await conversationWith(peer)).messagesPaginated(listOptions(list))) pages.push(page.map(describeMessage));
    return pages;
  },
  streamAllMessages: async () => startStream(await client.conversations.streamAllMessages(), describeMessage),
  streamConversations: async () => startStream(await client.conversations.stream(), describeConversation),
  streamConversation: async ({ peer }) => startStream(await (await conversationWith(peer)).streamMessages(), describeMessage),
  stopStream,
});
