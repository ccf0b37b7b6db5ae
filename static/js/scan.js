// A box for a code ([data-scan-field]) gets a button that reads it with the camera and sends the form.
import { openScanner } from "./scanner.js";

export function start(root) {
  const field = document.querySelector("[data-scan-field]");
  const button = root.querySelector("[data-scan-open]");
  button.disabled = false;
  button.addEventListener("click", () => {
    openScanner((_code, text) => {
      field.value = text;
      field.form.requestSubmit();
      return "";
    });
  });
}
