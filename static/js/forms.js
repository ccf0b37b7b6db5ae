// Forms: one submission key, one submit at a time, errors found first, dates typed in short.
import { composing, note, word } from "./core.js";
import { startDrafts } from "./drafts.js";
import { startSnippets } from "./snippets.js";
import { startStash } from "./stash.js";

export function startForms() {
  document.addEventListener("submit", onSubmit);
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", onClick);
  document.addEventListener("change", onChange);
  window.addEventListener("pageshow", (event) => { if (event.persisted) document.querySelectorAll("form[aria-busy]").forEach(calm); });
  document.body.addEventListener("htmx:afterSettle", (event) => dress(event.target));
  document.body.addEventListener("htmx:afterRequest", (event) => { if (event.target.matches?.("form")) calm(event.target); });
  dress(document);
  focusFirst();
}

function dress(root) {
  root.querySelectorAll("input[name=submission_key]").forEach(keepKey);
  root.querySelectorAll("input[type=date], input[type=datetime-local]").forEach(addDateChips);
  root.querySelectorAll(".error-summary a[href^='#']").forEach((link) => link.addEventListener("click", toField));
  startDrafts(root);
  startSnippets(root);
  startStash(root);
}

/* a form reached again by Back is the same form: its key lives with its place in the browser's history */

function keepKey(field, index) {
  const kept = history.state?.submissionKeys?.[index];
  const isOld = ["back_forward", "reload"].includes(performance.getEntriesByType("navigation")[0]?.type);
  if (kept && isOld) field.value = kept;
  if (!field.value && crypto.randomUUID) field.value = crypto.randomUUID();
  const keys = { ...history.state?.submissionKeys, [index]: field.value };
  history.replaceState({ ...history.state, submissionKeys: keys }, "");
}

function focusFirst() {
  const place = document.querySelector(".error-summary") || document.querySelector("[data-first-focus]");
  if (place) place.focus();
}

function toField(event) {
  const field = document.querySelector(event.currentTarget.getAttribute("href"));
  if (!field) return;
  event.preventDefault();
  const target = field.matches("input, select, textarea, canvas") ? field : field.querySelector("canvas, input:not([type=hidden]), select, textarea") || field;
  const shown = target.tomselect ? target.tomselect.control_input : target;
  shown.scrollIntoView({ block: "center" });
  shown.focus();
}

/* one submit at a time */

function onSubmit(event) {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.getAttribute("aria-busy") === "true") return event.preventDefault();
  if (form.querySelector("[data-stash-busy]")) {
    event.preventDefault();
    note(word("uploading"));
    return;
  }
  const button = event.submitter || form.querySelector("button[type=submit], button:not([type])");
  form.setAttribute("aria-busy", "true");
  // After this turn, so the pressed button still travels with the form.
  setTimeout(() => makeBusy(button), 0);
  setTimeout(() => calm(form), 20000);
}

function makeBusy(button) {
  if (!button || button.closest(".menu, .topbar") || button.matches(".icon-button")) return;
  button.setAttribute("aria-busy", "true");
  button.setAttribute("aria-disabled", "true");
  if (!button.dataset.words) button.dataset.words = button.textContent;
  button.textContent = word("submitting");
}

function calm(form) {
  form.removeAttribute("aria-busy");
  form.querySelectorAll("button[aria-busy]").forEach((button) => {
    button.removeAttribute("aria-busy");
    button.removeAttribute("aria-disabled");
    if (button.dataset.words) button.textContent = button.dataset.words;
  });
}

/* Enter moves on, Ctrl Enter submits */

function onKey(event) {
  if (event.key !== "Enter" || composing(event)) return;
  const form = event.target.form || event.target.closest?.("form");
  if (!form || !form.matches("[data-form]")) return;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("[data-submit]") || undefined);
  } else if (event.target.matches("input:not([type=submit]):not([type=button]):not([type=checkbox]):not([type=radio])")) {
    event.preventDefault();
    focusNext(form, event.target);
  }
}

function focusNext(form, field) {
  const stops = [...form.querySelectorAll("input, select, textarea, button")].filter((stop) => stop.type !== "hidden" && !stop.disabled && stop.offsetParent);
  stops[stops.indexOf(field) + 1]?.focus();
}

/* dates: chips, and 20251123 or 1123 typed into text fields */

function addDateChips(field) {
  if (field.dataset.dressed || field.closest("[data-filters], [data-no-chips]") || field.readOnly) return;
  field.dataset.dressed = "1";
  const days = JSON.parse(word("date_chips") === "date_chips" ? "[]" : word("date_chips"));
  if (!days.length) return;
  const row = document.createElement("div");
  row.className = "date-chips";
  for (const [text, shift] of days) {
    const chip = document.createElement("button");
    chip.type = "button";
    chip.textContent = text;
    chip.dataset.shift = shift;
    row.append(chip);
  }
  field.after(row);
}

function onClick(event) {
  const chip = event.target.closest(".date-chips button");
  if (!chip) return;
  const field = chip.parentElement.previousElementSibling;
  const day = new Date(Date.now() + Number(chip.dataset.shift) * 86400000);
  const text = day.toLocaleDateString("sv-SE", { timeZone: "Asia/Shanghai" });
  const clock = field.value.split("T")[1] || "09:00";
  field.value = field.type === "date" ? text : `${text}T${clock}`;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

function onChange(event) {
  if (!event.target.matches("input[data-date]")) return;
  const typed = event.target.value.trim();
  const year = new Date().toLocaleDateString("sv-SE", { timeZone: "Asia/Shanghai" }).slice(0, 4);
  const full = /^\d{4}$/.test(typed) ? year + typed : typed;
  const found = /^(\d{4})(\d{2})(\d{2})$/.exec(full);
  if (found) event.target.value = found.slice(1).join("-");
}
