// The stacking plan: a grid with roving focus, letters jump, Enter opens a side panel, the legend dims.
import { composing, word } from "./core.js";

export function start(root) {
  root.querySelectorAll("[data-stacking]").forEach(dress);
}

function dress(grid) {
  if (grid.dataset.started) return;
  grid.dataset.started = "1";
  const lines = () => [...grid.querySelectorAll("[role=row]")].map((row) => [...row.querySelectorAll("[data-cell]")]).filter((row) => row.length);
  const cells = () => lines().flat();
  let typed = "";
  let typedAt = 0;

  function rove(cell) {
    cells().forEach((other) => { other.tabIndex = other === cell ? 0 : -1; });
    cell.focus();
  }

  function beside(cell, key) {
    const all = lines();
    const row = all.findIndex((line) => line.includes(cell));
    const column = all[row].indexOf(cell);
    if (key === "ArrowLeft" || key === "ArrowRight") return all[row][column + (key === "ArrowRight" ? 1 : -1)];
    if (key === "Home") return all[row][0];
    if (key === "End") return all[row].at(-1);
    const next = all[row + (key === "ArrowDown" ? 1 : -1)];
    return next && nearest(next, cell);
  }

  function jump(letter, from) {
    typed = Date.now() - typedAt < 800 ? typed + letter : letter;
    typedAt = Date.now();
    const all = cells();
    const turned = [...all.slice(all.indexOf(from) + (typed.length > 1 ? 0 : 1)), ...all];
    return turned.find((cell) => (cell.dataset.find || cell.textContent).toLowerCase().split(/\s+/).some((part) => part.startsWith(typed)));
  }

  grid.addEventListener("keydown", (event) => {
    const cell = event.target.closest("[data-cell]");
    if (!cell || composing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    const isMove = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"].includes(event.key);
    const target = isMove ? beside(cell, event.key) : /^[\p{L}\p{N}]$/u.test(event.key) ? jump(event.key.toLowerCase(), cell) : null;
    if (isMove || target) {
      event.preventDefault();
      event.stopPropagation();
    }
    if (target) rove(target);
  });
  grid.addEventListener("click", (event) => {
    const cell = event.target.closest("[data-cell]");
    if (cell && !event.ctrlKey && !event.metaKey) openPanel(grid, cell, event);
  });
  const first = cells()[0];
  cells().forEach((cell) => { cell.tabIndex = cell === first ? 0 : -1; });
  startLegend(grid, cells);
}

function nearest(row, cell) {
  const middle = (each) => { const box = each.getBoundingClientRect(); return box.left + box.width / 2; };
  return row.reduce((best, each) => (Math.abs(middle(each) - middle(cell)) < Math.abs(middle(best) - middle(cell)) ? each : best));
}

async function openPanel(grid, cell, event) {
  const panel = document.getElementById(grid.dataset.panel || "");
  const url = cell.dataset.panelUrl;
  if (!panel || !url) return;
  event.preventDefault();
  const answer = await fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer || !answer.ok) return window.location.assign(cell.href || url);
  panel.querySelector("[data-panel-body]").innerHTML = await answer.text();
  panel.hidden = false;
  grid.querySelectorAll(".is-current").forEach((other) => other.classList.remove("is-current"));
  cell.classList.add("is-current");
  const close = () => { panel.hidden = true; cell.classList.remove("is-current"); cell.focus(); };
  panel.querySelector("[data-panel-close]").onclick = close;
  panel.onkeydown = (pressed) => { if (pressed.key === "Escape") close(); };
  (panel.querySelector("h2") || panel).setAttribute("tabindex", "-1");
  (panel.querySelector("h2") || panel).focus();
  return undefined;
}

function startLegend(grid, cells) {
  const legend = document.querySelector("[data-stacking-legend]");
  const finder = document.querySelector("[data-stacking-find]");
  const status = document.querySelector("[data-stacking-status]");
  const apply = () => {
    const off = new Set([...(legend?.querySelectorAll("[data-state][aria-pressed=false]") || [])].map((button) => button.dataset.state));
    const flags = [...(legend?.querySelectorAll("[data-flag][aria-pressed=true]") || [])].map((button) => button.dataset.flag);
    const query = (finder?.value || "").trim().toLowerCase();
    let shown = 0;
    for (const cell of cells()) {
      const own = (cell.dataset.flags || "").split(" ");
      const fits = !off.has(cell.dataset.state) && (!flags.length || flags.some((flag) => own.includes(flag))) && (!query || `${cell.dataset.find || ""} ${cell.textContent}`.toLowerCase().includes(query));
      cell.classList.toggle("is-dim", !fits);
      if (fits) shown += 1;
    }
    if (status) status.textContent = word("lines_dimmed", { n: shown });
  };
  legend?.addEventListener("click", (event) => {
    const button = event.target.closest("[aria-pressed]");
    if (!button) return;
    event.preventDefault();
    button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
    apply();
  });
  finder?.addEventListener("input", (event) => { if (!composing(event)) apply(); });
  finder?.addEventListener("compositionend", apply);
}
