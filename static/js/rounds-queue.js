// What was recorded on this phone and is not uploaded yet: kept in IndexedDB, sent once each, shown and guarded until it is.

const NAME = "steward-rounds";
const HERE = new EventTarget();
let opened = null;
let running = null;

function database() {
  opened ||= new Promise((done, failed) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("entries", { keyPath: "id" });
      request.result.createObjectStore("drafts", { keyPath: "key" });
    };
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
    request.onblocked = () => failed(new Error("blocked"));
  });
  return opened;
}

async function inStore(store, mode, work) {
  const base = await database();
  return new Promise((done, failed) => {
    const transaction = base.transaction(store, mode);
    const request = work(transaction.objectStore(store));
    transaction.oncomplete = () => done(request?.result);
    transaction.onerror = () => failed(transaction.error);
    transaction.onabort = () => failed(transaction.error);
  });
}

export async function works() {
  try { return Boolean(await database()); } catch (refused) { return false; }
}

/* crypto.randomUUID is there only on a secure page; a phone in the house's own network may be on a plain one */
export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const text = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join("-");
}

export async function entries() {
  const found = await inStore("entries", "readonly", (store) => store.getAll());
  return found.sort((one, other) => one.captured_at.localeCompare(other.captured_at) || one.order - other.order);
}

export async function add(entry) {
  await inStore("entries", "readwrite", (store) => store.put({ state: "waiting", error: "", order: Date.now(), ...entry }));
  say("changed");
}

export async function remove(id) {
  await inStore("entries", "readwrite", (store) => store.delete(id));
  say("changed");
}

export async function tryAgain() {
  for (const entry of await entries()) if (entry.state === "refused") await add({ ...entry, state: "waiting" });
}

export const draft = (key) => inStore("drafts", "readonly", (store) => store.get(key));
export const keepDraft = (key, kept) => inStore("drafts", "readwrite", (store) => store.put({ key, ...kept }));
export const dropDraft = (key) => inStore("drafts", "readwrite", (store) => store.delete(key));

export function on(name, hear) {
  HERE.addEventListener(name, (event) => hear(event.detail));
}

function say(name, detail) {
  HERE.dispatchEvent(new CustomEvent(name, { detail }));
}

/* upload */

export function upload(sessionUrl) {
  running ||= alone(() => send(sessionUrl)).finally(() => { running = null; });
  return running;
}

/* two tabs don't send the same at the same time; if they did, the server would take it in once */
function alone(work) {
  return navigator.locks ? navigator.locks.request(NAME, work) : work();
}

async function send(sessionUrl) {
  const waiting = (await entries()).filter((entry) => entry.state === "waiting");
  if (!waiting.length) return { state: "sent", others: 0 };
  const session = await whoIsHere(sessionUrl);
  if (!session.user) return { state: session.state, others: 0 };
  const mine = waiting.filter((entry) => String(entry.user) === String(session.user));
  let state = "sent";
  for (const entry of mine) {
    say("sending", entry);
    const outcome = await one(entry, session.csrf);
    if (outcome === "offline" || outcome === "sign_in") return { state: outcome, others: waiting.length - mine.length };
    if (outcome === "later") state = "later";
  }
  return { state, others: waiting.length - mine.length };
}

async function whoIsHere(sessionUrl) {
  const answer = await ask(sessionUrl, { headers: { Accept: "application/json" } });
  if (!answer) return { state: "offline" };
  if (answer.type === "opaqueredirect" || answer.status === 401) return { state: "sign_in" };
  if (!answer.ok) return { state: "later" };
  return answer.json().catch(() => ({ state: "later" }));
}

async function ask(url, options) {
  try {
    return await fetch(url, { credentials: "same-origin", redirect: "manual", cache: "no-store", ...options });
  } catch (lost) { return null; }
}

async function one(entry, csrf) {
  const answer = await ask(entry.url, { method: "POST", body: bodyOf(entry), headers: { "X-CSRFToken": csrf, "X-Requested-With": "fetch", Accept: "application/json" } });
  if (!answer) return "offline";
  if (answer.type === "opaqueredirect" || answer.status === 401) return "sign_in";
  const told = await answer.json().catch(() => null);
  if (answer.ok && told) {
    await remove(entry.id);
    say("uploaded", { entry, told });
    return "sent";
  }
  if (told?.error && [403, 404, 409, 413, 422].includes(answer.status)) {
    await add({ ...entry, state: "refused", error: told.error });
    return "refused";
  }
  return "later";
}

function bodyOf(entry) {
  const body = new FormData();
  for (const [name, value] of entry.fields) body.append(name, value);
  for (const photo of entry.photos || []) {
    body.append(photo.name, new File([photo.bytes], photo.file, { type: photo.type }));
    body.append(`${photo.name}_at`, photo.at);
  }
  return body;
}

/* nobody signs out of a phone that still holds what they recorded */

export async function waitingToSend(sessionUrl) {
  if (!(await works())) return 0;
  const kept = await entries();
  if (!kept.length) return 0;
  const session = await whoIsHere(sessionUrl);
  return session.user ? kept.filter((entry) => String(entry.user) === String(session.user)).length : kept.length;
}
