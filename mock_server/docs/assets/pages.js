// What a page can do beside being read: another theme, copied code, anchors. It is all there without, too.
"use strict";

{
  const KEY = "dcycle-mock.theme"; // theme.js applies it; the console has the same switch
  const THEMES = ["auto", "light", "dark"];
  const STROKES = {
    auto: ["M8 2.5a5.5 5.5 0 1 0 0 11z", "M8 2.5a5.5 5.5 0 1 1 0 11"],
    dark: ["M13 9.5A5.5 5.5 0 0 1 6.5 3a5.5 5.5 0 1 0 6.5 6.5z"],
    light: [
      "M8 5.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z",
      "M8 1.5v1.5M8 13v1.5M1.5 8H3M13 8h1.5M3.4 3.4l1 1M11.6 11.6l1 1M12.6 3.4l-1 1M4.4 11.6l-1 1",
    ],
  };
  const root = document.documentElement;

  function make(name, properties = {}, ...children) {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  }

  function showTheme(button) {
    const chosen = root.dataset.theme ?? "auto";
    button.setAttribute("aria-label", `Theme: ${chosen}`);
    button.title = `Theme: ${chosen}`;
    const drawing = button.querySelector("svg");
    drawing.setAttribute("class", `icon icon-${chosen}`);
    drawing.replaceChildren(
      ...STROKES[chosen].map((stroke) => {
        const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
        path.setAttribute("d", stroke);
        return path;
      }),
    );
  }

  function nextTheme() {
    const next = THEMES[(THEMES.indexOf(root.dataset.theme ?? "auto") + 1) % THEMES.length];
    localStorage.setItem(KEY, next);
    if (next === "auto") delete root.dataset.theme;
    else root.dataset.theme = next;
  }

  /** What of a block is worth copying: of a console its commands, else all. */
  function worthCopying(block) {
    if (!block.querySelector(".gp")) return block.textContent;
    const lines = block.textContent.split("\n");
    const commands = [];
    for (const [index, line] of lines.entries()) {
      const continued = index > 0 && commands.at(-1)?.endsWith("\\") && lines[index - 1].endsWith("\\");
      if (line.startsWith("$ ") || continued) commands.push(line.replace(/^\$ /, ""));
    }
    return commands.join("\n");
  }

  function addCopyButton(block) {
    const button = make("button", { className: "button small", type: "button", textContent: "Copy" });
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(worthCopying(block));
      button.textContent = "Copied";
      setTimeout(() => (button.textContent = "Copy"), 1500);
    });
    const frame = make("div", { className: "with-copy" });
    block.replaceWith(frame);
    frame.append(block, button);
  }

  function addAnchor(heading) {
    const link = make("a", { className: "anchor", href: `#${heading.id}`, textContent: "#" });
    link.setAttribute("aria-label", `Link to ${heading.textContent}`);
    heading.append(link);
  }

  /** Mark, beside the page, the section that is being read. */
  function followReading(contents) {
    const links = [...contents.querySelectorAll("a")];
    const headings = links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))));
    let waiting = false;
    const mark = () => {
      waiting = false;
      const passed = headings.findLastIndex((heading) => heading.getBoundingClientRect().top < 120);
      links.forEach((link, index) => link.toggleAttribute("aria-current", index === passed));
      links[passed]?.setAttribute("aria-current", "location");
      const [link, room] = [links[Math.max(passed, 0)], contents.clientHeight];
      const top = link.offsetTop - contents.offsetTop;
      if (top < contents.scrollTop + 40 || top > contents.scrollTop + room - 60) contents.scrollTop = top - room / 2;
    };
    addEventListener("scroll", () => (waiting ||= Boolean(requestAnimationFrame(mark))), { passive: true });
    mark();
  }

  const theme = document.querySelector("#theme");
  theme.addEventListener("click", () => {
    nextTheme();
    showTheme(theme);
  });
  showTheme(theme);
  if (navigator.clipboard) document.querySelectorAll("pre.code").forEach(addCopyButton);
  document.querySelectorAll(".text :is(h2, h3)[id]").forEach(addAnchor);
  document.querySelectorAll(".toc").forEach(followReading);
  const menu = document.querySelector(".all-pages");
  document.addEventListener("keydown", (event) => event.key === "Escape" && (menu.open = false));
  document.addEventListener("click", (event) => !menu.contains(event.target) && (menu.open = false));
}
