// Small shared pieces: translated words, toasts, requests that carry the CSRF token, settings of the person.

const words = JSON.parse(document.getElementById("words")?.textContent || "{}");

export function word(name, values = {}) {
  return (words[name] || name).replace(/%\((\w+)\)s/g, (whole, key) => (key in values ? values[key] : whole));
}

export function csrf() {
  const field = document.querySelector("input[name='csrfmiddlewaretoken']");
  if (field) return field.value;
  return JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || "";
}

export function post(url, body, options = {}) {
  return fetch(url, { method: "POST", body, credentials: "same-origin", headers: { "X-CSRFToken": csrf(), "X-Requested-With": "fetch", Accept: "application/json" }, ...options });
}

export function keepSetting(key, value) {
  const url = document.documentElement.dataset.settingUrl;
  if (!url) return;
  const body = new FormData();
  body.append("key", key);
  body.append("value", value);
  post(url, body).catch(() => undefined);
}

export function note(text, kind = "info", seconds = 6) {
  const polite = document.querySelector("[data-toasts-polite]");
  const pattern = document.getElementById("note-template");
  if (!polite || !pattern) return null;
  const made = pattern.content.firstElementChild.cloneNode(true);
  made.classList.add(`note-${kind}`);
  made.querySelector(".note-text").textContent = text;
  polite.append(made);
  if (kind !== "error" && seconds) setTimeout(() => { if (!made.matches(":hover, :focus-within")) made.remove(); }, seconds * 1000);
  return made;
}

export function composing(event) {
  return event.isComposing || event.keyCode === 229;
}

export function isTyping(target) {
  return Boolean(target.closest?.("input:not([type=checkbox]):not([type=radio]):not([type=button]):not([type=submit]), textarea, select, [contenteditable=true], .ts-wrapper, dialog[open] input"));
}

export function store(key, value) {
  try {
    if (value === undefined) return localStorage.getItem(key);
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch (refused) { /* a private window keeps nothing */ }
  return null;
}
