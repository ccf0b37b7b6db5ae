// Reads a QR label in the page: by the camera, asked for when somebody presses “Scan QR”; else from a photo.
import { drawn, read } from "./rounds-photo.js";

const EVERY = 150;
const WIDEST = 640;

/* The dialog of the page (core/scanner.html). `onCode(code, text)` answers "" when it took the code, else what is wrong with it. */
export function openScanner(onCode) {
  const dialog = document.querySelector("[data-scanner]");
  const parts = Object.fromEntries(["video", "error", "photo", "close"].map((name) => [name, dialog.querySelector(`[data-scanner-${name}]`)]));
  const scanner = { dialog, parts, words: dialog.dataset, onCode, stream: null, timer: 0, reader: reader(dialog.dataset.jsqr) };
  parts.error.textContent = "";
  parts.photo.hidden = true;
  parts.close.onclick = () => dialog.close();
  dialog.onclose = () => stop(scanner);
  parts.photo.querySelector("input").onchange = (event) => fromPhoto(scanner, event.target);
  dialog.showModal();
  start(scanner);
}

function reader(url) {
  if (window.jsQR) return Promise.resolve(window.jsQR);
  return new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = url;
    script.onload = () => done(window.jsQR);
    script.onerror = failed;
    document.head.append(script);
  });
}

async function start(scanner) {
  if (!navigator.mediaDevices?.getUserMedia) return withoutCamera(scanner, "cameraMissing");
  try {
    scanner.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
  } catch (refused) {
    return withoutCamera(scanner, refused.name === "NotAllowedError" ? "cameraRefused" : "cameraMissing");
  }
  if (!scanner.dialog.open) return stop(scanner);
  const { video } = scanner.parts;
  video.srcObject = scanner.stream;
  video.hidden = false;
  await video.play().catch(() => undefined);
  look(scanner, await scanner.reader);
  return undefined;
}

function withoutCamera(scanner, why) {
  scanner.parts.error.textContent = scanner.words[why];
  scanner.parts.photo.hidden = false;
}

function look(scanner, jsQR) {
  const { video } = scanner.parts;
  if (!scanner.stream) return;
  if (video.videoWidth) {
    const canvas = document.createElement("canvas");
    const scale = Math.min(1, WIDEST / video.videoWidth);
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    canvas.getContext("2d", { willReadFrequently: true }).drawImage(video, 0, 0, canvas.width, canvas.height);
    if (took(scanner, seen(canvas, jsQR))) return;
  }
  scanner.timer = setTimeout(() => look(scanner, jsQR), EVERY);
}

function seen(canvas, jsQR) {
  const { data, width, height } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return jsQR(data, width, height)?.data || "";
}

function took(scanner, text) {
  if (!text) return false;
  const wrong = scanner.onCode(codeIn(text), text);
  scanner.parts.error.textContent = wrong;
  if (!wrong) scanner.dialog.close();
  return !wrong;
}

/* a label holds the address …/p/<code>/ */
function codeIn(text) {
  const found = /\/p\/([^/?#]+)/.exec(text);
  return (found ? decodeURIComponent(found[1]) : text).normalize("NFKC").replace(/\s+/g, "").toUpperCase().slice(0, 12);
}

async function fromPhoto(scanner, field) {
  const [file] = field.files;
  field.value = "";
  if (!file) return;
  try {
    const picture = await read(file);
    const canvas = drawn(picture, Math.min(1, 1200 / Math.max(picture.width, picture.height)));
    const text = seen(canvas, await scanner.reader);
    if (!text) scanner.parts.error.textContent = scanner.words.noCodeSeen;
    else took(scanner, text);
  } catch (broken) { scanner.parts.error.textContent = scanner.words.photoFailed; }
}

function stop(scanner) {
  clearTimeout(scanner.timer);
  scanner.stream?.getTracks().forEach((track) => track.stop());
  scanner.stream = null;
  scanner.parts.video.srcObject = null;
  scanner.parts.video.hidden = true;
}
