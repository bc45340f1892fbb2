/** Keeps the page at hand where there is no network. `FILES` and `VERSION` are put in when it is built. */
declare const FILES: readonly string[];
declare const VERSION: string;

interface Extendable extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Fetched extends Extendable {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

const CACHE = `mcalc-${VERSION}`;

self.addEventListener("install", (event) => {
  (event as Extendable).waitUntil(caches.open(CACHE).then((cache) => cache.addAll([...FILES])));
});

self.addEventListener("activate", (event) => {
  const old = caches.keys().then((keys) => keys.filter((k) => k.startsWith("mcalc-") && k !== CACHE));
  (event as Extendable).waitUntil(old.then((keys) => Promise.all(keys.map((k) => caches.delete(k)))));
});

self.addEventListener("fetch", (event) => {
  const { request } = event as Fetched;
  if (request.method !== "GET") return;
  const kept = caches.open(CACHE).then((cache) => cache.match(request, { ignoreSearch: true }));
  (event as Fetched).respondWith(kept.then((answer) => answer ?? fetch(request)));
});
