/* Says five minutes before the log-in ends that it will, and keeps it with one click. Nothing typed is stored here. */
"use strict";
(() => {
  const NOTICE_SECONDS = 300;
  const box = document.querySelector("[data-session-end]");
  if (!box) return;
  const seconds = Number(box.dataset.sessionEnd);
  let loadedAt = Date.now();
  let state = "";

  const element = (name, text, className) => {
    const made = document.createElement(name);
    made.textContent = text;
    if (className) made.className = className;
    return made;
  };

  const clear = () => { state = ""; box.replaceChildren(); };

  const stay = async () => {
    try {
      const answer = await fetch(box.dataset.stay, { redirect: "manual", cache: "no-store" });
      if (answer.status !== 204) { over(); return; }
      loadedAt = Date.now();
      clear();
    } catch {
      box.firstElementChild.firstElementChild.textContent = "网络没有响应，请检查网络后再点一次“继续使用”。";
    }
  };

  const show = (text, action) => {
    const row = element("div", "", "w");
    row.append(element("p", text), action);
    box.replaceChildren(row);
  };

  const soon = () => {
    state = "soon";
    const button = element("button", "继续使用", "btn small");
    button.type = "button";
    button.addEventListener("click", stay);
    show("您已有一段时间没有操作，5 分钟后将自动退出登录。", button);
  };

  const over = () => {
    state = "over";
    const link = element("a", "重新登录", "btn small");
    const here = location.pathname + location.search;
    link.href = `${box.dataset.again}?next=${encodeURIComponent(here)}`;
    show("登录已超时退出。正在填写的表单可以直接提交，重新登录后内容还在。", link);
  };

  window.setInterval(() => {
    const left = seconds - (Date.now() - loadedAt) / 1000;
    if (left <= 0 && state !== "over") over();
    else if (left > 0 && left <= NOTICE_SECONDS && !state) soon();
  }, 1000);
})();
