// One IndexedDB database with one object store of rows, keys and values being bytes. IndexedDB orders binary keys byte by byte,
// a prefix before what it begins: just the order that the client's keys are made for.
//
// Many byte strings cross to .NET and back as one: each is four bytes of length, least significant first, and itself; a length of
// -1 stands for none.

const ROWS = "rows";
const NONE = -1;

const settled = request => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

const committed = transaction => new Promise((resolve, reject) => {
  transaction.oncomplete = () => resolve();
  transaction.onabort = () => reject(transaction.error ?? new DOMException("The transaction was aborted.", "AbortError"));
});

function unpack(frame) {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const items = [];
  for (let at = 0; at < frame.byteLength;) {
    const length = view.getInt32(at, true);
    at += 4;
    items.push(length === NONE ? null : frame.slice(at, at + length));
    at += Math.max(length, 0);
  }
  return items;
}

function pack(items) {
  const frame = new Uint8Array(items.reduce((sum, item) => sum + 4 + (item?.byteLength ?? 0), 0));
  const view = new DataView(frame.buffer);
  let at = 0;
  for (const item of items) {
    view.setInt32(at, item ? item.byteLength : NONE, true);
    at += 4;
    if (!item) continue;
    frame.set(item instanceof ArrayBuffer ? new Uint8Array(item) : item, at);
    at += item.byteLength;
  }
  return { frame };
}

// Held until it is released, so that two tabs never write to one store. Where locks do not exist, as outside https, none is held.
async function lock(name, patienceMs) {
  if (!navigator.locks) return () => { };
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), patienceMs);
  return await new Promise((resolve, reject) => {
    navigator.locks.request(`xmtp-store-${name}`, { signal: patience.signal }, () => {
      clearTimeout(timer);
      return new Promise(release => resolve(release));
    }).catch(failure => failure.name === "AbortError" ? resolve(null) : reject(failure));
  });
}

// The store; its database is null when another tab has it.
export async function open(name, patienceMs) {
  const release = await lock(name, patienceMs);
  if (!release) return { database: null, isOpen: false };
  try {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(ROWS);
    const database = await settled(request);
    return { database, release, isOpen: true };
  } catch (failure) {
    release();
    throw failure;
  }
}

export async function find(store, keys) {
  const rows = store.database.transaction(ROWS).objectStore(ROWS);
  return pack(await Promise.all(unpack(keys).map(key => settled(rows.get(key)))));
}

export async function read(store, from, to, limit, isDescending) {
  if (limit <= 0 || indexedDB.cmp(from, to) >= 0) return pack([]);
  const range = IDBKeyRange.bound(from, to, false, true);
  const rows = store.database.transaction(ROWS).objectStore(ROWS);
  if (isDescending) return pack(await readBackwards(rows, range, limit));
  const [keys, values] = await Promise.all([settled(rows.getAllKeys(range, limit)), settled(rows.getAll(range, limit))]);
  return pack(keys.flatMap((key, index) => [key, values[index]]));
}

const readBackwards = (rows, range, limit) => new Promise((resolve, reject) => {
  const found = [];
  const request = rows.openCursor(range, "prev");
  request.onerror = () => reject(request.error);
  request.onsuccess = () => {
    const cursor = request.result;
    if (cursor) found.push(cursor.key, cursor.value);
    if (cursor && found.length < limit * 2) cursor.continue();
    else resolve(found);
  };
});

// Strict: on the disk when it is done.
export async function commit(store, changes) {
  const transaction = store.database.transaction(ROWS, "readwrite", { durability: "strict" });
  const done = committed(transaction);
  const rows = transaction.objectStore(ROWS);
  const items = unpack(changes);
  for (let i = 0; i < items.length; i += 2) {
    if (items[i + 1]) rows.put(items[i + 1], items[i]);
    else rows.delete(items[i]);
  }
  transaction.commit();
  await done;
}

export const take = holder => holder.frame;

export function close(store) {
  store.database.close();
  store.release();
}

export async function remove(name, patienceMs) {
  const release = await lock(name, patienceMs);
  if (!release) return false;
  try {
    await settled(indexedDB.deleteDatabase(name));
    return true;
  } finally {
    release();
  }
}
