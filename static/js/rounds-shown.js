// What a walk shows beside the stop: problems, the state of each stop, follow-ups of findings.
import { say } from "./rounds-outbox.js";

export function complain(root, problems) {
  const place = root.querySelector("[data-problems]");
  place.replaceChildren();
  if (!problems.length) return;
  const box = Object.assign(document.createElement("div"), { className: "error-summary", tabIndex: -1 });
  box.setAttribute("role", "alert");
  const list = document.createElement("ul");
  for (const problem of problems) {
    const line = document.createElement("li");
    const link = Object.assign(document.createElement("a"), { href: `#${problem.id}`, textContent: problem.text });
    link.addEventListener("click", (event) => { event.preventDefault(); document.getElementById(problem.id)?.focus(); });
    line.append(link);
    list.append(line);
  }
  box.append(Object.assign(document.createElement("h2"), { textContent: say("problem") }), list);
  place.append(box);
  box.focus();
}

export function chip(root, position, name) {
  const place = root.querySelector(`[data-stop="${position}"] [data-stop-state]`);
  const pattern = root.querySelector(`[data-chip="${name}"]`);
  if (place && pattern) place.replaceChildren(pattern.content.cloneNode(true));
}

export function offer(root, entry, findings) {
  if (!findings.length) return;
  const place = root.querySelector("[data-offers]");
  const box = Object.assign(document.createElement("div"), { className: "phone-offers" });
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", `${say("not_in_order")}: ${entry.label}`);
  for (const finding of findings) {
    const line = document.createElement("p");
    line.append(Object.assign(document.createElement("strong"), { textContent: `${entry.label}: ${finding.text}` }), finding.note ? ` – ${finding.note}` : "");
    box.append(line, ...finding.follow_ups.map((each) => Object.assign(document.createElement("a"), { className: "btn", href: each.url, textContent: each.label })));
  }
  place.append(box);
}

export function progress(root, round) {
  const next = round.stops.find((stop) => !stop.done);
  root.ownerDocument.querySelector("[data-done]").textContent = round.stops.filter((stop) => stop.done).length;
  root.querySelector("[data-next]").textContent = next ? say("next", { number: next.position, stop: next.label }) : say("all_done");
  root.querySelector(".phone-next").classList.toggle("is-done", !next);
  const section = root.querySelector("[data-finish-section]");
  if (!section) return;
  section.hidden = !round.started && !round.stops.some((stop) => stop.done);
  root.querySelector("[data-left-out]").hidden = !next && !root.querySelector("[data-left]");
}
