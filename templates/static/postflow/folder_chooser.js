"use strict";
// The button beside a path: the same page of folders, in a dialog, and the form stays as it is.
for (const button of document.querySelectorAll("[data-choose-folder]")) {
  const input = document.getElementById(button.dataset.chooseFolder);
  const dialog = document.createElement("dialog");
  const body = document.createElement("div");
  const close = document.createElement("button");
  button.type = "button"; // or Enter in the form would press it
  dialog.className = "chooser";
  dialog.setAttribute("aria-label", button.textContent);
  body.setAttribute("aria-live", "polite");
  close.type = "button";
  close.className = "button plain";
  close.textContent = button.dataset.close;
  close.addEventListener("click", () => dialog.close());
  dialog.append(body, close);
  // Beside the form, not in it; where the styles of the pages reach.
  (document.getElementById("content") || document.body).append(dialog);

  const show = async (at) => {
    const query = new URLSearchParams({ at, bare: "1" });
    try {
      const reply = await fetch(`${button.formAction}?${query}`);
      if (!reply.ok || reply.redirected) throw new Error(reply.status);
      const told = new DOMParser().parseFromString(await reply.text(), "text/html");
      body.replaceChildren(...told.body.childNodes);
      (body.querySelector(".folder-list a") || body.querySelector("[data-choose]") || close).focus();
    } catch {
      const line = document.createElement("p");
      line.className = "callout is-failed";
      line.textContent = button.dataset.silent;
      body.replaceChildren(line);
    }
  };

  body.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link) return;
    event.preventDefault();
    if (link.dataset.choose === undefined) {
      show(link.dataset.at);
      return;
    }
    input.value = link.dataset.choose;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    dialog.close();
    input.focus();
  });

  button.addEventListener("click", () => {
    body.replaceChildren();
    dialog.showModal();
    show(input.value);
  });
}
