// Keeps the program itself in the browser, so that the inbox opens without the node. Messages are not here: they are in the
// inbox's own encrypted store. A new version is fetched whole beside the old one, and used from the next start on.
self.importScripts("./service-worker-assets.js");

const PREFIX = "xmtp-inbox-";
const CACHE = PREFIX + self.assetsManifest.version;
const base = new URL("./", self.location);
const own = self.assetsManifest.assets
  .filter(asset => !asset.url.startsWith("service-worker"))
  .map(asset => ({ url: new URL(asset.url, base).href, integrity: asset.hash }));
const addresses = new Set(own.map(asset => asset.url));

self.addEventListener("install", event => event.waitUntil((async () => {
  const cache = await caches.open(CACHE);
  await cache.addAll(own.map(asset => new Request(asset.url, { integrity: asset.integrity, cache: "no-cache" })));
  await self.skipWaiting();
})()));

self.addEventListener("activate", event => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith(PREFIX) && name !== CACHE) await caches.delete(name);
  await self.clients.claim();
})()));

// Everything that is not the program goes to the network untouched: what nodes answer is never kept here.
self.addEventListener("fetch", event => {
  if (event.request.method !== "GET") return;
  const address = new URL(event.request.url);
  const isPage = event.request.mode === "navigate" && (address.pathname === base.pathname || address.pathname === base.pathname + "index.html");
  const wanted = isPage ? new URL("index.html", base).href : address.origin + address.pathname;
  if (!addresses.has(wanted)) return;
  event.respondWith((async () => await (await caches.open(CACHE)).match(wanted) ?? fetch(event.request))());
});

// A click on a notification brings the page to the front.
self.addEventListener("notificationclick", event => {
  event.notification.close();
  event.waitUntil((async () => {
    const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    if (pages.length > 0) await pages[0].focus();
    else await self.clients.openWindow(base.href);
  })());
});
