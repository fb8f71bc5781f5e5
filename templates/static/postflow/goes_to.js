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
    try {
      const reply = await fetch(location.href, { method: "POST", body });
      if (!reply.ok || reply.redirected) throw new Error(reply.status);
      const told = new DOMParser().parseFromString(await reply.text(), "text/html");
      if (mine === asked) box.replaceChildren(...told.body.childNodes); // an older answer must not win
    } catch {
      if (mine === asked) box.replaceChildren(); // it is looked at again when it is sent
    }
  };

  const isChanged = () =>
    [...form.elements].some((field) => "defaultValue" in field && field.value !== field.defaultValue)
    || [...form.querySelectorAll("option")].some((one) => one.selected !== one.defaultSelected);

  form?.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 250);
  });
  // What was typed before this script ran, or is put back by the browser's Back button.
  window.addEventListener("pageshow", () => {
    if (form && isChanged()) ask();
  });
}
