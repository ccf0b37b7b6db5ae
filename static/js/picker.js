// A server-side picker over a plain field: 20 rows at a time, recents on opening, pinyin initials.
import { word } from "./core.js";

let loading = null;

function library() {
  loading ||= new Promise((done, failed) => {
    if (window.TomSelect) return done(window.TomSelect);
    const [before, after] = document.documentElement.dataset.pickerStyles.split(" ").map(sheet);
    const first = document.head.querySelector("link[rel=stylesheet]");
    first.before(before, after);
    const script = document.createElement("script");
    script.src = document.documentElement.dataset.tomSelect;
    script.onload = () => done(window.TomSelect);
    script.onerror = failed;
    document.head.append(script);
    return undefined;
  });
  return loading;
}

function sheet(url) {
  return Object.assign(document.createElement("link"), { rel: "stylesheet", href: url });
}

export function start(root) {
  const fields = [...root.querySelectorAll("[data-picker-url]")];
  if (root.matches?.("[data-picker-url]")) fields.push(root);
  const fresh = fields.filter((field) => !field.tomselect && !field.dataset.started);
  fresh.forEach((field) => { field.dataset.started = "1"; });
  if (fresh.length) library().then((TomSelect) => fresh.forEach((field) => dress(TomSelect, field)), () => undefined);
}

function line(item, escape) {
  const more = item.hint ? `<span class="muted">${escape(item.hint)}</span>` : "";
  return `<div class="option">${escape(item.text)}${more}</div>`;
}

function dress(TomSelect, field) {
  const known = field.value ? [{ value: field.value, text: field.dataset.pickerText || field.value }] : [];
  const isText = field.tagName === "INPUT";
  const made = new TomSelect(field, {
    valueField: "value",
    labelField: "text",
    searchField: [],
    maxItems: field.multiple ? null : 1,
    maxOptions: 20,
    options: isText ? known : undefined,
    items: isText && field.value ? [field.value] : undefined,
    create: false,
    preload: "focus",
    loadThrottle: 150,
    copyClassesToDropdown: false,
    closeAfterSelect: !field.multiple,
    shouldLoad: () => true,
    score: () => () => 1,
    load(query, done) {
      made.clearOptions();
      const url = new URL(field.dataset.pickerUrl, window.location.href);
      url.searchParams.set("q", query);
      fetch(url, { headers: { Accept: "application/json" } })
        .then((answer) => answer.json())
        .then((answer) => done((answer.results || answer).map((row) => ({ value: String(row.value ?? row.id), text: row.text ?? row.label, hint: row.hint || "" }))))
        .catch(() => done());
    },
    render: {
      option: line,
      item: (item, escape) => `<div>${escape(item.text)}</div>`,
      no_results: () => { const box = document.createElement("div"); box.className = "no-results"; box.textContent = word("no_results"); return box; },
      loading: () => { const box = document.createElement("div"); box.className = "spinner"; box.textContent = word("loading"); return box; },
    },
  });
  name(field, made);
}

function name(field, made) {
  field.setAttribute("aria-hidden", "true");
  field.tabIndex = -1;
  const input = made.control_input;
  const label = field.id && document.querySelector(`label[for="${field.id}"], label[for="${input.id}"]`);
  if (label && !input.getAttribute("aria-label")) input.setAttribute("aria-label", label.textContent.replace("*", "").trim());
  for (const attribute of ["aria-describedby", "aria-invalid", "aria-required"]) {
    if (field.hasAttribute(attribute)) input.setAttribute(attribute, field.getAttribute(attribute));
  }
}
