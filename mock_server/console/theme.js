// Runs before the page is drawn, and so is no module: a remembered theme must not flash the other one first.
"use strict";

{
  const remembered = localStorage.getItem("dcycle-mock.theme");
  if (remembered === "light" || remembered === "dark") document.documentElement.dataset.theme = remembered;
}
