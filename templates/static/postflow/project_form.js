"use strict";
// Shows the settings of a delivery folder where one is ticked.
{
  const tick = document.querySelector('input[name="integrations"][value="folder"]');
  const settings = document.querySelector("fieldset.of-folder");
  if (tick && settings) {
    const show = () => { settings.hidden = !tick.checked; };
    tick.addEventListener("change", show);
    show();
  }
}
// Shows what belongs to the chosen kind of Frame.io project: one that is there, or a new one.
{
  const kinds = [...document.querySelectorAll('input[name="frameio_project_kind"]')];
  const rows = {
    chosen: document.querySelector(".field-frameio_project_id"),
    made: document.querySelector(".field-frameio_name_template"),
  };
  const show = () => {
    const kind = kinds.find((input) => input.checked);
    if (!kind) return;
    Object.entries(rows).forEach(([name, row]) => { if (row) row.hidden = name !== kind.value; });
  };
  kinds.forEach((input) => input.addEventListener("change", show));
  show();
}
