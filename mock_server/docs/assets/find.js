// The search of all pages by name: what is found says how sure it is, before the page is opened.
"use strict";

{
  const MOST = 40;
  const BASES = { stated: "stated", shown: "shown", inferred: "inferred" };
  const opener = document.querySelector("#find");
  const dialog = document.querySelector("#finder");
  const [field, told, list] = dialog.children;

  /** How well an entry fits what is asked, the lower the better; Infinity when it does not. */
  function distance([name, , , text], words) {
    const [full, about] = [name.toLowerCase(), text.toLowerCase()];
    const last = full.slice(full.lastIndexOf(".") + 1);
    const asked = words.join(" ");
    if (full === asked || last === asked) return 0;
    if (last.startsWith(asked) || full.startsWith(asked)) return 1;
    if (words.every((word) => full.includes(word))) return 2;
    return words.every((word) => full.includes(word) || about.includes(word)) ? 3 : Infinity;
  }

  function search(text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length) return [];
    const found = window.findable.map((entry) => ({ entry, far: distance(entry, words) }));
    return found.filter(({ far }) => far < Infinity).sort((one, other) => one.far - other.far);
  }

  function make(name, className, ...children) {
    const element = document.createElement(name);
    element.className = className;
    element.append(...children);
    return element;
  }

  const mark = (basis, before = "") =>
    basis in BASES ? [make("code", `basis ${BASES[basis]}`, before + basis), " "] : [];

  function draw([name, kind, place, text, basis, nullBasis]) {
    const head = make("span", "found-name", make("strong", "", name), " ", ...mark(basis), ...mark(nullBasis, "null: "));
    const link = make("a", "", head, make("span", "found-kind", kind), make("span", "found-text", text));
    link.href = place;
    link.addEventListener("click", () => dialog.close());
    return make("li", "", link);
  }

  function update() {
    const found = search(field.value);
    list.replaceChildren(...found.slice(0, MOST).map(({ entry }) => draw(entry)));
    list.scrollTop = 0;
    const shown = found.length > MOST ? `The first ${MOST} of ${found.length}` : `${found.length} found`;
    told.textContent = field.value.trim() ? shown : "Everything with an address of its own, and how sure it is.";
  }

  /** Go through what was found, from the field to the last and back. */
  function move(step) {
    const stops = [field, ...list.querySelectorAll("a")];
    const next = stops[stops.indexOf(document.activeElement) + step];
    next?.focus();
  }

  function open() {
    dialog.showModal();
    field.select();
    update();
  }

  const typing = (element) => element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);

  opener.disabled = false;
  opener.addEventListener("click", open);
  field.addEventListener("input", update);
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) move(step);
    else if (event.key === "Enter" && event.target === field) list.querySelector("a")?.click();
    else return;
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.key !== "/" || !plain || dialog.open || typing(event.target)) return;
    event.preventDefault();
    open();
  });
}
