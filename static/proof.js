/* Counts until the challenge is solved; a form sent earlier waits for it. Without this file the limits are lower. */
"use strict";
(() => {
  const input = document.querySelector("[data-challenge]");
  if (!input || !window.crypto?.subtle) return;
  const form = input.form, note = form.querySelector("[data-proof-note]");
  const hex = (buffer) => [...new Uint8Array(buffer)].map((one) => one.toString(16).padStart(2, "0")).join("");
  const solve = async ({ algorithm, challenge, maxnumber, salt, signature }) => {
    const encoder = new TextEncoder();
    for (let number = 0; number <= maxnumber; number += 1) {
      if (hex(await crypto.subtle.digest(algorithm, encoder.encode(salt + number))) === challenge) {
        return btoa(JSON.stringify({ algorithm, challenge, number, salt, signature }));
      }
    }
    return "";
  };
  let isWaiting = null, isOver = false;
  const done = (solution) => {
    input.value = solution;
    isOver = true;
    if (isWaiting) { delete form.dataset.sent; form.requestSubmit(isWaiting.button); }
  };
  form.addEventListener("submit", (event) => {
    if (isOver) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    isWaiting = { button: event.submitter };
    note.hidden = false;
  }, true);
  solve(JSON.parse(input.dataset.challenge)).then(done, () => done(""));
})();
