"use strict";
// Buttons that copy what stands in a box.
for (const button of document.querySelectorAll("[data-copy]")) {
  const box = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.addEventListener("click", async () => {
    box.select();
    try {
      await navigator.clipboard.writeText(box.value);
    } catch {
      document.execCommand("copy"); // without HTTPS there is no clipboard to write to
    }
    button.textContent = button.dataset.copied;
  });
}
