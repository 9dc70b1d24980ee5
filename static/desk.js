/* Keys and ticks of the desk; every page works without this file. What a key does stands on the element: data-key. */
"use strict";
(() => {
  const OFF = "desk-keys-off";
  const sheet = document.getElementById("keys");
  const rows = [...document.querySelectorAll("[data-row]")];
  let place = -1;

  const isOff = () => { try { return localStorage.getItem(OFF) === "yes"; } catch { return false; } };

  const use = (target) => {
    if (target.matches("input[type=radio]")) { target.checked = true; target.focus(); }
    else if (target.matches("input, textarea, select")) target.focus();
    else target.click();
  };

  const go = (step) => {
    if (!rows.length) return;
    place = Math.min(Math.max(place + step, 0), rows.length - 1);
    rows[place].querySelector("a").focus();
  };

  const tick = () => {
    const box = place >= 0 && rows[place].querySelector("input[type=checkbox]");
    if (box) box.click();
  };

  const openSheet = () => { sheet.open = !sheet.open; if (sheet.open) sheet.querySelector("summary").focus(); };

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || event.metaKey || event.defaultPrevented) return;
    const isTyping = event.target.closest("textarea, select, input:not([type=radio]):not([type=checkbox])");
    const isCombined = event.ctrlKey && event.key === "Enter";
    if (!isCombined && (event.ctrlKey || isTyping || isOff())) return;
    const name = isCombined ? "Ctrl+Enter" : event.key;
    const target = document.querySelector(`[data-key="${CSS.escape(name)}"]`);
    // What is typed into another form of the page is not what this key sends.
    if (isCombined && isTyping && target && isTyping.form !== target.form) return;
    const own = { j: () => go(1), k: () => go(-1), c: tick, "?": sheet && openSheet }[name];
    if (!target && !own) return;
    event.preventDefault();
    if (target) use(target); else own();
  });

  const box = document.querySelector("[data-keys-switch]");
  if (box) {
    const input = box.querySelector("input");
    box.hidden = false;
    input.checked = isOff();
    input.addEventListener("change", () => { localStorage.setItem(OFF, input.checked ? "yes" : "no"); });
  }

  // What the applicant would read follows what is chosen; without this file there is the button.
  const form = document.querySelector("form[data-preview]");
  const preview = document.getElementById("preview");
  if (form && preview) {
    let timer = 0;
    let asked = 0;
    const ask = async () => {
      const mine = ++asked;
      try {
        const answer = await fetch(form.dataset.preview, {
          method: "POST", body: new FormData(form), headers: { "X-Fragment": "1" }, redirect: "error",
        });
        if (answer.ok && mine === asked) preview.innerHTML = await answer.text();
      } catch { /* the button still works */ }
    };
    const later = () => { clearTimeout(timer); timer = setTimeout(ask, 500); };
    form.addEventListener("change", later);
    form.addEventListener("input", later);
  }

  // A call noted or a number looked at beside an unsent decision loads the page anew; what was typed comes back, once.
  if (form) {
    const place = `desk-unsent ${form.dataset.preview}`;
    const own = new Set(["csrfmiddlewaretoken", "token", "version"]);
    const boxes = () => [...form.elements].filter((one) => one.name && one.type !== "submit" && !own.has(one.name));
    document.querySelectorAll("form[data-beside]").forEach((other) => {
      other.addEventListener("submit", () => {
        const typed = boxes().map((one) => [one.name, one.value, Boolean(one.checked)]);
        try { sessionStorage.setItem(place, JSON.stringify(typed)); } catch { /* then it is typed again */ }
      });
    });
    try {
      const typed = JSON.parse(sessionStorage.getItem(place) || "[]");
      sessionStorage.removeItem(place);
      for (const [name, value, isChecked] of typed) {
        const isChoice = (one) => one.type === "radio" || one.type === "checkbox";
        const box = boxes().find((one) => one.name === name && (!isChoice(one) || one.value === value));
        if (box && isChoice(box)) box.checked = isChecked; else if (box) box.value = value;
      }
      if (typed.length) form.dispatchEvent(new Event("change"));
    } catch { /* nothing was kept */ }
  }

  document.querySelectorAll("[data-tick-all]").forEach((all) => {
    all.hidden = false;
    all.addEventListener("change", () => {
      document.querySelectorAll(`input[name=pick][form="${all.dataset.tickAll}"]`)
        .forEach((one) => { one.checked = all.checked; });
    });
  });
})();
