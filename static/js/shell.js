// What every page needs: words, toasts, menus, the rail, the theme, and the shared behaviour of the other modules.
import { keepSetting, note, word } from "./core.js";
import { startForms } from "./forms.js";
import { startKeys } from "./keys.js";
import { startLive } from "./live.js";
import { startPalette } from "./palette.js";

const parts = { "[data-list]": "./list.js", "[data-picker-url]": "./picker.js", "[data-signature]": "./signature.js", "[data-board]": "./board.js", "[data-sums]": "./counter.js", "[data-stacking]": "./stacking.js", "[data-wizard]": "./wizard.js", "[data-scan]": "./scan.js" };

function initNotes() {
  document.querySelectorAll("[data-note]").forEach(timeNote);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-note-close]");
    if (button) button.closest(".note").remove();
  });
}

function timeNote(note) {
  if (note.dataset.note === "error") return;
  const seconds = note.querySelector(".note-action") ? 10 : 6;
  let timer = 0;
  const start = () => { timer = setTimeout(() => note.remove(), seconds * 1000); };
  const stop = () => clearTimeout(timer);
  note.addEventListener("mouseenter", stop);
  note.addEventListener("focusin", stop);
  note.addEventListener("mouseleave", start);
  note.addEventListener("focusout", start);
  start();
}

function initMenus() {
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

function initRail() {
  const rail = document.getElementById("rail");
  if (!rail) return;
  let opener = null;
  const close = () => {
    rail.classList.remove("is-open");
    if (opener) opener.focus();
    opener = null;
  };
  document.addEventListener("click", (event) => {
    const open = event.target.closest("[data-rail-open]");
    if (open) {
      event.preventDefault();
      opener = open;
      rail.classList.add("is-open");
      rail.querySelector("a, summary").focus();
    } else if (event.target.closest("[data-rail-close]") || (opener && !rail.contains(event.target))) {
      if (event.target.closest("[data-rail-close]")) event.preventDefault();
      close();
    }
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && opener) close(); });
}

function initTheme() {
  const group = document.querySelector("[data-theme-switch]");
  if (!group) return;
  const show = () => group.querySelectorAll("button").forEach((button) => {
    button.setAttribute("aria-pressed", String(button.value === document.documentElement.dataset.chosenTheme));
  });
  group.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    document.dispatchEvent(new CustomEvent("steward:theme", { detail: button.value }));
    keepSetting("theme", button.value);
    show();
  });
  show();
}

function initCopy() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button || !navigator.clipboard) return;
    navigator.clipboard.writeText(button.dataset.copy).then(() => note(word("copied")));
  });
}

function initSwaps() {
  document.body.addEventListener("htmx:afterSettle", (event) => {
    startParts(event.target);
    const target = event.target.querySelector("[data-focus-after], .error-summary");
    if (target) target.focus();
  });
  // What asks by itself keeps silent in a hidden tab and when it gets no answer: it asks again.
  const isQuiet = (event) => event.detail.elt?.matches?.("[data-quiet]");
  document.body.addEventListener("htmx:beforeRequest", (event) => { if (isQuiet(event) && document.hidden) event.preventDefault(); });
  document.body.addEventListener("htmx:responseError", (event) => { if (!isQuiet(event)) note(word("request_failed"), "error"); });
  document.body.addEventListener("htmx:sendError", (event) => { if (!isQuiet(event)) note(word("network_lost"), "error"); });
  // A form that comes back with its errors (422) or a conflict (409) is a page to show, not a failure.
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if ([409, 422].includes(event.detail.xhr.status)) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });
}

// Nobody signs out of a device that still holds what they recorded; what was kept of pages goes with the session.
function initSignOut() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (new URL(form.getAttribute("action") || "", window.location.href).pathname !== "/accounts/logout/") return;
    event.preventDefault();
    signOut(form);
  });
}

async function signOut(form) {
  const { waitingToSend } = await import("./rounds-queue.js");
  const waiting = await waitingToSend("/rounds/phone/session/").catch(() => 0);
  if (!waiting) {
    if (window.caches) await caches.delete("steward-rounds").catch(() => false);
    form.submit();
    return;
  }
  const told = note(word("sign_out_waits", { n: waiting }), "error");
  const link = Object.assign(document.createElement("a"), { href: "/rounds/mine/", className: "note-action", textContent: word("to_upload") });
  told?.querySelector(".note-text").after(link);
}

function startParts(root) {
  for (const [selector, path] of Object.entries(parts)) {
    if (root.matches?.(selector) || root.querySelector(selector)) import(path).then((part) => part.start(root));
  }
}

initNotes();
initMenus();
initRail();
initTheme();
initCopy();
initSwaps();
initSignOut();
startForms();
startKeys();
startLive();
startPalette();
startParts(document);
