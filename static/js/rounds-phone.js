// The phone pages: the queue, the page at hand without a network, and walking.
import { startOutbox } from "./rounds-outbox.js";

const root = document.querySelector("[data-rounds]");

/* the worker keeps this page with all it shows, so that a reload without a network finds it */
async function keepAtHand() {
  if (!navigator.serviceWorker) return;
  try {
    await navigator.serviceWorker.register(root.dataset.worker);
    const worker = (await navigator.serviceWorker.ready).active;
    const used = performance.getEntriesByType("resource").map((each) => each.name).filter((name) => name.startsWith(`${location.origin}/static/`));
    worker.postMessage({ page: location.pathname, used: [...new Set([...used, new URL(root.dataset.jsqr, location.href).href])] });
  } catch (refused) { /* without it the page still works while it stays open */ }
}

async function start() {
  const isKept = await startOutbox(root);
  if (root.matches("[data-walk]")) {
    const { startWalk } = await import("./rounds-walk.js");
    await startWalk(root, { isKept, refresh: keepAtHand });
  }
  if (document.readyState === "complete") keepAtHand();
  else window.addEventListener("load", keepAtHand);
}

start();
