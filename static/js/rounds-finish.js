// The end of a walk: kept like an entry while others wait, so that it arrives after them.
import { say, sendNow } from "./rounds-outbox.js";
import { add, entries, uuid } from "./rounds-queue.js";

export async function onFinish(event, root, round) {
  const finish = event.target;
  if (finish.dataset.plain) return;
  event.preventDefault();
  const isWaiting = (await entries()).some((entry) => entry.round === round.round);
  if (isWaiting || !navigator.onLine) {
    await later(finish, root, round);
    return;
  }
  finish.dataset.plain = "1";
  finish.requestSubmit();
}

async function later(finish, root, round) {
  const error = root.querySelector("[data-finish-error]");
  const isLeftOut = !root.querySelector("[data-left-out]").hidden;
  const reason = finish.elements.note.value.trim();
  error.hidden = !(isLeftOut && !reason);
  error.textContent = error.hidden ? "" : say("why_left_out");
  if (!error.hidden) return finish.elements.note.focus();
  const captured = new Date().toISOString();
  const id = uuid();
  await add({
    id, url: root.dataset.finish, round: round.round, roundName: round.name, user: root.dataset.user, label: say("finish_of"), captured_at: captured,
    fields: [["submission_key", id], ["note", reason], ["ended_at", captured]], photos: [], summary: reason ? [[say("finish_of"), reason]] : [],
  });
  error.hidden = false;
  error.textContent = say("finish_kept");
  sendNow();
  return undefined;
}
