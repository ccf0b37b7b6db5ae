// Keeps the phone pages of rounds and what they use. The network comes first; without it, what was kept.
const STORE = "steward-rounds";
const PAGES = /^\/rounds\/(mine|walk\/\d+)\/$/;
const PATIENCE = 6000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  const { page, used = [] } = event.data || {};
  event.waitUntil(keep(page, used));
});

async function keep(page, used) {
  const store = await caches.open(STORE);
  if (page && PAGES.test(page)) await keepPage(store, page, await fetch(page, { credentials: "same-origin", redirect: "manual", cache: "reload" }).catch(() => null));
  await Promise.all(used.map((url) => keepFile(store, url)));
}

async function keepPage(store, path, answer) {
  const isPage = answer && answer.status === 200 && (answer.headers.get("Content-Type") || "").startsWith("text/html");
  if (isPage) await store.put(path, answer.clone());
}

async function keepFile(store, url) {
  const answer = await fetch(url).catch(() => null);
  if (answer && answer.ok) await store.put(url, answer);
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (event.request.mode === "navigate" && PAGES.test(url.pathname)) event.respondWith(page(event.request, url.pathname));
  else if (url.pathname.startsWith("/static/")) event.respondWith(file(event.request));
});

async function page(request, path) {
  const kept = await (await caches.open(STORE)).match(path, { ignoreVary: true, ignoreSearch: true });
  try {
    const answer = await (kept ? inTime(fetch(request)) : fetch(request));
    return answer.status >= 500 && kept ? kept : answer;
  } catch (lost) {
    if (kept) return kept;
    throw lost;
  }
}

function inTime(answer) {
  return Promise.race([answer, new Promise((_done, late) => { setTimeout(() => late(new Error("late")), PATIENCE); })]);
}

async function file(request) {
  const answer = await fetch(request).catch(() => null);
  if (answer) return answer;
  const kept = await (await caches.open(STORE)).match(request, { ignoreVary: true });
  return kept || Response.error();
}
