// The keyboard map of single keys. Quiet while typing or composing; can be switched off per person.
import { composing, isTyping, keepSetting, note, store, word } from "./core.js";

const PRESS = {
  n: "[data-key='n'], [data-key-new], .page-actions a.btn-primary",
  e: "[data-key='e'], [data-edit], [data-key-edit]",
  c: "[data-key-comment], textarea[name=note]",
  p: "[data-print-menu] > summary, [data-key-print] > summary, [data-key-print]",
  ".": "[data-copy]",
  u: "[data-key-back], .crumbs a:last-of-type",
  z: "[data-undo]",
  a: "[data-key-approve]",
  r: "[data-key-return]",
  "[": "[data-key-previous], a[rel=prev]",
  "]": "[data-key-next], a[rel=next]",
  v: "[data-visitor-mode]",
  "/": "[data-list] input[type=search], input[type=search]",
};
const ONLY_FOCUS = new Set(["c", "/"]);

export function startKeys() {
  const dialog = document.getElementById("keyboard");
  const off = () => (document.documentElement.dataset.singleKeys || store("single-keys")) === "off";
  let waiting = 0;

  function press(key, event) {
    const target = document.querySelector(PRESS[key]);
    if (!target) {
      if (key === "/") document.querySelector("[data-palette-open]")?.click();
      if (key === "/") event.preventDefault();
      return;
    }
    event.preventDefault();
    if (ONLY_FOCUS.has(key) || target.matches("textarea, input")) target.focus();
    else target.click();
  }

  // A page's own keys, such as the views of a calendar.
  function own(key) {
    return /^[a-z]$/.test(key) && document.querySelector(`[data-press="${key}"]`);
  }

  function nextStep(event) {
    const target = document.querySelector("[data-next-step], #next-step");
    if (!target) return;
    event.preventDefault();
    target.scrollIntoView({ block: "center" });
    target.focus();
  }

  function go(key) {
    waiting = 0;
    const link = document.querySelector(`[data-key-go="${key}"]`);
    if (link) window.location.assign(link.href);
  }

  function openMap() {
    if (!dialog) return;
    dialog.querySelector("[data-single-keys]").checked = !off();
    dialog.showModal();
  }

  document.addEventListener("keydown", (event) => {
    if (composing(event) || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (isTyping(event.target) || document.querySelector("dialog[open], .signature-view.is-full") || off()) return;
    const key = event.key;
    if (waiting && Date.now() - waiting < 1500 && /^[a-z]$/.test(key)) return go(key);
    waiting = 0;
    if (key === "?") openMap();
    else if (key === "g") waiting = Date.now();
    else if (key === "s") nextStep(event);
    else if (own(key)) own(key).click();
    else if (key in PRESS) press(key, event);
  });

  document.addEventListener("click", (event) => { if (event.target.closest("[data-keyboard-open]")) openMap(); });
  dialog?.querySelector("[data-single-keys]").addEventListener("change", (event) => {
    const value = event.target.checked ? "on" : "off";
    store("single-keys", value);
    document.documentElement.dataset.singleKeys = value;
    keepSetting("single_keys", value);
    note(word("kept"), "info", 3);
  });
}
