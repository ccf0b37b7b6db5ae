// Sums that follow what is typed: at the counter (allocated, prepayment, change) and over the drawer (counted, difference).
export function start(root) {
  root.querySelectorAll("[data-sums]").forEach(dress);
  if (root.matches?.("[data-sums]")) dress(root);
}

function dress(place) {
  if (place.dataset.started) return;
  place.dataset.started = "1";
  place.querySelectorAll("[data-sum-line]").forEach((line) => { line.hidden = false; });
  const work = place.dataset.sums === "drawer" ? drawer : counter;
  place.addEventListener("input", () => work(place));
  place.addEventListener("change", () => work(place));
  work(place);
}

// Whole fen, so that sums never drift.
function fen(text) {
  const value = Number(String(text ?? "").replaceAll(",", ""));
  return Number.isFinite(value) ? Math.round(value * 100) : 0;
}

function valueOf(place, name) {
  return fen(place.querySelector(`[name="${name}"]`)?.value);
}

function show(place, name, amount) {
  const output = place.querySelector(`[data-sum="${name}"]`);
  if (!output) return;
  const yuan = (Math.abs(amount) / 100).toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  output.textContent = `${amount < 0 ? "−" : ""}¥${yuan}`;
  output.classList.toggle("field-error", amount < 0);
}

function counter(place) {
  const sum = (prefix) => [...place.querySelectorAll(`[name^="${prefix}"]`)].reduce((all, field) => all + fen(field.value), 0);
  const amount = valueOf(place, "amount");
  const lines = sum("charge_");
  const deposits = sum("deposit_");
  // Without lines chosen by hand the oldest are settled as far as the money goes.
  const settled = lines || Math.min(Math.max(amount - deposits, 0), fen(place.dataset.owed));
  show(place, "settled", settled + deposits);
  show(place, "ahead", amount - settled - deposits);
  const given = valueOf(place, "given");
  show(place, "change", given ? given - amount : 0);
}

function drawer(place) {
  const counted = [...place.querySelectorAll("[data-face]")].reduce((all, row) => all + fen(row.dataset.face) * (Number(row.querySelector("input").value) || 0), 0);
  show(place, "counted", counted);
  show(place, "difference", counted - fen(place.dataset.expected));
}
