// Walking a round: from stop to stop on one page, with or without a network.
import { note } from "./core.js";
import { Answers } from "./rounds-answers.js";
import { entryOf, put } from "./rounds-entry.js";
import { onFinish } from "./rounds-finish.js";
import { clock, say, sendNow } from "./rounds-outbox.js";
import { add, draft, dropDraft, entries, keepDraft, on, uuid } from "./rounds-queue.js";
import { chip, complain, offer, progress } from "./rounds-shown.js";
import { allowGps, locate } from "./rounds-where.js";

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
  progress(root, round);
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
  root.querySelector("[data-finish-form]")?.addEventListener("submit", (event) => onFinish(event, root, round));
  root.querySelector("[data-gps-yes]").addEventListener("click", () => { allowGps(root, "yes"); findPlace(); });
  root.querySelector("[data-gps-no]").addEventListener("click", () => { allowGps(root, "no"); findPlace(); });
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
  const { openScanner } = await import("./scanner.js");
  openScanner((code) => {
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
  put(form, "submission_key", uuid());
  put(form, "stop", stop.position);
  put(form, "code", stop.code);
  put(form, "method", here.method);
  const section = root.querySelector("[data-stop-section]");
  section.classList.remove("without-script");
  section.hidden = false;
  root.querySelector("[data-problems]").replaceChildren();
  const title = root.querySelector("[data-stop-title]");
  title.textContent = `${stop.position} · ${stop.label}`;
  history.replaceState(history.state, "", `?stop=${stop.position}&via=${here.method}`);
  findPlace();
  title.focus();
  section.scrollIntoView({ block: "start" });
}

/* where the phone is */

function findPlace() {
  const asked = here;
  locate(root, (position, searching) => {
    if (asked !== here) return;
    where = position;
    facts(searching);
  });
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
  complain(root, problems);
  if (problems.length) return;
  form.dataset.saving = "1";
  try {
    await kept;
    const entry = entryOf({ root, form, round, answers, here, where });
    await add(entry);
    await dropDraft(here.key);
    mark(entry);
    close();
    sendNow();
  } catch (full) {
    complain(root, [{ id: "", text: String(full?.message || full) }]);
  }
  delete form.dataset.saving;
}

function close() {
  here = null;
  form.reset();
  root.querySelector("[data-stop-section]").hidden = true;
  history.replaceState(history.state, "", location.pathname);
  progress(root, round);
  const title = root.querySelector("[data-next]");
  title.focus();
  title.scrollIntoView({ block: "center" });
}

/* what the page shows of the round */

function mark(entry) {
  const stop = stopAt(entry.stop);
  if (!stop) return;
  Object.assign(stop, { done: true, recorded: entry.values, photographed: (entry.photos || []).map((shot) => Number(shot.name.replace("photo_", ""))).filter(Boolean) });
  chip(root, entry.stop, entry.state === "refused" ? "refused" : "waiting");
  root.querySelector(`[data-left="${entry.stop}"]`)?.remove();
}

async function remark() {
  for (const entry of await entries()) if (entry.round === round.round && entry.stop) chip(root, entry.stop, entry.state === "refused" ? "refused" : "waiting");
}

function onUploaded({ entry, told }) {
  if (entry.round !== round.round) return;
  if (!entry.stop) {
    location.assign(root.dataset.mine);
    return;
  }
  round.started = true;
  chip(root, entry.stop, told.findings.length ? "wrong" : "done");
  offer(root, entry, told.findings);
  refresh();
}
