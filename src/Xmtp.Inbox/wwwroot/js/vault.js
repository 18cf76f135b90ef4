// Seals small secrets for this device. The key is made by the browser and can be used by this page but not read by it, or by
// whatever might be smuggled into it. A passphrase, where one was chosen, goes on top.

const DATABASE = "xmtp-vault";
const KEYS = "keys";
const IV_LENGTH = 12;
const SALT_LENGTH = 16;
// What OWASP recommends for PBKDF2 with SHA-256.
const ITERATIONS = 600_000;

const settled = request => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

async function deviceKey() {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(KEYS);
  const database = await settled(opening);
  try {
    const found = await settled(database.transaction(KEYS).objectStore(KEYS).get("device"));
    if (found) return found;
    const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    const transaction = database.transaction(KEYS, "readwrite", { durability: "strict" });
    const keys = transaction.objectStore(KEYS);
    // Another tab may have been quicker: the first one stays.
    const first = await settled(keys.get("device"));
    if (!first) await settled(keys.put(key, "device"));
    return first ?? key;
  } finally {
    database.close();
  }
}

async function passphraseKey(passphrase, salt) {
  const material = await crypto.subtle.importKey("raw", new TextEncoder().encode(passphrase), "PBKDF2", false, ["deriveKey"]);
  return await crypto.subtle.deriveKey({ name: "PBKDF2", hash: "SHA-256", salt, iterations: ITERATIONS }, material, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

const join = (...parts) => {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};

async function encrypt(key, secret) {
  const iv = crypto.getRandomValues(new Uint8Array(IV_LENGTH));
  return join(iv, new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, secret)));
}

const decrypt = async (key, sealed) =>
  new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.subarray(0, IV_LENGTH) }, key, sealed.subarray(IV_LENGTH)));

export async function seal(secret, passphrase) {
  let inner = secret;
  if (passphrase) {
    const salt = crypto.getRandomValues(new Uint8Array(SALT_LENGTH));
    inner = join(salt, await encrypt(await passphraseKey(passphrase, salt), secret));
  }
  return await encrypt(await deviceKey(), inner);
}

// The secret; nothing when the passphrase, or this device, is another one.
export async function open(sealed, passphrase) {
  try {
    const inner = await decrypt(await deviceKey(), sealed);
    if (!passphrase) return inner;
    return await decrypt(await passphraseKey(passphrase, inner.subarray(0, SALT_LENGTH)), inner.subarray(SALT_LENGTH));
  } catch (failure) {
    if (failure.name === "OperationError") return null;
    throw failure;
  }
}
