/* Asks now and then whether the payment is confirmed, and goes to the result when it is. */
"use strict";
(() => {
  const box = document.querySelector("[data-wait]");
  if (!box) return;
  const ASK_SECONDS = 3, GIVE_UP_AFTER = 200;
  let asked = 0;
  const ask = async () => {
    asked += 1;
    const answer = await fetch(box.dataset.wait).then((response) => response.ok && response.json()).catch(() => false);
    if (answer && answer.state !== box.dataset.state) window.location.assign(box.dataset.then);
    else if (asked < GIVE_UP_AFTER) window.setTimeout(ask, ASK_SECONDS * 1000);
  };
  window.setTimeout(ask, ASK_SECONDS * 1000);
})();
