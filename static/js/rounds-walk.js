// Walking a round: from stop to stop on one page, with or without a network.
import { note, store } from "./core.js";
import { Answers } from "./rounds-answers.js";
import { clock, say, sendNow } from "./rounds-outbox.js";
import { add, draft, dropDraft, entries, keepDraft, on, uuid } from "./rounds-queue.js";

const GPS = "rounds:gps";
const METHODS = { SCANNER: "scanned", QR_LINK: "scanned", CODE: "code_typed", NONE: "not_scanned" };

let root = null;
let round = null;
let answers = null;
let form = null;
let here = null;
let where = {};
let refresh = () => undefined;

export async function startWalk(main, { isKept, refresh: again }) {
  root = main;
  refresh = again;
  round = JSON.parse(document.getElementById("walk").textContent);
  form = root.querySelector("[data-stop-form]");
  if (!form || !isKept) return;
  answers = new Answers(form, round.items, keep);
  listen();
  for (const entry of await entries()) if (entry.round === round.round) mark(entry);
  showProgress();
  const asked = new URLSearchParams(location.search);
  if (root.hasAttribute("data-sent")) answers.judge();
  else if (asked.get("stop") && stopAt(asked.get("stop"))) await open(stopAt(asked.get("stop")), asked.get("via") || "NONE");
  else if (asked.get("code") && stopCoded(asked.get("code"))) await open(stopCoded(asked.get("code")), "CODE");
  else if (round.stops.length === 1 && !round.stops[0].code && !round.stops[0].done) await open(round.stops[0], "NONE");
  root.dataset.ready = "1";
}

function listen() {
  root.addEventListener("click", (event) => {
    const link = event.target.closest("[data-open-stop]");
    if (!link) return;
    event.preventDefault();
    open(stopAt(link.dataset.openStop), "NONE");
  });
  root.querySelector("[data-code-form]").addEventListener("submit", onCode);
  root.querySelector("[data-scan-stop]").addEventListener("click", onScan);
  form.addEventListener("submit", onSave);
  root.querySelector("[data-finish-form]")?.addEventListener("submit", onFinish);
  root.querySelector("[data-gps-yes]").addEventListener("click", () => { allowGps("yes"); locate(); });
  root.querySelector("[data-gps-no]").addEventListener("click", () => { allowGps("no"); locate(); });
  on("uploaded", onUploaded);
  on("changed", remark);
}

const stopAt = (position) => round.stops.find((stop) => String(stop.position) === String(position));

function stopCoded(code) {
  const found = round.stops.filter((stop) => stop.code && stop.code === code.normalize("NFKC").replace(/\s+/g, "").toUpperCase());
  return found.find((stop) => !stop.done) || found[found.length - 1];
}

/* coming to a stop */

function onCode(event) {
  event.preventDefault();
  const field = event.target.elements.code;
  const place = root.querySelector("[data-code-error]");
  const code = field.value.trim();
  const stop = code && stopCoded(code);
  place.textContent = stop ? "" : code ? say("not_on_route", { code: code.toUpperCase() }) : say("enter_code");
  if (!stop) return;
  field.value = "";
  open(stop, "CODE");
}

async function onScan() {
  const { openScanner } = await import("./rounds-scanner.js");
  openScanner(root, JSON.parse(document.getElementById("phone-words").textContent), (code) => {
    const stop = stopCoded(code);
    if (!stop) return say("not_on_route", { code });
    open(stop, "SCANNER");
    return "";
  });
}

async function open(stop, method) {
  await kept;
  here = { stop, method, at: new Date(), key: `${round.round}:${stop.position}` };
  const before = await draft(here.key).catch(() => undefined);
  answers.fill(before ? before.values : stop.recorded || {}, before?.photos, stop.photographed);
  if (before) note(say("put_back"));
  if (before?.method && method === "NONE") here.method = before.method;
  put("submission_key", uuid());
  put("stop", stop.position);
  put("code", stop.code);
  put("method", here.method);
  const section = root.querySelector("[data-stop-section]");
  section.classList.remove("without-script");
  section.hidden = false;
  root.querySelector("[data-problems]").replaceChildren();
  const title = root.querySelector("[data-stop-title]");
  title.textContent = `${stop.position} · ${stop.label}`;
  history.replaceState(history.state, "", `?stop=${stop.position}&via=${here.method}`);
  locate();
  title.focus();
  section.scrollIntoView({ block: "start" });
}

function put(name, value) {
  if (form.elements[name]) form.elements[name].value = value ?? "";
}

/* where the phone is: asked for when a stop is opened, and only when somebody said yes */

function allowGps(said) {
  store(GPS, said);
  root.querySelector("[data-gps]").hidden = true;
}

function kindOfPermission() {
  if (!navigator.geolocation) return "none";
  try { return localStorage.getItem(GPS) || "ask"; } catch (refused) { return "ask"; }
}

function locate() {
  const said = kindOfPermission();
  root.querySelector("[data-gps]").hidden = said !== "ask";
  where = said === "no" ? { whereabouts: "REFUSED" } : said === "none" ? { whereabouts: "UNAVAILABLE" } : {};
  facts(said === "yes" ? "gps_searching" : "");
  if (said !== "yes") return;
  const asked = here;
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => { if (asked === here) found({ whereabouts: "GIVEN", latitude: coords.latitude.toFixed(6), longitude: coords.longitude.toFixed(6), accuracy: Math.round(coords.accuracy) }); },
    (error) => { if (asked === here) found({ whereabouts: error.code === 1 ? "REFUSED" : "UNAVAILABLE" }); },
    { enableHighAccuracy: true, timeout: 20000, maximumAge: 30000 },
  );
}

function found(position) {
  where = position;
  facts("");
}

function facts(searching) {
  const how = here.method === "NONE" ? say("not_scanned") : say(METHODS[here.method], { time: clock(here.at) });
  const gps = searching ? say(searching) : where.whereabouts === "GIVEN" ? say("gps_ok", { m: where.accuracy }) : where.whereabouts ? say("gps_refused") : "";
  root.querySelector("[data-stop-facts]").textContent = [how, gps].filter(Boolean).join(" · ");
}

/* what is typed is kept on the phone until it is saved: taking a photo may end the page */

let kept = Promise.resolve();

function keep() {
  if (!here) return;
  const { key, method } = here;
  kept = kept.then(() => keepDraft(key, { values: answers.values(), photos: answers.allShots(), method })).catch(() => undefined);
}

/* saving */

async function onSave(event) {
  event.preventDefault();
  if (!here || form.dataset.saving) return;
  const problems = answers.problems();
  complain(problems);
  if (problems.length) return;
  form.dataset.saving = "1";
  try {
    await kept;
    const entry = entryOf();
    await add(entry);
    await dropDraft(here.key);
    mark(entry);
    close();
    sendNow();
  } catch (full) {
    complain([{ id: "", text: String(full?.message || full) }]);
  }
  delete form.dataset.saving;
}

function entryOf() {
  const captured = new Date().toISOString();
  const own = { captured_at: captured, whereabouts: "", latitude: "", longitude: "", accuracy: "", ...where };
  for (const [name, value] of Object.entries(own)) put(name, value);
  const fields = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken");
  return {
    id: form.elements.submission_key.value, url: root.dataset.entries, round: round.round, roundName: round.name, user: root.dataset.user,
    stop: here.stop.position, label: here.stop.label, captured_at: captured, fields, photos: answers.allShots(),
    values: answers.values(), summary: answers.summary(), wrong: round.items.some((item) => answers.result(item) === "FAIL"),
  };
}

function complain(problems) {
  const place = root.querySelector("[data-problems]");
  place.replaceChildren();
  if (!problems.length) return;
  const box = Object.assign(document.createElement("div"), { className: "error-summary", tabIndex: -1 });
  box.setAttribute("role", "alert");
  const list = document.createElement("ul");
  for (const problem of problems) {
    const line = document.createElement("li");
    const link = Object.assign(document.createElement("a"), { href: `#${problem.id}`, textContent: problem.text });
    link.addEventListener("click", (event) => { event.preventDefault(); document.getElementById(problem.id)?.focus(); });
    line.append(link);
    list.append(line);
  }
  box.append(Object.assign(document.createElement("h2"), { textContent: say("problem") }), list);
  place.append(box);
  box.focus();
}

function close() {
  here = null;
  form.reset();
  root.querySelector("[data-stop-section]").hidden = true;
  history.replaceState(history.state, "", location.pathname);
  showProgress();
  const title = root.querySelector("[data-next]");
  title.focus();
  title.scrollIntoView({ block: "center" });
}

/* what the page shows of the round */

function mark(entry) {
  const stop = stopAt(entry.stop);
  if (!stop) return;
  Object.assign(stop, { done: true, recorded: entry.values, photographed: (entry.photos || []).map((shot) => Number(shot.name.replace("photo_", ""))).filter(Boolean) });
  chip(entry.stop, entry.state === "refused" ? "refused" : "waiting");
  root.querySelector(`[data-left="${entry.stop}"]`)?.remove();
}

function chip(position, name) {
  const place = root.querySelector(`[data-stop="${position}"] [data-stop-state]`);
  const pattern = root.querySelector(`[data-chip="${name}"]`);
  if (place && pattern) place.replaceChildren(pattern.content.cloneNode(true));
}

function showProgress() {
  const next = round.stops.find((stop) => !stop.done);
  root.ownerDocument.querySelector("[data-done]").textContent = round.stops.filter((stop) => stop.done).length;
  root.querySelector("[data-next]").textContent = next ? say("next", { number: next.position, stop: next.label }) : say("all_done");
  root.querySelector(".phone-next").classList.toggle("is-done", !next);
  const section = root.querySelector("[data-finish-section]");
  if (!section) return;
  section.hidden = !round.started && !round.stops.some((stop) => stop.done);
  root.querySelector("[data-left-out]").hidden = !next && !root.querySelector("[data-left]");
}

async function remark() {
  for (const entry of await entries()) if (entry.round === round.round && entry.stop) chip(entry.stop, entry.state === "refused" ? "refused" : "waiting");
}

function onUploaded({ entry, told }) {
  if (entry.round !== round.round) return;
  if (!entry.stop) {
    location.assign(root.dataset.mine);
    return;
  }
  round.started = true;
  chip(entry.stop, told.findings.length ? "wrong" : "done");
  offer(entry, told.findings);
  refresh();
}

function offer(entry, findings) {
  if (!findings.length) return;
  const place = root.querySelector("[data-offers]");
  const box = Object.assign(document.createElement("div"), { className: "phone-offers" });
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", `${say("not_in_order")}: ${entry.label}`);
  for (const finding of findings) {
    const line = document.createElement("p");
    line.append(Object.assign(document.createElement("strong"), { textContent: `${entry.label}: ${finding.text}` }), finding.note ? ` – ${finding.note}` : "");
    box.append(line, ...finding.follow_ups.map((each) => Object.assign(document.createElement("a"), { className: "btn", href: each.url, textContent: each.label })));
  }
  place.append(box);
}

/* the end: kept like an entry while others wait, so that it arrives after them */

async function onFinish(event) {
  const finish = event.target;
  if (finish.dataset.plain) return;
  event.preventDefault();
  const isWaiting = (await entries()).some((entry) => entry.round === round.round);
  if (isWaiting || !navigator.onLine) {
    await later(finish);
    return;
  }
  finish.dataset.plain = "1";
  finish.requestSubmit();
}

async function later(finish) {
  const error = root.querySelector("[data-finish-error]");
  const isLeftOut = !root.querySelector("[data-left-out]").hidden;
  const reason = finish.elements.note.value.trim();
  error.hidden = !(isLeftOut && !reason);
  error.textContent = error.hidden ? "" : say("why_left_out");
  if (!error.hidden) return finish.elements.note.focus();
  const captured = new Date().toISOString();
  const id = uuid();
  await add({
    id, url: root.dataset.finish, round: round.round, roundName: round.name, user: root.dataset.user, label: say("finish_of"), captured_at: captured,
    fields: [["submission_key", id], ["note", reason], ["ended_at", captured]], photos: [], summary: reason ? [[say("finish_of"), reason]] : [],
  });
  error.hidden = false;
  error.textContent = say("finish_kept");
  sendNow();
  return undefined;
}
