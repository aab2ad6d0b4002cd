// Waits, after an entry was saved, for the suggestion that may come. Listens straight at the gateway with a one-time ticket;
// the notice says only that there is something, the card itself comes from this site. Without this file there is a link.
"use strict";
(() => {
  const box = document.getElementById("waiting");
  if (!box || !window.EventSource) return;
  const look = document.getElementById("look");
  const words = box.querySelector("[data-words]");
  const MADE = "nl.pijnstad.content.suggestion.made.v1";
  const PATIENCE = 60000;
  let stream = null;
  let done = false;
  let tries = 0;

  const finish = () => {
    done = true;
    if (stream) stream.close();
  };

  const show = async () => {
    const answer = await fetch(box.dataset.card, { credentials: "same-origin" });
    if (answer.status !== 200 || done) return;
    finish();
    box.innerHTML = await answer.text();
    if (look) look.remove();
  };

  const listen = async () => {
    if (done || tries > 5) return;
    tries += 1;
    try {
      const answer = await fetch(box.dataset.ticket, { method: "POST", headers: { "X-CSRF-Token": box.dataset.csrf } });
      if (!answer.ok) return;
      const { ticket } = await answer.json();
      stream = new EventSource("/v1/stream?ticket=" + encodeURIComponent(ticket));
      // It may have been made before we listened: look once as soon as the line is open.
      stream.onopen = () => void show().catch(() => {});
      stream.addEventListener("notice", (event) => {
        if (JSON.parse(event.data).type === MADE) void show().catch(() => {});
      });
      stream.onerror = () => {
        stream.close(); // a ticket works once: come back with a new one
        if (!done) setTimeout(listen, 1000 * tries);
      };
    } catch {
      if (!done) setTimeout(listen, 1000 * tries);
    }
  };

  words.hidden = false;
  // There may be nothing to suggest, which no notice tells: look again now and then.
  for (const moment of [5000, 15000, 30000]) setTimeout(() => done || void show().catch(() => {}), moment);
  setTimeout(() => {
    if (done) return;
    finish();
    words.textContent = box.dataset.none;
  }, PATIENCE);
  void listen();
})();
