// Drives @xmtp/xmtp-js 13.0.4. Commands: see the object at the end; ../driver-loop.mjs says how they travel.
import { createConsentMessage, createConsentProofPayload } from "@xmtp/consent-proof-signature";
import { MarkdownCodec } from "@xmtp/content-type-markdown";
import { ContentTypeId } from "@xmtp/content-type-primitives";
import { ReactionCodec } from "@xmtp/content-type-reaction";
import { ReadReceiptCodec } from "@xmtp/content-type-read-receipt";
import { AttachmentCodec, RemoteAttachmentCodec } from "@xmtp/content-type-remote-attachment";
import { ReplyCodec } from "@xmtp/content-type-reply";
import { TransactionReferenceCodec } from "@xmtp/content-type-transaction-reference";
import { GrpcApiClient } from "@xmtp/grpc-api-client";
import { invitation, message as proto } from "@xmtp/proto";
import { Client, importHmacKey, InMemoryPersistence, SortDirection, verifyHmacSignature } from "@xmtp/xmtp-js";
import ethers from "ethers";
import { reportSubscriptions, serve, startStream, stopStream } from "../driver-loop.mjs";

reportSubscriptions();

let client;
let options;
let wallet;
const conversations = new Map();
const prepared = new Map();

const describeConversation = (conversation) => {
  conversations.set(conversation.topic, conversation);
  return {
    topic: conversation.topic,
    peer: conversation.peerAddress,
    version: conversation.conversationVersion,
    createdAt: conversation.createdAt.getTime(),
    conversationId: conversation.context?.conversationId,
    metadata: conversation.context?.metadata,
    consentState: conversation.consentState,
    consentProof: conversation.consentProof && {
      signature: conversation.consentProof.signature,
      timestamp: Number(conversation.consentProof.timestamp),
    },
  };
};

const describeMessage = (message) => ({
  id: message.id,
  version: message.messageVersion,
  sender: message.senderAddress,
  sent: message.sent.getTime(),
  topic: message.contentTopic,
  contentType: message.contentType?.toString(),
  content: message.content,
  fallback: message.contentFallback,
  error: message.error?.message,
});

async function conversationOf(topic) {
  if (!conversations.has(topic)) (await client.conversations.list()).forEach(describeConversation);
  const conversation = conversations.get(topic);
  if (!conversation) throw new Error(`no conversation with topic ${topic}`);
  return conversation;
}

const listOptions = ({ startTime, endTime, limit, pageSize, direction }) => ({
  startTime: startTime && new Date(startTime),
  endTime: endTime && new Date(endTime),
  limit,
  pageSize,
  direction: direction && SortDirection[`SORT_DIRECTION_${direction.toUpperCase()}`],
});

const contacts = () => client.contacts;

// Contents that hold a content type of their own travel with its text.
const contentOf = (content, contentType) =>
  contentType === "xmtp.org/reply:1.0" ? { ...content, contentType: ContentTypeId.fromString(content.contentType) } : content;

const sendOptions = ({ contentType, compression, timestamp, ephemeral }) => ({
  contentType: contentType && ContentTypeId.fromString(contentType),
  compression,
  timestamp: timestamp && new Date(timestamp),
  ephemeral,
});

serve({
  // privateKey: the wallet's, hex. apiUrl: only where the node does not listen on the built-in local port.
  // grpcUrl: use the gRPC transport at that host and port instead.
  async create({ privateKey, apiUrl, grpcUrl, keys }) {
    wallet = new ethers.Wallet(privateKey);
    options = {
      env: "local",
      ...(apiUrl && { apiUrl }),
      ...(grpcUrl && { apiClientFactory: (all) => GrpcApiClient.fromOptions({ ...all, apiUrl: grpcUrl }) }),
      basePersistence: InMemoryPersistence.create(),
      codecs: [
        new AttachmentCodec(),
        new MarkdownCodec(),
        new ReactionCodec(),
        new ReadReceiptCodec(),
        new RemoteAttachmentCodec(),
        new ReplyCodec(),
        new TransactionReferenceCodec(),
      ],
      ...(keys && { privateKeyOverride: keys }),
    };
    client = await Client.create(keys ? null : wallet, options);
    return { address: client.address };
  },
  exportKeys: () => Client.getKeys(wallet, { ...options, basePersistence: InMemoryPersistence.create() }),
  canMessage: ({ address, addresses }) => client.canMessage(address ?? addresses),
  newConversation: async ({ peer, conversationId, metadata, consentProof }) =>
    describeConversation(
      await client.conversations.newConversation(
        peer,
        conversationId ? { conversationId, metadata: metadata ?? {} } : undefined,
        consentProof && invitation.ConsentProofPayload.decode(createConsentProofPayload(consentProof.signature, consentProof.timestamp)),
      ),
    ),
  // What a web page lets a wallet sign that wants to hear from a sender.
  signConsent: ({ sender, timestamp }) => wallet.signMessage(createConsentMessage(sender, timestamp)),
  conversations: async () => (await client.conversations.list()).map(describeConversation),
  async send({ topic, content, ...options }) {
    const conversation = await conversationOf(topic);
    return describeMessage(await conversation.send(contentOf(content, options.contentType), sendOptions(options)));
  },
  // What an app does that must not lose a text: the same message again until the node has taken it.
  async sendUntilTaken({ topic, contents }) {
    const conversation = await conversationOf(topic);
    let repeats = 0;
    for (const content of contents) {
      const message = await conversation.prepareMessage(content);
      for (let taken = false; !taken; ) {
        try {
          await message.send();
          taken = true;
        } catch {
          repeats++;
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      }
    }
    return repeats;
  },
  async prepare({ topic, content, ...options }) {
    const conversation = await conversationOf(topic);
    const message = await conversation.prepareMessage(contentOf(content, options.contentType), sendOptions(options));
    const id = await message.messageID();
    prepared.set(id, message);
    return { id, envelope: message.messageEnvelope.message };
  },
  sendPrepared: async ({ id }) => describeMessage(await prepared.get(id).send()),
  messages: async ({ topic, ...list }) => (await (await conversationOf(topic)).messages(listOptions(list))).map(describeMessage),
  // The texts alone, of conversations with very many.
  texts: async ({ topic }) => (await (await conversationOf(topic)).messages()).map((message) => message.content),
  async messagesPaginated({ topic, ...list }) {
    const pages = [];
    for await (const page of (await conversationOf(topic)).messagesPaginated(listOptions(list))) pages.push(page.map(describeMessage));
    return pages;
  },
  streamAllMessages: async () => startStream(await client.conversations.streamAllMessages(), describeMessage),
  streamConversations: async () => startStream(await client.conversations.stream(), describeConversation),
  streamConversation: async ({ topic }) => startStream(await (await conversationOf(topic)).streamMessages(), describeMessage),
  streamEphemeral: async ({ topic }) => startStream(await (await conversationOf(topic)).streamEphemeral(), describeMessage),
  stopStream,
  allow: ({ addresses }) => contacts().allow(addresses),
  deny: ({ addresses }) => contacts().deny(addresses),
  allowGroups: ({ ids }) => contacts().allowGroups(ids),
  denyGroups: ({ ids }) => contacts().denyGroups(ids),
  allowInboxes: ({ ids }) => contacts().allowInboxes(ids),
  denyInboxes: ({ ids }) => contacts().denyInboxes(ids),
  refreshConsent: async () => Object.fromEntries(await contacts().refreshConsentList()),
  consentState: ({ address, groupId, inboxId }) =>
    groupId ? contacts().groupConsentState(groupId) : inboxId ? contacts().inboxConsentState(inboxId) : contacts().consentState(address),
  hmacKeys: () => client.keystore.getV2ConversationHmacKeys(),
  // What a push server does with an envelope's message and the keys that this account handed over.
  async isFromSelf({ topic, message }) {
    await conversationOf(topic);
    const { hmacKeys } = await client.keystore.getV2ConversationHmacKeys();
    const { headerBytes, senderHmac } = proto.Message.decode(message).v2;
    for (const { hmacKey } of hmacKeys[topic].values)
      if (await verifyHmacSignature(await importHmacKey(hmacKey), senderHmac, headerBytes)) return true;
    return false;
  },
});
