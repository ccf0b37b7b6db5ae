// A list: filters apply by themselves, rows are walked and selected by keyboard, a bar acts on the selection.
import { composing, isTyping, store, word } from "./core.js";

let keysBound = false;

export function start(root) {
  root.querySelectorAll("[data-list]").forEach(startList);
  if (root.matches?.("[data-list]")) startList(root);
  if (!keysBound) document.addEventListener("keydown", onKey);
  keysBound = true;
}

function startList(list) {
  if (list.dataset.started) return;
  list.dataset.started = "1";
  list.querySelectorAll("[data-filters]").forEach(startFilters);
  list.addEventListener("change", (event) => {
    if (event.target.matches("[data-select-all]")) selectAll(list, event.target.checked);
    if (event.target.matches("[data-select]")) showSelection(list);
  });
  list.addEventListener("click", (event) => onClick(list, event));
  showSelection(list);
}

function startFilters(form) {
  form.querySelectorAll("select[multiple]").forEach(foldChoices);
  let timer = 0;
  const send = () => (form.requestSubmit ? form.requestSubmit() : form.submit());
  const soon = (wait) => { clearTimeout(timer); timer = setTimeout(send, wait); };
  form.addEventListener("input", (event) => {
    if (!composing(event) && event.target.matches("input[type=search], input[type=text], input:not([type])")) soon(300);
  });
  form.addEventListener("compositionend", () => soon(300));
  form.addEventListener("change", (event) => { if (event.target.matches("select, input[type=checkbox], input[type=radio], input[type=date]")) soon(0); });
  form.addEventListener("submit", () => {
    // An empty field says nothing, so it stays out of the address.
    [...form.elements].forEach((field) => { if (field.name && field.value === "" && field.type !== "hidden") field.disabled = true; });
    setTimeout(() => [...form.elements].forEach((field) => { field.disabled = false; }), 0);
  });
}

/* a choice of several folds into a menu of check boxes; the select stays behind it and is what travels */

function foldChoices(select) {
  const menu = document.createElement("details");
  menu.className = "menu";
  const summary = document.createElement("summary");
  const panel = document.createElement("div");
  panel.className = "menu-panel";
  const label = select.labels?.[0]?.textContent.trim() || "";
  const say = () => {
    const chosen = [...select.selectedOptions].map((option) => option.textContent.trim());
    summary.textContent = chosen.length > 1 ? word("selected", { n: chosen.length }) : chosen[0] || word("any");
    summary.setAttribute("aria-label", `${label}: ${summary.textContent}`);
  };
  for (const option of select.options) {
    const line = document.createElement("label");
    line.className = "menu-check";
    const box = Object.assign(document.createElement("input"), { type: "checkbox", className: "form-check-input", checked: option.selected });
    box.addEventListener("change", (event) => {
      event.stopPropagation();
      option.selected = box.checked;
      say();
      select.dispatchEvent(new Event("change", { bubbles: true }));
    });
    line.append(box, option.textContent.trim());
    panel.append(line);
  }
  menu.append(summary, panel);
  select.hidden = true;
  select.after(menu);
  say();
}

function boxes(list) {
  return [...list.querySelectorAll("[data-select]")];
}

function selectAll(list, on) {
  boxes(list).forEach((box) => { box.checked = on; });
  showSelection(list);
}

function showSelection(list) {
  const chosen = boxes(list).filter((box) => box.checked);
  boxes(list).forEach((box) => box.closest("tr, .card-row")?.classList.toggle("is-selected", box.checked));
  const bar = list.querySelector("[data-bulk-bar]");
  if (!bar) return;
  bar.hidden = chosen.length === 0;
  bar.dataset.ready = "1";
  bar.querySelector("[data-bulk-count]").textContent = word("selected", { n: chosen.length });
  if (chosen.length < boxes(list).length) setAllMatching(bar, false);
}

function setAllMatching(bar, on) {
  const value = bar.querySelector("[data-bulk-all-value]");
  if (!value) return;
  value.checked = on;
  bar.querySelector("[data-bulk-all]").setAttribute("aria-pressed", String(on));
}

function onClick(list, event) {
  const bar = list.querySelector("[data-bulk-bar]");
  const box = event.target.closest("[data-select]");
  if (box && event.shiftKey) selectRange(list, box);
  if (box) list.lastBox = box;
  if (event.target.closest("[data-bulk-clear]")) selectAll(list, false);
  if (event.target.closest("[data-bulk-all]")) { selectAll(list, true); setAllMatching(bar, true); }
  const row = event.target.closest("tr[data-href]");
  if (!row || event.target.closest("a, button, input, label, summary, form") || String(window.getSelection())) return;
  open(row.dataset.href, event);
}

function open(url, event) {
  if (event.ctrlKey || event.metaKey) window.open(url, "_blank", "noopener");
  else window.location.assign(url);
}

function selectRange(list, box) {
  const all = boxes(list);
  const [from, to] = [all.indexOf(list.lastBox), all.indexOf(box)].sort((a, b) => a - b);
  if (from >= 0) all.slice(from, to + 1).forEach((each) => { each.checked = box.checked; });
  showSelection(list);
}

function rows(list) {
  return [...list.querySelectorAll("tbody > tr, .card-row, [data-row]")].filter((row) => row.querySelector("a[href]"));
}

function onKey(event) {
  if (composing(event) || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const list = document.querySelector("[data-list]");
  if (!list || document.querySelector("dialog[open]") || (document.documentElement.dataset.singleKeys || store("single-keys")) === "off") return;
  const all = rows(list);
  const now = all.findIndex((row) => row.classList.contains("is-current"));
  if (event.key === "j" || event.key === "k") walk(all, now + (event.key === "j" ? 1 : -1), event);
  else if (event.key.toLowerCase() === "x" && now >= 0) toggle(list, all[now], event);
  else if (event.key === "Enter" && now >= 0 && !event.target.closest("a, button, summary, input")) open(all[now].dataset.href || all[now].querySelector("a[href]").href, event);
}

function walk(all, index, event) {
  const row = all[Math.max(0, Math.min(all.length - 1, index))];
  if (!row) return;
  event.preventDefault();
  all.forEach((other) => other.classList.toggle("is-current", other === row));
  row.scrollIntoView({ block: "nearest" });
  row.querySelector("a[href]").focus({ preventScroll: true });
}

function toggle(list, row, event) {
  const box = row.querySelector("[data-select]");
  if (!box) return;
  event.preventDefault();
  box.checked = !box.checked;
  if (event.shiftKey) selectRange(list, box);
  list.lastBox = box;
  showSelection(list);
}
