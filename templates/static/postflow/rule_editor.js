"use strict";
// The rule's form: tokens go in at the cursor, and its boxes show all of a long template.
{
  const templates = ["id_template", "id_folder_template"].map((id) => document.getElementById(id));
  let last = templates[0];

  const grow = (input) => {
    input.style.height = "auto";
    input.style.height = `${input.scrollHeight + input.offsetHeight - input.clientHeight}px`;
  };

  for (const input of templates.filter(Boolean)) {
    input.addEventListener("focus", () => { last = input; });
    input.addEventListener("input", () => grow(input));
    // As in any box of one line.
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      input.form.requestSubmit(input.form.querySelector("[name=_save]"));
    });
    new ResizeObserver(() => grow(input)).observe(input.parentElement);
  }

  // Where tokens stand apart, what parts them is put in, too.
  const parted = (token, before) => {
    const mark = last === templates[1] ? "/" : token === "{ext}" ? "." : "_";
    if (token.startsWith("{version") && last === templates[0]) token = `v${token}`;
    return before.endsWith("}") && token[0] !== "<" ? mark + token : token;
  };

  // In the folders a token is only named: what it takes is said in the name's template.
  const fitting = (token) => last === templates[1] ? token.replace(/:[^{}]*/, "") : token;

  document.getElementById("token-help")?.addEventListener("click", (event) => {
    const token = event.target.dataset.token;
    if (!token || !last) return;
    const start = last.selectionStart;
    const text = parted(fitting(token), last.value.slice(0, start));
    last.setRangeText(text, start, last.selectionEnd, "end");
    last.dispatchEvent(new Event("input", { bubbles: true }));
    last.focus();
  });
}

// What would it change? Names that somebody pastes are run over; whoever comes from a warning sees
// at once which files it is about.
{
  const over = document.getElementById("back-test-over");
  const names = document.getElementById("try-names");
  const usual = over.value;
  names.addEventListener("input", () => { over.value = names.value.trim() ? "names" : usual; });
  window.addEventListener("DOMContentLoaded", () => {
    if (location.hash === "#back-test") document.getElementById("back-test-run").click();
  });
}
