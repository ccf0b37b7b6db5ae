// One stop as it waits on the phone: what the form will send and what the page shows of it until then.
export function put(form, name, value) {
  if (form.elements[name]) form.elements[name].value = value ?? "";
}

export function entryOf({ root, form, round, answers, here, where }) {
  const captured = new Date().toISOString();
  const own = { captured_at: captured, whereabouts: "", latitude: "", longitude: "", accuracy: "", ...where };
  for (const [name, value] of Object.entries(own)) put(form, name, value);
  const fields = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken");
  return {
    id: form.elements.submission_key.value, url: root.dataset.entries, round: round.round, roundName: round.name, user: root.dataset.user,
    stop: here.stop.position, label: here.stop.label, captured_at: captured, fields, photos: answers.allShots(),
    values: answers.values(), summary: answers.summary(), wrong: round.items.some((item) => answers.result(item) === "FAIL"),
  };
}
