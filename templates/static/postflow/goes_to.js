"use strict";
// Where a file goes by what is filled in, told while a person types.
{
  const box = document.getElementById("goes-to");
  const form = box?.closest("form");
  let timer = null;
  let asked = 0;

  const ask = async () => {
    const mine = ++asked;
    const body = new URLSearchParams(new FormData(form));
    body.set("look", "1");
    const reply = await fetch(location.href, { method: "POST", body }).catch(() => null);
    if (!reply?.ok || mine !== asked) return; // a slower, older answer must not win
    const told = new DOMParser().parseFromString(await reply.text(), "text/html");
    box.replaceChildren(...told.body.childNodes);
  };

  form?.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 250);
  });
}
