"use strict";
// Turns the Frame.io project's id into a list to pick from, when Frame.io can be asked.
{
  const words = document.getElementById("remote-projects");
  const account = document.getElementById("id_frameio_account");
  const ident = document.getElementById("id_frameio_project_id");

  if (words && account && ident) {
    const list = document.createElement("select");
    const note = document.createElement("p");
    list.setAttribute("aria-label", words.dataset.choose);
    list.id = "frameio-project-list";
    note.className = "remote-note";
    note.setAttribute("role", "status");
    list.hidden = true;
    ident.before(list);
    ident.after(note);

    const option = (value, label) => new Option(label, value, false, value === ident.value);

    const offer = (projects) => {
      const known = projects.some((project) => project.id === ident.value);
      list.replaceChildren(
        option("", words.dataset.choose),
        ...projects.map((project) => option(project.id, project.label)),
        new Option(words.dataset.other, "other", false, !known && ident.value !== ""),
      );
      list.hidden = false;
      ident.hidden = list.value !== "other";
    };

    const fallBack = (reason) => {
      list.hidden = true;
      ident.hidden = false;
      note.textContent = reason;
    };

    const ask = async () => {
      if (!account.value) {
        fallBack("");
        return;
      }
      const wanted = account.value;
      note.textContent = words.dataset.loading;
      try {
        const reply = await fetch(`${words.dataset.url}?account=${encodeURIComponent(wanted)}`);
        const told = await reply.json();
        if (wanted !== account.value) return;
        fallBack(told.error);
        if (!told.error) offer(told.projects);
      } catch {
        fallBack("");
      }
    };

    list.addEventListener("change", () => {
      ident.hidden = list.value !== "other";
      if (list.value === "other") {
        ident.value = "";
        ident.focus();
      } else {
        ident.value = list.value;
      }
    });
    account.addEventListener("change", ask);
    ask();
  }
}
