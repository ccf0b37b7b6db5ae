// The wizard on a tablet: photos shown at once, an honest network sign, and a copy of what was typed in this browser.
import { note, store, word } from "./core.js";

const NEVER = /password|identity|strokes|csrfmiddlewaretoken|submission_key|_token$|version/i;

export function start(root) {
  root.querySelectorAll("[data-wizard]").forEach(dress);
}

function dress(wizard) {
  if (wizard.dataset.started) return;
  wizard.dataset.started = "1";
  showNetwork(wizard);
  window.addEventListener("online", () => showNetwork(wizard));
  window.addEventListener("offline", () => showNetwork(wizard));
  wizard.querySelectorAll("form").forEach((form) => keepCopy(form, `wizard:${window.location.pathname}`));
  wizard.addEventListener("change", (event) => { if (event.target.matches("input[type=file][data-photo]")) preview(event.target); });
  wizard.querySelector(".wizard-steps [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
}

function showNetwork(wizard) {
  const place = wizard.querySelector("[data-offline-state]");
  if (place) place.textContent = navigator.onLine ? word("online") : word("network_lost");
}

function keepCopy(form, key) {
  if (!form.querySelector(".error-summary, [aria-invalid=true]")) restore(form, key);
  form.addEventListener("input", () => store(key, JSON.stringify(typed(form))));
  form.addEventListener("submit", (event) => {
    if (!navigator.onLine) {
      event.preventDefault();
      form.removeAttribute("aria-busy");
      note(word("network_lost"), "warning");
      return;
    }
    sessionStorage.setItem(`sent:${key}`, "1");
  });
}

function typed(form) {
  const kept = {};
  for (const [name, value] of new FormData(form)) {
    if (!NEVER.test(name) && !(value instanceof File)) (kept[name] ||= []).push(value);
  }
  return kept;
}

function restore(form, key) {
  // The form came back without an error after it was sent: the server has it, the copy has done its duty.
  if (sessionStorage.getItem(`sent:${key}`)) {
    sessionStorage.removeItem(`sent:${key}`);
    store(key, null);
    return;
  }
  const kept = JSON.parse(store(key) || "null");
  if (!kept) return;
  let changed = 0;
  for (const field of form.elements) {
    if (!(field.name in kept) || field.type === "hidden" || field.type === "file") continue;
    changed += put(field, kept[field.name]);
  }
  if (changed) note(word("unsaved_restored"));
}

function put(field, values) {
  if (field.type === "checkbox" || field.type === "radio") {
    const on = values.includes(field.value);
    const differs = field.checked !== on;
    field.checked = on;
    return Number(differs);
  }
  const differs = field.value !== values[0];
  if (differs) field.value = values[0];
  return Number(differs);
}

function preview(field) {
  const strip = field.parentElement.querySelector(".photo-strip") || field.parentElement.appendChild(Object.assign(document.createElement("div"), { className: "photo-strip" }));
  strip.replaceChildren(...[...field.files].filter((file) => file.type.startsWith("image/")).map((file) => {
    const shown = document.createElement("img");
    shown.src = URL.createObjectURL(file);
    shown.alt = file.name;
    return shown;
  }));
}
