// A signature: strokes in a hidden field, redrawn after rotation, signed in a full-screen view of its own.
import { word } from "./core.js";

let loading = null;

function library() {
  loading ||= new Promise((done, failed) => {
    if (window.SignaturePad) return done(window.SignaturePad);
    const script = document.createElement("script");
    script.src = document.documentElement.dataset.signaturePad;
    script.onload = () => done(window.SignaturePad);
    script.onerror = failed;
    document.head.append(script);
    return undefined;
  });
  return loading;
}

export function start(root) {
  const fields = [...root.querySelectorAll("[data-signature]")].filter((field) => !field.dataset.started);
  fields.forEach((field) => { field.dataset.started = "1"; });
  if (fields.length) library().then((SignaturePad) => fields.forEach((field) => dress(SignaturePad, field)), () => undefined);
}

function dress(SignaturePad, field) {
  const find = (name) => field.querySelector(`[data-signature-${name}]`);
  const [canvas, value, view, state] = [find("canvas"), find("value"), find("view"), find("state")];
  const pad = new SignaturePad(canvas, { penColor: "#10203a", minWidth: 1, maxWidth: 3.2 });
  let width = 0;
  let size = "";

  function fit() {
    const box = canvas.getBoundingClientRect();
    const ratio = Math.max(window.devicePixelRatio || 1, 1);
    const now = `${box.width} ${box.height} ${ratio}`;
    // An observer speaks up once though nothing has changed: a stroke under way then must not be wiped.
    if (!box.width || now === size) return;
    size = now;
    const strokes = pad.toData();
    canvas.width = box.width * ratio;
    canvas.height = box.height * ratio;
    canvas.getContext("2d").scale(ratio, ratio);
    pad.clear();
    if (strokes.length) pad.fromData(scaled(strokes, width ? box.width / width : 1), { clear: false });
    width = box.width;
  }

  function keep() {
    const strokes = pad.toData();
    value.value = strokes.length ? JSON.stringify(strokes.map((stroke) => stroke.points.map(({ x, y, time }) => ({ x: Math.round(x), y: Math.round(y), time })))) : "";
    field.classList.toggle("is-signed", strokes.length > 0);
    state.textContent = strokes.length ? word("signed") : "";
    value.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function show(full) {
    view.classList.toggle("is-full", full);
    document.body.classList.toggle("is-signing", full);
    if (full && view.requestFullscreen) view.requestFullscreen().catch(() => undefined);
    if (!full && document.fullscreenElement) document.exitFullscreen();
    requestAnimationFrame(fit);
    (full ? find("done") : find("full"))?.focus();
  }

  pad.addEventListener("endStroke", keep);
  find("clear").addEventListener("click", () => { pad.clear(); keep(); });
  find("full")?.addEventListener("click", () => show(true));
  find("done")?.addEventListener("click", () => show(false));
  view.addEventListener("keydown", (event) => { if (event.key === "Escape" && view.classList.contains("is-full")) show(false); });
  document.addEventListener("fullscreenchange", () => { if (!document.fullscreenElement && view.classList.contains("is-full")) show(false); });
  new ResizeObserver(fit).observe(canvas.parentElement);
  fit();
  if (value.value) restore(pad, value.value, field, state, canvas.getBoundingClientRect());
  field.dataset.ready = "1";
}

function scaled(strokes, factor) {
  return strokes.map((stroke) => ({ ...stroke, points: stroke.points.map((point) => ({ ...point, x: point.x * factor, y: point.y * factor })) }));
}

function restore(pad, text, field, state, box) {
  try {
    const lines = JSON.parse(text);
    const furthest = (axis) => Math.max(1, ...lines.flat().map((point) => point[axis]));
    const factor = Math.min(1, (box.width - 8) / furthest("x"), (box.height - 8) / furthest("y"));
    const strokes = lines.map((points) => ({ penColor: "#10203a", dotSize: 0, minWidth: 1, maxWidth: 3.2, velocityFilterWeight: 0.7, compositeOperation: "source-over", points: points.map((point) => ({ pressure: 0.5, time: 0, ...point })) }));
    pad.fromData(scaled(strokes, factor), { clear: false });
    field.classList.add("is-signed");
    state.textContent = word("signed");
  } catch (broken) { /* an unreadable value is signed anew */ }
}
