// One box to find and do: Ctrl K. The server answers with a fragment whose links become the options of a listbox.
import { composing, store, word } from "./core.js";

const RECENT = "palette-recent";

export function startPalette() {
  const dialog = document.getElementById("palette");
  if (!dialog) return;
  const input = dialog.querySelector("input");
  const list = dialog.querySelector("[role=listbox]");
  const status = dialog.querySelector("[data-palette-status]");
  let timer = 0;
  let asked = 0;

  function options() {
    return [...list.querySelectorAll("[role=option]")];
  }

  function choose(option) {
    options().forEach((other) => other.setAttribute("aria-selected", String(other === option)));
    if (!option) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  function dress() {
    list.querySelectorAll("a[href]").forEach((link, index) => {
      link.id = `palette-option-${index}`;
      link.setAttribute("role", "option");
      link.tabIndex = -1;
    });
    list.querySelectorAll("li, ul, ol").forEach((row) => row.setAttribute("role", "presentation"));
    const found = options();
    input.setAttribute("aria-expanded", String(found.length > 0));
    choose(found[0]);
    return found.length;
  }

  function showRecent() {
    const recent = JSON.parse(store(RECENT) || "[]");
    list.replaceChildren();
    if (recent.length) {
      const heading = document.createElement("span");
      heading.className = "palette-heading";
      heading.textContent = word("recent");
      list.append(heading);
    }
    for (const { url, text } of recent) {
      const link = document.createElement("a");
      link.href = url;
      link.textContent = text;
      list.append(link);
    }
    dress();
    status.textContent = "";
  }

  async function search() {
    const query = input.value.trim();
    const turn = ++asked;
    if (!query) return showRecent();
    const answer = await fetch(`${dialog.dataset.searchUrl}?q=${encodeURIComponent(query)}`, { headers: { "HX-Request": "true", "X-Palette": "1" } }).catch(() => null);
    if (turn !== asked) return undefined;
    if (!answer || !answer.ok) {
      status.textContent = word(answer ? "request_failed" : "network_lost");
      return undefined;
    }
    list.innerHTML = await answer.text();
    const count = dress();
    if (!count) {
      const nothing = document.createElement("span");
      nothing.className = "palette-heading";
      nothing.textContent = word("no_results");
      list.replaceChildren(nothing);
    }
    status.textContent = count ? word("results", { n: count }) : word("no_results");
    return undefined;
  }

  function remember(link) {
    const recent = JSON.parse(store(RECENT) || "[]").filter((entry) => entry.url !== link.getAttribute("href"));
    const text = link.textContent.replace(/\s+/g, " ").trim().slice(0, 90);
    store(RECENT, JSON.stringify([{ url: link.getAttribute("href"), text }, ...recent].slice(0, 8)));
  }

  function open(event) {
    event?.preventDefault();
    if (dialog.open) return;
    dialog.showModal();
    input.value = "";
    showRecent();
    input.focus();
  }

  function move(step) {
    const found = options();
    const now = found.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (found.length) choose(found[(now + step + found.length) % found.length]);
  }

  function go(event) {
    const option = list.querySelector("[aria-selected=true]");
    if (!option) return;
    event.preventDefault();
    remember(option);
    if (event.ctrlKey || event.metaKey) window.open(option.href, "_blank", "noopener");
    else window.location.assign(option.href);
  }

  input.addEventListener("input", (event) => {
    if (composing(event)) return;
    clearTimeout(timer);
    timer = setTimeout(search, 120);
  });
  input.addEventListener("compositionend", () => { clearTimeout(timer); timer = setTimeout(search, 120); });
  input.addEventListener("keydown", (event) => {
    if (composing(event)) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter") {
      clearTimeout(timer);
      if (list.querySelector("[aria-selected=true]")) go(event);
      else search();
    }
  });
  list.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (link) remember(link);
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-palette-close]")) dialog.close();
  });
  document.addEventListener("click", (event) => { if (event.target.closest("[data-palette-open]") && !event.ctrlKey) open(event); });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") open(event);
  });
}
