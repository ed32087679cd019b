/**
 * Keeps the playground's files, so that it works offline after the first load. The build adds their list, and a version that
 * changes with any of them (`dashboard/offline/plugin.ts`).
 * @module
 */
/// <reference lib="webworker" />

declare const self: ServiceWorkerGlobalScope & {
  /** Paths relative to this file. */
  readonly PRECACHE: { version: string; files: string[] };
};

const { version, files } = self.PRECACHE;
const { scope } = self.registration;

/** Other playgrounds may be served from the same origin. */
const PREFIX = `playground ${scope} `;
const CACHE = PREFIX + version;

self.addEventListener('install', (event) => {
  const requests = files.map((file) => new Request(file, { cache: 'no-cache' }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(requests)));
});

// A new version begins when no page uses the old one any more.
self.addEventListener('activate', (event) => {
  event.waitUntil(removeOthers());
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method === 'GET') event.respondWith(respond(request));
});

async function removeOthers(): Promise<void> {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
}

/** The query of a page, such as `?embed`, does not matter. */
async function respond(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  const page = request.mode === 'navigate' ? await cache.match('index.html') : undefined;
  return page ?? (await cache.match(request, { ignoreSearch: true })) ?? fetch(request);
}
