// What changes by itself: deadlines every 30 s, who else is here every 20 s, the session's end, the network.
import { note, post, word } from "./core.js";

const TONES = { late: "danger", soon: "warning", today: "info", later: "neutral" };

function span(minutes, side) {
  if (minutes >= 2880) return word(`days_${side}`, { d: Math.floor(minutes / 1440) });
  if (minutes >= 60) return word(`hours_${side}`, { h: Math.floor(minutes / 60), m: minutes % 60 });
  return word(`minutes_${side}`, { m: minutes });
}

function refreshDeadline(chip) {
  const left = (new Date(chip.dataset.due) - Date.now()) / 60000;
  const text = span(Math.floor(Math.abs(left)), left < 0 ? "late" : "left");
  const place = chip.querySelector("span");
  if (place.textContent !== text) place.textContent = text;
  const band = left < 0 ? "late" : left <= 120 ? "soon" : left <= 1440 ? "today" : "later";
  // The server may warn earlier (a fifth of the time left); never take that back here.
  if (band !== "today" || !chip.classList.contains("chip-warning")) {
    chip.className = chip.className.replace(/chip-(danger|warning|info|neutral)/, `chip-${TONES[band]}`);
  }
}

async function refreshPresence(place) {
  const answer = await fetch(place.dataset.presenceUrl, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer || !answer.ok) return;
  const { editing = [], viewing = [] } = await answer.json();
  if (editing.length) place.textContent = word("is_editing", { names: editing.join(", ") });
  else place.textContent = viewing.length ? word("is_here", { names: viewing.join(", ") }) : "";
}

function watchSession() {
  const seconds = Number(document.documentElement.dataset.sessionSeconds);
  if (!seconds || seconds < 600) return;
  setTimeout(() => {
    const told = note(word("session_ends"), "warning", 0);
    if (!told) return;
    const stay = document.createElement("button");
    stay.type = "button";
    stay.className = "note-action";
    stay.textContent = word("stay");
    stay.addEventListener("click", () => post("/session/stay/", new FormData()).then(() => { told.remove(); watchSession(); }));
    told.querySelector(".note-text").after(stay);
  }, (seconds - 300) * 1000);
}

export function startLive() {
  setInterval(() => document.querySelectorAll("[data-due]").forEach(refreshDeadline), 30000);
  document.querySelectorAll("[data-presence-url]").forEach((place) => {
    refreshPresence(place);
    setInterval(() => { if (!document.hidden) refreshPresence(place); }, 20000);
  });
  const network = () => document.body.classList.toggle("is-offline", !navigator.onLine);
  window.addEventListener("online", network);
  window.addEventListener("offline", network);
  network();
  watchSession();
}
