// The questions of one stop: what an answer comes to, what is missing, and the photos, kept while the form is open.
import { say } from "./rounds-outbox.js";
import { shrink } from "./rounds-photo.js";

export class Answers {
  constructor(form, items, onChange) {
    this.form = form;
    this.items = items;
    this.onChange = onChange;
    this.photos = new Map();
    this.photographed = new Set();
    form.addEventListener("change", (event) => this.heard(event));
    form.addEventListener("input", () => this.onChange());
    form.addEventListener("click", (event) => this.pressed(event));
  }

  field(name, item) {
    return this.form.elements[`${name}_${item.pk}`];
  }

  value(name, item) {
    return this.field(name, item)?.value || "";
  }

  /* "PASS", "FAIL", "NOT_APPLICABLE", or "" while nothing is said */
  result(item) {
    if (this.field("skip", item)?.checked) return "NOT_APPLICABLE";
    if (item.kind === "PASS_FAIL") return this.value("result", item);
    if (item.kind === "CHOICE") return this.judgedChoice(item);
    if (item.kind === "NUMBER") return this.judgedNumber(item);
    return this.shots(`photo_${item.pk}`).length || this.photographed.has(item.pk) ? "PASS" : "";
  }

  judgedChoice(item) {
    const chosen = this.value("choice", item);
    if (!chosen) return "";
    return item.failing.includes(chosen) ? "FAIL" : "PASS";
  }

  judgedNumber(item) {
    const typed = this.value("number", item).trim();
    if (!typed || Number.isNaN(Number(typed))) return "";
    const isLow = item.low !== null && Number(typed) < Number(item.low);
    const isHigh = item.high !== null && Number(typed) > Number(item.high);
    return isLow || isHigh ? "FAIL" : "PASS";
  }

  needsPhoto(item, result) {
    if (!result || result === "NOT_APPLICABLE") return false;
    return item.kind === "PHOTO" || item.photo === "ALWAYS" || (item.photo === "ON_FAIL" && result === "FAIL");
  }

  /* what is wrong opens its note and photo */
  judge() {
    for (const item of this.items) {
      const place = this.place(item);
      const isWrong = this.result(item) === "FAIL";
      place.classList.toggle("is-wrong", isWrong);
      const outside = place.querySelector("[data-outside]");
      outside.hidden = !(isWrong && item.kind === "NUMBER");
      if (!outside.hidden) outside.textContent = say("outside", { limits: place.querySelector(".phone-number .num").textContent });
    }
  }

  place(item) {
    return this.form.querySelector(`[data-item="${item.pk}"]`);
  }

  /* [{id, text}]: each thing that is missing, with the field to mend it */
  problems() {
    return this.items.flatMap((item) => this.missing(item));
  }

  missing(item) {
    const result = this.result(item);
    const problem = (field, name) => ({ id: (field.length ? field[0] : field).id, text: `${item.text}: ${say(name)}` });
    const main = this.field("result", item) || this.field("number", item) || this.field("choice", item) || this.field("photo", item);
    if (!result) return item.required || this.value("number", item).trim() ? [problem(main, item.kind === "PHOTO" ? "photo_missing" : "answer_this")] : [];
    const found = [];
    if (result === "FAIL" && !this.value("note", item).trim()) found.push(problem(this.field("note", item), "say_wrong"));
    const isShown = this.shots(`photo_${item.pk}`).length || this.photographed.has(item.pk) || this.field("nophoto", item)?.checked;
    if (this.needsPhoto(item, result) && this.field("photo", item) && !isShown) found.push(problem(this.field("photo", item), "take_photo"));
    return found;
  }

  /* photos */

  shots(name) {
    return this.photos.get(name) || [];
  }

  async heard(event) {
    if (event.target.type === "file") await this.take(event.target);
    this.judge();
    this.onChange();
  }

  async take(field) {
    const files = [...field.files];
    field.value = "";
    const strip = field.closest("[data-photo-field]");
    strip.setAttribute("aria-busy", "true");
    for (const file of files) {
      const shot = await shrink(file).catch(() => null);
      if (shot) this.photos.set(field.name, [...this.shots(field.name), shot]);
      this.complain(strip, shot ? "" : say("photo_failed"));
    }
    strip.removeAttribute("aria-busy");
    this.showShots(field.name);
  }

  complain(strip, text) {
    strip.querySelector(".field-error")?.remove();
    if (text) strip.append(Object.assign(document.createElement("p"), { className: "field-error", textContent: text }));
  }

  showShots(name) {
    const strip = this.form.querySelector(`[data-photo-field="${name}"] .photo-strip`);
    strip.replaceChildren(...this.shots(name).map((shot, index) => {
      const made = document.createElement("li");
      const image = Object.assign(document.createElement("img"), { alt: "", src: URL.createObjectURL(new Blob([shot.bytes], { type: shot.type })) });
      const remove = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm", textContent: "×" });
      remove.setAttribute("aria-label", say("remove_photo", { n: index + 1 }));
      remove.dataset.removeShot = `${name}:${index}`;
      made.append(image, remove);
      return made;
    }));
  }

  pressed(event) {
    const said = event.target.dataset?.removeShot;
    if (!said) return;
    const [name, index] = said.split(":");
    this.photos.set(name, this.shots(name).filter((_shot, place) => place !== Number(index)));
    this.showShots(name);
    this.judge();
    this.onChange();
  }

  /* the whole form, to keep it or to put it back */

  values() {
    const kept = {};
    for (const field of this.form.elements) {
      if (!field.name || ["hidden", "file", "submit", "button"].includes(field.type)) continue;
      if (field.type === "radio") { if (field.checked) kept[field.name] = field.value; } else if (field.type === "checkbox") { if (field.checked) kept[field.name] = "on"; } else if (field.value) kept[field.name] = field.value;
    }
    return kept;
  }

  fill(values, photos = [], photographed = []) {
    this.form.reset();
    this.photographed = new Set(photographed);
    for (const field of this.form.elements) {
      if (!field.name || ["hidden", "file", "submit", "button"].includes(field.type)) continue;
      const said = values[field.name];
      if (field.type === "radio") field.checked = field.value === said;
      else if (field.type === "checkbox") field.checked = Boolean(said);
      else field.value = said || "";
    }
    this.photos = new Map();
    for (const shot of photos) this.photos.set(shot.name, [...this.shots(shot.name), shot]);
    this.form.querySelectorAll("[data-photo-field]").forEach((place) => this.showShots(place.dataset.photoField));
    this.form.querySelectorAll(".field-error:not([data-outside])").forEach((error) => error.remove());
    this.judge();
  }

  allShots() {
    return [...this.photos].flatMap(([name, shots]) => shots.map((shot) => ({ ...shot, name })));
  }

  /* [[question, answer]] in words, so that an entry that is not taken in can be read */
  summary() {
    const lines = [];
    for (const item of this.items) {
      const place = this.place(item);
      const chosen = place.querySelector(".choice-buttons input:checked + label")?.textContent;
      const said = [chosen, this.value("number", item), this.value("note", item)].filter(Boolean).join(" – ");
      if (said) lines.push([item.text, said]);
    }
    return lines;
  }
}
