// A board: dropping a card on a column presses what the card's own menu offers for it. Without this script the menu does it.
import { note, word } from "./core.js";

let dragged = null;

export function start(root) {
  root.querySelectorAll("[data-board]").forEach(startBoard);
  if (root.matches?.("[data-board]")) startBoard(root);
}

function startBoard(board) {
  if (board.dataset.started) return;
  board.dataset.started = "1";
  board.querySelectorAll("[data-card]").forEach((card) => { card.draggable = Boolean(card.querySelector("[data-move]")); });
  board.addEventListener("dragstart", (event) => begin(board, event));
  board.addEventListener("dragend", () => end(board));
  board.addEventListener("dragover", over);
  board.addEventListener("dragleave", (event) => event.target.closest?.("[data-column]")?.classList.remove("is-over"));
  board.addEventListener("drop", drop);
}

// The menu's entry that moves the card to a column.
function way(card, column) {
  return [...card.querySelectorAll("[data-move]")].find((entry) => entry.dataset.move === column.dataset.column);
}

function begin(board, event) {
  dragged = event.target.closest?.("[data-card]");
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", "");
  dragged.classList.add("is-dragged");
  board.querySelectorAll("[data-column]").forEach((column) => column.classList.toggle("is-open", Boolean(way(dragged, column))));
}

function end(board) {
  dragged?.classList.remove("is-dragged");
  dragged = null;
  board.querySelectorAll("[data-column]").forEach((column) => column.classList.remove("is-open", "is-over"));
}

function over(event) {
  const column = event.target.closest?.("[data-column]");
  if (!dragged || !column || column.contains(dragged)) return;
  event.preventDefault();
  column.classList.toggle("is-over", Boolean(way(dragged, column)));
}

function drop(event) {
  const column = event.target.closest?.("[data-column]");
  if (!dragged || !column || column.contains(dragged)) return;
  event.preventDefault();
  const entry = way(dragged, column);
  if (entry) entry.click();
  else note(word("no_way_there"), "error");
}
