// Prints, as one JSON object, what published packages say about the wire: messages with their fields, enums and
// services of xmtp.message_contents and xmtp.message_api.v1. Three generators wrote those packages, and each leaves
// other facts behind:
//   ts-proto (messages of @xmtp/proto): numbers and types in encode(), presence and enum names in the .d.ts files
//   grpc-gateway-ts (message_api of @xmtp/proto): JSON names and method names, no numbers
//   protobuf-ts (message_api of @xmtp/grpc-api-client): everything, oneofs and streaming included
// usage: node proto-facts.mjs <directory of @xmtp/proto> | node proto-facts.mjs --grpc <directory of @xmtp/grpc-api-client>
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const API = "xmtp.message_api.v1";

/** Everything between a line that starts the declaration and the first line that is just its closing brace. */
const block = (text, start) => {
  const from = text.indexOf(start);
  return from < 0 ? undefined : text.slice(from + start.length, text.indexOf("\n}", from));
};

function tsProtoFacts(dist) {
  const require = createRequire(join(dist, "cjs", "index.js"));
  const modules = [...readdirSync(join(dist, "cjs/message_contents")).map((name) => `message_contents/${name}`), "message_api/v1/authn.pb.js"]
    .filter((name) => name.endsWith(".pb.js"))
    .map((name) => ({
      exports: require(join(dist, "cjs", name)),
      // Releases of ts-proto that write this header tell a message in a oneof ("?:") from any other; earlier ones do not.
      tellsOneofs: readFileSync(join(dist, "cjs", name), "utf8").includes("protoc-gen-ts_proto "),
      types: readFileSync(join(dist, "types", name.replace(/\.js$/, ".d.ts")), "utf8"),
    }));

  const packageOf = new Map();
  for (const { exports } of modules)
    for (const [name, value] of Object.entries(exports))
      if (typeof value === "object" && value !== null) packageOf.set(name, exports.protobufPackage);
  const fullName = (name) => {
    if (!packageOf.has(name)) throw new Error(`${name} is declared nowhere`);
    return `${packageOf.get(name)}.${name}`;
  };

  const messages = {};
  const enums = {};
  for (const { exports, types, tellsOneofs } of modules)
    for (const [name, value] of Object.entries(exports)) {
      if (typeof value !== "object" || value === null) continue;
      if (typeof value.encode === "function") messages[fullName(name)] = messageFields(name, value.encode.toString(), types, tellsOneofs, fullName);
      else enums[fullName(name)] = Object.fromEntries(Object.entries(value).filter(([key, number]) => typeof number === "number" && number >= 0));
    }
  return { messages, enums };
}

function messageFields(message, encode, types, tellsOneofs, fullName) {
  const declared = new Map(
    [...block(types, `export interface ${message} {`).matchAll(/^ {4}(\w+)(\??): ([^;{]+|\{[^}]*\});$/gm)].map(([, name, optional, type]) => [
      name,
      { optional: optional === "?", canBeAbsent: type.includes(" | undefined"), type: type.replaceAll(" | undefined", "") },
    ]),
  );
  const fields = [];
  const add = (name, tag, type, label) => {
    const { optional, canBeAbsent, type: typescript } = declared.get(name);
    const isMessage = type.includes(".");
    // ts-proto writes enums as int32; only the declaration tells their name.
    if (type === "int32" && typescript.replace("[]", "") !== "number") type = fullName(typescript.replace("[]", ""));
    const explicitPresence = optional || (canBeAbsent && !isMessage) || (isMessage && label === "singular" && !tellsOneofs ? null : false);
    fields.push({ name, number: tag >>> 3, type, label, explicitPresence });
  };
  const reference = String.raw`(?:\w+\.)?(\w+)\.encode`;
  const forms = [
    [/writer\.uint32\((\d+)\)\.(\w+)\(message\.(\w+)\)/g, ([, tag, type, name]) => add(name, +tag, type, "singular")],
    [
      new RegExp(String.raw`${reference}\(message\.(\w+), writer\.uint32\((\d+)\)\.fork\(\)\)`, "g"),
      ([, type, name, tag]) => add(name, +tag, fullName(type), "singular"),
    ],
    [/of message\.(\w+)\) \{\s*writer\.uint32\((\d+)\)\.(\w+)\(v\)/g, ([, name, tag, type]) => add(name, +tag, type, "repeated")],
    [
      new RegExp(String.raw`of message\.(\w+)\) \{\s*${reference}\(v, writer\.uint32\((\d+)\)\.fork\(\)\)`, "g"),
      ([, name, type, tag]) => add(name, +tag, fullName(type), "repeated"),
    ],
    [
      new RegExp(String.raw`Object\.entries\(message\.(\w+)\)\.forEach\(\(\[key, value\]\) => \{\s*${reference}\(\{ key: key, value \}, writer\.uint32\((\d+)\)\.fork\(\)\)`, "g"),
      ([, name, type, tag]) => add(name, +tag, fullName(type), "map"),
    ],
  ];
  for (const [form, found] of forms) for (const match of encode.matchAll(form)) found(match);
  const written = encode.match(/writer\.uint32\(/g)?.length ?? 0;
  if (written !== fields.length || fields.length !== declared.size)
    throw new Error(`${message}: ${fields.length} fields understood, ${written} written, ${declared.size} declared`);
  return fields;
}

function gatewayFacts(dist) {
  const types = readFileSync(join(dist, "types/message_api/v1/message_api.pb.d.ts"), "utf8");
  const { SortDirection, MessageApi } = createRequire(join(dist, "cjs", "index.js"))("./message_api/v1/message_api.pb.js");
  const members = (body) => [...body.matchAll(/^ {4}(\w+)\??: /gm)].map(([, name]) => name);
  const jsonNames = {};
  for (const [, name, body] of types.matchAll(/^export (?:declare )?type (\w+) = (?:Base\w+ & OneOf<)?\{(\}|[^}]*\n\})/gm)) jsonNames[`${API}.${name}`] = members(body);
  return {
    jsonNames,
    jsonEnums: { [`${API}.SortDirection`]: Object.values(SortDirection) },
    jsonMethods: { [`${API}.MessageApi`]: Object.getOwnPropertyNames(MessageApi).filter((name) => typeof MessageApi[name] === "function") },
  };
}

async function protobufTsFacts(root) {
  const generated = await import(pathToFileURL(join(root, "dist/src/gen/message_api/v1/message_api.js")));
  const scalars = ["", "double", "float", "int64", "uint64", "int32", "fixed64", "fixed32", "bool", "string", "", "", "bytes", "uint32", "", "sfixed32", "sfixed64", "sint32", "sint64"];
  const messages = {};
  const enums = {};
  const services = {};
  const typeOf = (field) => {
    if (field.kind === "scalar") return scalars[field.T];
    if (field.kind === "message") return field.T().typeName;
    const [name, values, prefix] = field.T();
    enums[name] = Object.fromEntries(Object.entries(values).filter(([, value]) => typeof value === "number").map(([key, value]) => [prefix + key, value]));
    return name;
  };
  for (const value of Object.values(generated)) {
    if (value.fields)
      messages[value.typeName] = value.fields.map((field) => ({
        name: field.jsonName,
        protoName: field.name,
        number: field.no,
        type: typeOf(field),
        label: field.kind === "map" ? "map" : field.repeat ? "repeated" : "singular",
        // It marks every singular message "opt"; those have presence by themselves.
        explicitPresence: Boolean(field.oneof || (field.opt && field.kind !== "message")),
        oneof: field.oneof ?? null,
      }));
    else if (value.methods)
      services[value.typeName] = value.methods.map((method) => ({
        name: method.name,
        clientStreaming: Boolean(method.clientStreaming),
        serverStreaming: Boolean(method.serverStreaming),
        input: method.I.typeName,
        output: method.O.typeName,
      }));
  }
  return { messages, enums, services };
}

const grpc = process.argv[2] === "--grpc";
const root = resolve(process.argv[grpc ? 3 : 2]);
const { name, version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const dist = join(root, "ts/dist");
if (!grpc && !existsSync(dist)) throw new Error(`${root} holds no ${dist}`);
const facts = grpc ? await protobufTsFacts(root) : { ...tsProtoFacts(dist), ...gatewayFacts(dist) };
process.stdout.write(JSON.stringify({ package: name, version, ...facts }));
