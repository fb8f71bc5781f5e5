"use strict";
// Buttons that copy what stands in a box, or in a line of text.
for (const button of document.querySelectorAll("[data-copy]")) {
  const box = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.addEventListener("click", async () => {
    if (box.select) box.select();
    else getSelection().selectAllChildren(box);
    try {
      await navigator.clipboard.writeText(box.value ?? box.textContent);
    } catch {
      document.execCommand("copy"); // without HTTPS there is no clipboard to write to
    }
    button.textContent = button.dataset.copied;
  });
}
