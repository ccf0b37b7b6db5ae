// Files go up the moment they are chosen; the form carries tokens, so an error or the Back button loses none.
import { csrf, word } from "./core.js";

const URL_OF_STASH = "/files/stash/";

export function startStash(root) {
  root.querySelectorAll("input[type=file][data-stash]").forEach((field) => {
    if (field.dataset.started) return;
    field.dataset.started = "1";
    field.addEventListener("change", () => take(field));
  });
  root.querySelectorAll("[data-stash-remove]").forEach((button) => button.addEventListener("click", () => button.closest(".stash-item").remove()));
}

function listOf(field) {
  const found = field.parentElement.querySelector(".stash-list");
  if (found) return found;
  const made = document.createElement("ul");
  made.className = "stash-list";
  field.after(made);
  return made;
}

function take(field) {
  const list = listOf(field);
  if (!field.multiple) list.replaceChildren();
  for (const file of field.files) send(field, list, file);
  // The bytes travel once: the token stands for them from here on.
  field.value = "";
  field.required = false;
}

function row(file) {
  const item = document.createElement("li");
  item.className = "stash-item";
  item.dataset.stashBusy = "1";
  const thumb = document.createElement(file.type.startsWith("image/") ? "img" : "span");
  thumb.className = "stash-thumb";
  if (thumb.tagName === "IMG") {
    thumb.alt = "";
    thumb.src = URL.createObjectURL(file);
  } else thumb.textContent = (file.name.split(".").pop() || "").slice(0, 4).toUpperCase();
  const middle = document.createElement("span");
  middle.className = "stash-name";
  middle.append(file.name);
  const bar = document.createElement("progress");
  bar.max = 100;
  bar.value = 0;
  bar.setAttribute("aria-label", `${word("uploading")} ${file.name}`);
  const state = document.createElement("span");
  state.className = "stash-state";
  state.setAttribute("role", "status");
  middle.append(bar, state);
  const remove = document.createElement("button");
  remove.type = "button";
  remove.className = "btn btn-sm";
  remove.textContent = word("remove");
  remove.setAttribute("aria-label", `${word("remove")} ${file.name}`);
  item.append(thumb, middle, remove);
  return { item, bar, state, remove };
}

function send(field, list, file) {
  const { item, bar, state, remove } = row(file);
  list.append(item);
  const request = new XMLHttpRequest();
  remove.addEventListener("click", () => { request.abort(); item.remove(); });
  request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) bar.value = (100 * event.loaded) / event.total; });
  request.addEventListener("load", () => finish(field, item, bar, state, request));
  request.addEventListener("error", () => fail(field, list, file, item, state, word("upload_failed")));
  request.open("POST", URL_OF_STASH);
  request.setRequestHeader("X-CSRFToken", csrf());
  request.setRequestHeader("Accept", "application/json");
  const data = new FormData();
  data.append("file", file);
  data.append("purpose", field.dataset.stash || "");
  if (field.dataset.sensitive) data.append("sensitive", "1");
  request.send(data);
}

function answerOf(request) {
  try { return JSON.parse(request.responseText); } catch (broken) { return {}; }
}

function finish(field, item, bar, state, request) {
  const answer = answerOf(request);
  if (request.status >= 300 || !answer.token) {
    state.textContent = answer.error || word("upload_failed");
    item.classList.add("is-failed");
    bar.remove();
    delete item.dataset.stashBusy;
    return;
  }
  const token = document.createElement("input");
  token.type = "hidden";
  token.name = field.dataset.tokenName || `${field.name}_token`;
  token.value = answer.token;
  item.append(token);
  bar.remove();
  state.textContent = word("uploaded");
  delete item.dataset.stashBusy;
  item.dispatchEvent(new Event("input", { bubbles: true }));
}

function fail(field, list, file, item, state, text) {
  state.textContent = text;
  item.classList.add("is-failed");
  delete item.dataset.stashBusy;
  const again = document.createElement("button");
  again.type = "button";
  again.className = "btn btn-sm";
  again.textContent = word("retry");
  again.addEventListener("click", () => { item.remove(); send(field, list, file); });
  state.after(again);
}
