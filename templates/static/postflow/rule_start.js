"use strict";
// How a new rule begins: pasted names get a proposal, and an example or a proposal is taken into
// the form as it stands, to be undone when it was not meant.
{
  const box = document.getElementById("own-names");
  const panel = document.getElementById("from-names");
  const form = panel.closest("form");
  const proposals = document.getElementById("proposals");
  const told = document.getElementById("proposals-status");
  const taken = document.getElementById("taken");
  const filled = {}; // what was put into a field, not typed
  let timer = null;
  let asked = 0;

  panel.classList.add("has-script");

  const propose = async () => {
    const mine = ++asked;
    if (!box.value.trim()) {
      proposals.replaceChildren();
      return;
    }
    const body = new URLSearchParams({ own_names: box.value, script: "1" });
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    try {
      const reply = await fetch(panel.dataset.url, { method: "POST", body });
      if (!reply.ok) throw new Error(reply.status);
      const page = new DOMParser().parseFromString(await reply.text(), "text/html");
      if (mine !== asked) return; // a slower, older answer must not win
      proposals.replaceChildren(...page.body.childNodes);
    } catch {
      if (mine !== asked) return;
      const line = document.createElement("p");
      line.className = "callout is-failed";
      line.textContent = panel.dataset.silent;
      proposals.replaceChildren(line);
    }
    told.textContent = proposals.querySelector("p")?.textContent || "";
  };

  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(propose, 300);
  });
  if (box.value && !proposals.childElementCount) propose();

  const field = (name) => form.elements[name];

  const put = (name, value) => {
    field(name).value = value;
    field(name).dispatchEvent(new Event("input", { bubbles: true }));
  };

  // The templates are what is asked for; all else only where nobody has typed or chosen.
  const untouched = (name) => !field(name).value.trim() || field(name).value === filled[name];

  const take = (link) => {
    const values = { project: "", ...Object.fromEntries(new URL(link.href).searchParams) };
    const all = ["name", "project", "template", "folder_template", "names"];
    const before = Object.fromEntries(all.map((name) => [name, field(name).value]));
    const expert = field("expert").checked;
    field("expert").checked = false;
    for (const [name, value] of Object.entries(values)) {
      const asked_for = ["template", "folder_template", link.dataset.take].includes(name);
      if (!asked_for && !untouched(name)) continue;
      filled[name] = value;
      put(name, value);
    }
    document.getElementById("untake").onclick = () => {
      field("expert").checked = expert;
      for (const [name, value] of Object.entries(before)) put(name, value);
      taken.hidden = true;
      link.focus();
    };
    taken.hidden = false;
    taken.scrollIntoView({ block: "start" });
    taken.focus({ preventScroll: true });
  };

  // Save, pressed beside a proposal that nobody took and above a template that nobody touched,
  // takes it, to be looked at and saved.
  const usual = field("template").value;
  form.addEventListener("submit", (event) => {
    const link = proposals.querySelector("a[data-take]");
    const saves = ["_save", "_continue", "_addanother"].includes(event.submitter?.name);
    if (!link || !saves || field("template").value !== usual) return;
    event.preventDefault();
    take(link);
  });

  form.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-take]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    take(link);
  });
}
