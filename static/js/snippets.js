// Sentences at hand: a click writes one into the field of words that was typed in last, where the caret stands.
const WORDS = "#form textarea, #form input[type=text]";

export function startSnippets(root) {
  const buttons = root.querySelectorAll("[data-snippet]");
  if (!buttons.length) return;
  let last = root.querySelector("#form textarea");
  root.addEventListener("focusin", (event) => { if (event.target.matches?.(WORDS)) last = event.target; });
  buttons.forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => last && insert(last, button.dataset.snippet));
  });
}

function insert(field, text) {
  const [from, to] = [field.selectionStart ?? field.value.length, field.selectionEnd ?? field.value.length];
  field.setRangeText(text, from, to, "end");
  field.focus();
  // Drafts and counters listen to typing.
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
