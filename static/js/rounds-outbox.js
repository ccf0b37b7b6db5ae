// The sign of what waits to be uploaded, on every phone page; it sends by itself when the page is open and online.
import { entries, on, remove, tryAgain, upload, works } from "./rounds-queue.js";

const OLD = 12 * 3600 * 1000;
const FIRST_PAUSE = 15000;
const LONGEST_PAUSE = 300000;

let root = null;
let words = {};
let told = { state: "sent", others: 0 };
let timer = 0;
let pause = FIRST_PAUSE;

export const say = (name, values = {}) => (words[name] || name).replace(/%\((\w+)\)s/g, (whole, key) => (key in values ? values[key] : whole));
export const clock = (moment) => new Date(moment).toLocaleTimeString("sv-SE", { hour: "2-digit", minute: "2-digit" });

export async function startOutbox(main) {
  root = main;
  words = JSON.parse(document.getElementById("phone-words").textContent);
  if (!(await works())) {
    root.querySelector("[data-queue]").hidden = true;
    return false;
  }
  on("changed", show);
  root.querySelector("[data-queue-retry]").addEventListener("click", async () => { await tryAgain(); sendNow(); });
  root.querySelector("[data-queue-list]").addEventListener("click", onListClick);
  window.addEventListener("online", sendNow);
  window.addEventListener("offline", show);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) sendNow(); });
  await show();
  sendNow();
  return true;
}

export async function sendNow() {
  clearTimeout(timer);
  state().textContent = (await entries()).length ? say("uploading") : state().textContent;
  told = await upload(root.dataset.session);
  const left = (await entries()).some((entry) => entry.state === "waiting");
  pause = left && told.state !== "sign_in" ? Math.min(pause * 2, LONGEST_PAUSE) : FIRST_PAUSE;
  if (left) timer = setTimeout(sendNow, pause);
  await show();
  return told.state;
}

function state() {
  return root.querySelector("[data-queue-state]");
}

async function show() {
  const kept = await entries();
  const place = root.querySelector("[data-queue]");
  const isOffline = !navigator.onLine || (kept.length > 0 && told.state === "offline");
  place.classList.toggle("is-waiting", kept.length > 0);
  place.classList.toggle("is-offline", isOffline);
  const count = kept.length === 1 ? say("waiting_one") : say("waiting", { n: kept.length });
  const line = [kept.length ? count : say("all_sent"), isOffline ? say("offline") : ""].filter(Boolean).join(" · ");
  if (state().textContent !== line) state().textContent = line;
  root.querySelector("[data-queue-retry]").hidden = !kept.length;
  remarks(kept);
  list(kept);
}

function remarks(kept) {
  const place = root.querySelector("[data-queue-remarks]");
  place.replaceChildren();
  if (!kept.length) return;
  if (told.state === "sign_in") {
    const link = Object.assign(document.createElement("a"), { href: `${root.dataset.login}?next=${encodeURIComponent(location.pathname)}`, className: "btn", textContent: say("sign_in_button") });
    remark(place, say("sign_in")).append(link);
  }
  if (told.state === "later") remark(place, say("later"));
  if (told.others) remark(place, say("somebody_else", { n: told.others }));
  if (kept.some((entry) => Date.now() - new Date(entry.captured_at) > OLD)) remark(place, say("too_old"));
}

function remark(place, text) {
  const made = Object.assign(document.createElement("p"), { className: "phone-remark" });
  made.append(Object.assign(document.createElement("span"), { textContent: text }));
  place.append(made);
  return made;
}

function list(kept) {
  const place = root.querySelector("[data-queue-list]");
  place.hidden = !kept.length;
  place.querySelector("ul").replaceChildren(...kept.map(row));
}

function row(entry) {
  const made = document.createElement("li");
  made.dataset.entry = entry.id;
  const head = Object.assign(document.createElement("strong"), { textContent: [entry.roundName, entry.label].filter(Boolean).join(" · ") });
  const when = Object.assign(document.createElement("span"), { textContent: ` ${say("recorded_at", { time: clock(entry.captured_at) })}` });
  made.append(head, when);
  if (entry.error) made.append(Object.assign(document.createElement("p"), { className: "field-error", textContent: `${say("refused")}: ${entry.error}` }));
  for (const [question, answer] of entry.summary || []) made.append(Object.assign(document.createElement("p"), { textContent: `${question}: ${answer}` }));
  if (entry.state === "refused") made.append(button("throw_away"));
  return made;
}

function button(name) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm", textContent: say(name) });
  made.dataset.act = name;
  return made;
}

/* thrown away only after a second press: it can't be brought back */
function onListClick(event) {
  const act = event.target.dataset.act;
  if (!act) return;
  const item = event.target.closest("[data-entry]");
  if (act === "throw_away" && !item.querySelector("[data-act=keep]")) {
    event.target.before(Object.assign(document.createElement("p"), { textContent: say("really") }));
    event.target.after(button("keep"));
  } else if (act === "throw_away") remove(item.dataset.entry);
  else show();
}
