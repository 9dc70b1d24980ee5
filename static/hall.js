/* Small comforts; every page works without this file. */
"use strict";
(() => {
  const summary = document.querySelector("[data-errors]");
  if (summary) summary.focus();

  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });

  document.querySelectorAll("[data-copy]").forEach((button) => {
    const source = document.getElementById(button.dataset.copy);
    if (!source || !navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const label = button.textContent;
      await navigator.clipboard.writeText(source.textContent.trim());
      button.textContent = "已复制";
      window.setTimeout(() => { button.textContent = label; }, 2000);
    });
  });

  document.querySelectorAll("form[data-once]").forEach((form) => {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
    });
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-once]").forEach((form) => delete form.dataset.sent);
  });

  const reader = document.querySelector("[data-read]");
  if (reader && "speechSynthesis" in window) {
    const label = reader.textContent;
    const silence = () => { window.speechSynthesis.cancel(); reader.textContent = label; };
    const textOf = (node) => [...node.querySelectorAll("h1, h2, h3, p, li, dt, dd, caption, th, td, label, legend, .btn")]
      .filter((one) => one.checkVisibility?.() !== false && !one.querySelector("p, li, dt, td, label, .btn"))
      .map((one) => one.innerText.trim()).filter(Boolean);
    reader.hidden = false;
    reader.addEventListener("click", () => {
      if (reader.textContent !== label) return silence();
      const parts = textOf(document.getElementById("main"));
      reader.textContent = reader.dataset.read;
      parts.forEach((text, place) => {
        const speech = new SpeechSynthesisUtterance(text);
        speech.lang = "zh-CN";
        speech.rate = 0.9;
        if (place === parts.length - 1) speech.onend = silence;
        window.speechSynthesis.speak(speech);
      });
    });
    window.addEventListener("pagehide", silence);
  }

  const box = document.getElementById("site-search");
  if (box) {
    const list = document.createElement("ul");
    let active = -1, turn = 0, pause;
    Object.assign(list, { id: "suggestions", className: "suggest", hidden: true });
    const describe = (node, values) => Object.entries(values).forEach(([name, value]) => node.setAttribute(name, value));
    describe(list, { role: "listbox", "aria-label": "搜索建议" });
    describe(box, { role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" });
    box.form.append(list);
    const mark = (place) => {
      active = place;
      [...list.children].forEach((one, at) => one.setAttribute("aria-selected", String(at === place)));
      if (place < 0) box.removeAttribute("aria-activedescendant");
      else box.setAttribute("aria-activedescendant", list.children[place].id);
    };
    const show = (isOpen) => { list.hidden = !isOpen; box.setAttribute("aria-expanded", String(isOpen)); mark(-1); };
    const option = (row, at) => {
      const one = document.createElement("li"), kind = document.createElement("small");
      describe(one, { role: "option", id: `suggestion-${at}`, "data-address": row.address });
      kind.textContent = row.kind;
      one.append(row.text, kind);
      return one;
    };
    const ask = async () => {
      const mine = ++turn, query = box.value.trim();
      const answer = query && await fetch(`${box.form.action}suggest/?q=${encodeURIComponent(query)}`)
        .then((response) => response.ok && response.json()).catch(() => false);
      if (mine !== turn) return;
      list.replaceChildren(...(answer ? answer.suggestions.map(option) : []));
      show(list.children.length > 0 && document.activeElement === box);
    };
    box.addEventListener("input", () => { window.clearTimeout(pause); pause = window.setTimeout(ask, 150); });
    box.addEventListener("blur", () => show(false));
    box.addEventListener("keydown", (event) => {
      if (event.isComposing || list.hidden) return;
      const count = list.children.length, step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) mark(active < 0 && step < 0 ? count - 1 : (active + step + count) % count);
      else if (event.key === "Escape") show(false);
      else if (event.key === "Enter" && active >= 0) window.location.assign(list.children[active].dataset.address);
      else return;
      event.preventDefault();
    });
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const one = event.target.closest("li");
      if (one) window.location.assign(one.dataset.address);
    });
  }
})();
