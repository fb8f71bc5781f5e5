"use strict";
// While a path is typed: what there is at it, before it is saved.
{
  const told = document.getElementById("folder-look");
  const path = document.getElementById("id_path");
  const answer = document.querySelector(".field-standing .readonly");
  const PAUSE = 500; // milliseconds after the last letter
  let timer = null;
  let asked = 0;

  const say = (...nodes) => answer.replaceChildren(...nodes);

  const ask = async () => {
    const mine = ++asked;
    const body = new URLSearchParams(new FormData(path.form));
    try {
      const reply = await fetch(told.dataset.url, { method: "POST", body });
      if (!reply.ok || reply.redirected) throw new Error(reply.status);
      const seen = new DOMParser().parseFromString(await reply.text(), "text/html");
      if (mine === asked) say(...seen.body.childNodes);
    } catch {
      if (mine === asked) say(); // it is looked at again when it is saved
    }
  };

  const look = () => {
    clearTimeout(timer);
    asked += 1; // an answer about what stood here before says nothing any more
    say(told.dataset.looking);
    timer = setTimeout(ask, PAUSE);
  };

  if (told && path && answer) {
    answer.setAttribute("role", "status");
    path.addEventListener("input", look);
    // What was typed before this script ran, or is put back by the browser's Back button.
    window.addEventListener("pageshow", () => {
      if (path.value !== path.defaultValue) look();
    });
  }
}
