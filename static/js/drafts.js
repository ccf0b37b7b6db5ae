// A draft on the server 5 s after the last keystroke and on leaving a field; leaving with unsaved words asks first.
import { note, post, store, word } from "./core.js";

const NEVER = /password|signature|strokes|card_number|csrfmiddlewaretoken|submission_key|_token$/i;

export function startDrafts(root) {
  root.querySelectorAll("form[data-form]").forEach(watch);
}

function watch(form) {
  if (form.dataset.watched) return;
  form.dataset.watched = "1";
  let timer = 0;
  let dirty = false;
  let failed = false;
  const save = async () => {
    clearTimeout(timer);
    if (!dirty || !form.dataset.draft) return;
    const answer = await post("/drafts/", body(form)).catch(() => null);
    const saved = Boolean(answer && answer.ok);
    if (saved) dirty = false;
    if (!saved) store(`draft:${form.dataset.draft}`, JSON.stringify(content(form)));
    if (!saved && !failed) note(word("draft_failed"), "warning");
    failed = !saved;
    if (saved) say(form);
  };
  form.addEventListener("input", (event) => {
    if (event.target.name && NEVER.test(event.target.name)) return;
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(save, 5000);
  });
  form.addEventListener("change", save);
  form.addEventListener("submit", () => {
    dirty = false;
    clearTimeout(timer);
  });
  window.addEventListener("beforeunload", (event) => {
    if (!dirty || form.getAttribute("aria-busy") === "true" || !form.isConnected) return;
    if (form.dataset.draft) navigator.sendBeacon?.("/drafts/", withToken(form));
    else event.preventDefault();
  });
}

function say(form) {
  const place = form.querySelector("[data-draft-state]");
  const clock = new Date().toLocaleTimeString("sv-SE", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Shanghai" });
  if (place) place.textContent = `${word("draft_saved")} ${clock}`;
}

function content(form) {
  const kept = {};
  for (const [name, value] of new FormData(form)) {
    if (NEVER.test(name) || value instanceof File || form.elements[name]?.type === "password") continue;
    (kept[name] ||= []).push(value);
  }
  return kept;
}

function body(form) {
  const data = new FormData();
  data.append("form", form.dataset.draft);
  data.append("title", form.dataset.draftTitle || document.title);
  data.append("url", window.location.pathname + window.location.search);
  data.append("content", JSON.stringify(content(form)));
  return data;
}

function withToken(form) {
  const data = body(form);
  data.append("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]")?.value || "");
  return data;
}
