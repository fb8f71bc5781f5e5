"use strict";
// Open menus close when somebody presses Escape, or goes elsewhere; the main menu shows where one is.
{
  const open = () => document.querySelectorAll("details.menu[open]");
  const closeOthers = (inside) => {
    for (const menu of open()) if (!menu.contains(inside)) menu.open = false;
  };

  document.addEventListener("click", (event) => closeOthers(event.target));
  document.addEventListener("focusin", (event) => closeOthers(event.target));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // On a narrow screen the menu is one line that is moved sideways; on a low one it scrolls.
  const bar = document.getElementById("menu");
  const here = bar && bar.querySelector("[aria-current]");
  if (here) {
    const [inner, outer] = [here.getBoundingClientRect(), bar.getBoundingClientRect()];
    bar.scrollLeft += inner.left - outer.left - (bar.clientWidth - inner.width) / 2;
    bar.scrollTop += inner.top - outer.top - (bar.clientHeight - inner.height) / 2;
  }

  for (const tab of document.querySelectorAll(".tabs .is-here")) {
    const tabs = tab.closest(".tabs");
    tabs.scrollLeft = tab.offsetLeft - (tabs.clientWidth - tab.offsetWidth) / 2;
  }
}
