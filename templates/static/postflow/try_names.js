"use strict";
// The box beside a naming rule: reads the pasted names by the rule as it stands in the form now.
{
  const box = document.getElementById("try");
  const form = box.closest("form");
  const answer = document.getElementById("try-answer");
  const names = document.getElementById("try-names");
  const watched = ["names", "template", "folder_template", "expert", "project", "new_projects_like"];
  let timer = null;
  let asked = 0;

  box.classList.add("has-script");

  const element = (tag, className, text) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };

  const fieldsOf = (tried) => {
    const chips = element("span", "chips");
    for (const [key, value] of Object.entries(tried.fields)) {
      const chip = element("span", "chip");
      chip.append(element("i", "", key), ` ${value}`);
      chips.append(chip);
    }
    return chips;
  };

  const lineOf = (tried) => {
    const line = element("li", !tried.ok ? "is-wrong" : tried.held ? "is-held" : "is-well");
    line.append(element("span", "file-name", tried.name));
    if (tried.ok) {
      const where = tried.goes || tried.folders.join(" / ") || box.dataset.root;
      line.append(fieldsOf(tried), element("span", "quiet", `→ ${where}`));
      if (tried.held) line.append(element("p", "", tried.held));
    } else {
      line.append(element("p", "", tried.error));
    }
    return line;
  };

  // What is wrong with a template stands at its field, too: it may be far above.
  const mark = (field, error) => {
    const input = document.getElementById(`id_${field}`);
    if (!input) return; // the rule is only looked at
    const id = `${input.id}_wrong`;
    const said = (input.getAttribute("aria-describedby") || "").split(" ");
    const described = said.filter((one) => one !== id);
    if (document.getElementById(id)) input.removeAttribute("aria-invalid");
    document.getElementById(id)?.remove();
    if (error) {
      const note = element("p", "field-wrong", error);
      note.id = id;
      input.closest(".flex-container").after(note);
      input.setAttribute("aria-invalid", "true");
      described.push(id);
    }
    input.setAttribute("aria-describedby", described.join(" "));
  };

  const show = (told) => {
    for (const field of ["template", "folder_template"]) {
      mark(field, told.where === field ? told.error : "");
    }
    if (told.error) {
      const line = element("p", "callout is-failed");
      line.append(element("b", "", `${told.field}:`), ` ${told.error}`);
      answer.replaceChildren(line);
      return;
    }
    const list = element("ul", "plain-list");
    list.append(...told.names.map(lineOf));
    answer.replaceChildren(list);
  };

  const ask = async () => {
    const mine = ++asked;
    const body = new URLSearchParams();
    const all = new FormData(form);
    for (const name of [...watched, "rule", "position", "name", "csrfmiddlewaretoken"]) {
      if (all.has(name)) body.set(name, all.get(name));
    }
    try {
      const reply = await fetch(box.dataset.url, {
        method: "POST", body, headers: { Accept: "application/json" },
      });
      const told = await reply.json();
      if (mine === asked) show(told); // a slower, older answer must not win
    } catch {
      if (mine === asked) answer.replaceChildren();
    }
  };

  form.addEventListener("input", (event) => {
    if (!watched.includes(event.target.name)) return;
    clearTimeout(timer);
    timer = setTimeout(ask, 250);
  });
  if (!names.value) names.value = localStorage.getItem("postflow-try-names") || "";
  names.addEventListener("change", () => localStorage.setItem("postflow-try-names", names.value));
  if (names.value) ask();
}
