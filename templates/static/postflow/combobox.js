"use strict";
// Makes a `<select data-list="…">` searchable, and fills it with what Frame.io has when it is
// opened. The select stays: it is what the form sends, and what there is without this script.
// `data-list-with` names the fields that go with the question; when one changes, the choice goes.
// With `data-list-now` the list is asked for at once, and the only one there is is chosen.
{
  const words = document.getElementById("list-words").dataset;
  const PATIENCE = 15000; // milliseconds
  const SHOWN = 100;
  const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;

  const make = (tag, attributes) => {
    const element = document.createElement(tag);
    Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
    return element;
  };

  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  const fits = (label, typed) => {
    const folded = fold(label);
    return fold(typed).split(/\s+/).every((word) => folded.includes(word));
  };

  const combobox = (select) => {
    const name = select.id;
    const given = (select.dataset.listWith || "").split(" ").filter(Boolean)
      .map((field) => [field, document.getElementById(`id_${field}`)]);
    const box = make("div", { class: "combobox" });
    const input = make("input", {
      type: "text", role: "combobox", autocomplete: "off", spellcheck: "false",
      "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": `${name}-list`,
      "aria-describedby": `${name}-note`, placeholder: select.dataset.hint || words.choose,
    });
    const again = make("button", { type: "button", class: "button plain", title: words.refresh });
    again.append(words.refreshShort);
    const list = make("ul", { id: `${name}-list`, role: "listbox", "aria-label": words.choose });
    const note = make("p", { id: `${name}-note`, class: "list-note", role: "status" });
    list.hidden = true;

    select.hidden = true;
    select.id = `${name}-value`;
    input.id = name;
    input.disabled = select.disabled;
    select.before(box);
    box.append(input, again, list, note, select);

    let choices = null; // null: not asked yet
    let asking = null;
    let at = -1;

    const empty = select.options[0] && select.options[0].value === "" ? select.options[0].text : "";
    const chosen = () => {
      const option = select.selectedOptions[0];
      return option && option.value ? option.text : "";
    };

    const choose = (id, label) => {
      const before = select.value;
      if (id && ![...select.options].some((option) => option.value === id)) {
        select.add(new Option(label, id));
      }
      select.value = id;
      input.value = chosen();
      if (before !== id) select.dispatchEvent(new Event("change", { bubbles: true }));
    };

    const rename = () => {
      const now = choices.find((choice) => choice.id === select.value);
      if (!now || now.label === chosen()) return;
      const shown = input.value === chosen();
      select.selectedOptions[0].text = now.label;
      if (shown) input.value = now.label;
    };

    const close = () => {
      list.hidden = true;
      at = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    };

    const point = (index) => {
      const rows = [...list.children];
      at = index;
      rows.forEach((row, number) => row.setAttribute("aria-selected", String(number === at)));
      if (at < 0) {
        input.removeAttribute("aria-activedescendant");
        return;
      }
      input.setAttribute("aria-activedescendant", rows[at].id);
      rows[at].scrollIntoView({ block: "nearest" });
    };

    const found = () => {
      const typed = input.value === chosen() ? "" : input.value.trim();
      return choices.filter((choice) => fits(choice.label, typed));
    };

    const open = () => {
      if (choices === null) return;
      const all = found();
      list.replaceChildren(...all.slice(0, SHOWN).map((choice, number) => {
        const row = make("li", { role: "option", id: `${name}-list-${number}` });
        row.append(choice.label);
        if (choice.id === select.value) row.classList.add("is-chosen");
        row.addEventListener("mousedown", (event) => {
          event.preventDefault(); // the input keeps the focus
          choose(choice.id, choice.label);
          close();
        });
        return row;
      }));
      list.hidden = all.length === 0;
      input.setAttribute("aria-expanded", String(all.length > 0));
      point(all.findIndex((choice) => choice.id === select.value));
      if (all.length === 0) note.textContent = choices.length ? words.noneFits : words.none;
      else if (all.length > SHOWN) note.textContent = words.more.replace("{}", all.length - SHOWN);
      else note.textContent = words.count.replace("{}", all.length);
      note.classList.remove("is-wrong");
    };

    const trouble = (sentence) => {
      note.textContent = sentence;
      note.classList.add("is-wrong");
      close();
    };

    const ask = async () => {
      const question = new URLSearchParams({ list: select.dataset.list });
      given.forEach(([field, element]) => { if (element) question.set(field, valueOf(element)); });
      const mine = question.toString();
      if (asking === mine) return;
      asking = mine;
      note.classList.remove("is-wrong");
      note.textContent = words.loading;
      try {
        const reply = await fetch(`${words.url}?${question}`, { signal: AbortSignal.timeout(PATIENCE) });
        const told = await reply.json();
        if (asking !== mine) return;
        if (told.error) {
          trouble(told.error);
        } else {
          choices = told.choices;
          rename();
          if ("listNow" in select.dataset && choices.length === 1 && !select.value) {
            choose(choices[0].id, choices[0].label);
          }
          if (document.activeElement === input) open();
          else note.textContent = words.count.replace("{}", choices.length);
        }
      } catch {
        if (asking === mine) trouble(words.silent);
      } finally {
        if (asking === mine) asking = null;
      }
    };

    const settle = () => {
      const typed = input.value.trim();
      const pasted = UUID.exec(typed);
      if (typed === "") choose("", empty);
      else if (typed !== chosen() && pasted) choose(pasted[0].toLowerCase(), typed);
      else {
        const same = (choices || []).filter((choice) => fold(choice.label) === fold(typed));
        if (same.length === 1) choose(same[0].id, same[0].label);
      }
      input.value = chosen();
      close();
    };

    input.addEventListener("focus", () => {
      input.select();
      if (choices === null) ask();
    });
    input.addEventListener("click", open);
    input.addEventListener("input", open);
    input.addEventListener("blur", settle);
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        const last = list.children.length - 1;
        if (list.hidden) open();
        else if (event.key === "ArrowDown") point(at === last ? 0 : at + 1);
        else point(at <= 0 ? last : at - 1);
      } else if (event.key === "Enter") {
        if (list.hidden) return;
        event.preventDefault(); // it chooses; the next one saves
        const row = list.children[at < 0 && list.children.length === 1 ? 0 : at];
        if (row) row.dispatchEvent(new MouseEvent("mousedown", { cancelable: true }));
      } else if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        input.value = chosen();
        close();
      }
    });
    again.addEventListener("click", () => {
      choices = null;
      input.focus();
      ask();
    });
    given.forEach(([, element]) => element && fieldOf(element).addEventListener("change", () => {
      choices = null;
      asking = null;
      choose("", empty);
      note.textContent = "";
    }));
    input.value = chosen();
    if ("listNow" in select.dataset) ask();
  };

  // A field that is a combobox itself has its value in the select behind it.
  const fieldOf = (element) => document.getElementById(`${element.id}-value`) || element;
  const valueOf = (element) => fieldOf(element).value;

  document.querySelectorAll("select[data-list]").forEach(combobox);
}
