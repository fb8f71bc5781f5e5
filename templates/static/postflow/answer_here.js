"use strict";
// Buttons that post the form as it stands and show the answer below them, not on another page.
for (const button of document.querySelectorAll("[data-answer]")) {
  const answer = document.getElementById(button.dataset.answer);
  const form = button.closest("form");

  // A screen reader hears the one line that matters, not every table.
  const status = answer.parentElement.querySelector("[role=status]");
  const announce = () => {
    status.textContent = answer.querySelector("p")?.textContent || "";
  };

  const say = (text) => {
    const line = document.createElement("p");
    line.className = "quiet";
    line.textContent = text;
    answer.replaceChildren(line);
    announce();
  };

  button.addEventListener("click", async (event) => {
    event.preventDefault();
    say(answer.dataset.running);
    button.disabled = true;
    const body = new URLSearchParams(new FormData(form));
    body.set("script", "1");
    try {
      const reply = await fetch(button.formAction, { method: "POST", body });
      if (!reply.ok) throw new Error(reply.status);
      const told = new DOMParser().parseFromString(await reply.text(), "text/html");
      answer.replaceChildren(...told.body.childNodes);
      announce();
    } catch {
      say(answer.dataset.silent);
    } finally {
      button.disabled = false;
    }
  });
}
