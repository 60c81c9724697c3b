// What a reader does with the documentation, part by part. Each part returns what was seen; the tests judge that.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import { openPage, runPart } from "./browser.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** How far a page may move while it is drawn, as browsers measure it (cumulative layout shift; below 0.1 is good). */
const MOST_SHIFTED = 0.01;
const MOST_SHIFTED_BY_RENDERER = 0.1;

const PHONE = { width: 360, height: 780 };

/** Counts how far things move after they were drawn, from the first moment on. */
function countShifts() {
  window.shifts = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
}

/** Wait until the renderer has drawn what the address leads to: the beginning, or an operation. */
async function drawn(page, name = "Dcycle Invoices API") {
  await page.getByRole("heading", { name }).first().waitFor();
}

const isReference = (name) => name.startsWith("reference");

const parts = {
  /** Look at pages with axe, as wide as a screen is, and at how they fit a phone. */
  async look(browser, { url, names, scheme, viewport }) {
    const { page, trouble } = await openPage(browser, "about:blank", { colorScheme: scheme, reducedMotion: "reduce" });
    trouble.length = 0;
    page.on("request", (request) => request.url().startsWith(url) || trouble.push(request.url()));
    await page.addInitScript(countShifts);
    const found = {};
    for (const name of names) {
      await page.setViewportSize(viewport);
      await page.goto(url + name);
      if (isReference(name)) await drawn(page);
      const shifts = await page.evaluate(() => window.shifts);
      await page.evaluate(AXE);
      const { violations } = await page.evaluate(() => window.axe.run({ preload: false, resultTypes: ["violations"] }));
      await page.setViewportSize(PHONE);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      found[name] = [
        ...violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`),
        ...(over > 0 ? [`${over}px too wide`] : []),
        ...(shifts > (isReference(name) ? MOST_SHIFTED_BY_RENDERER : MOST_SHIFTED) ? [`moved by ${shifts}`] : []),
      ];
    }
    const others = trouble.filter((text) => !text.startsWith(url));
    return { found, trouble: others };
  },

  /** Send a request from the reference, and read the answer. */
  async send(browser, { url }) {
    const { page, trouble } = await openPage(browser, `${url}reference.html#tag/invoices/getInvoice`);
    await drawn(page, "Get one invoice");
    await page.getByRole("button", { name: /Test Request.*get .*invoice_id/ }).click();
    const dialog = page.getByRole("dialog");
    const answered = page.waitForResponse(/v1\/invoices\//);
    await dialog.getByRole("button", { name: /^Send/ }).first().click();
    const answer = await answered;
    return { status: answer.status(), body: await answer.json(), trouble };
  },

  /** Search the reference. */
  async search(browser, { url }) {
    const { page, trouble } = await openPage(browser, `${url}reference.html`);
    await drawn(page);
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog").getByRole("combobox").fill("cups groups");
    const hit = page.getByRole("dialog").getByRole("option").first();
    await hit.waitFor();
    return { hit: await hit.textContent(), trouble };
  },

  /** Find something by its name with the keyboard, from any page, and go there. */
  async find(browser, { url, asked }) {
    const { page, trouble } = await openPage(browser, `${url}ci.html`, { viewport: PHONE });
    await page.keyboard.press("/");
    await page.keyboard.type(asked);
    const dialog = page.getByRole("dialog", { name: "Find" });
    const marks = await dialog.getByRole("link").first().locator("code").allTextContents();
    const told = await dialog.getByRole("status").textContent();
    await page.evaluate(AXE);
    const { violations } = await page.evaluate(() => window.axe.run("#finder", { preload: false, resultTypes: ["violations"] }));
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForURL(/#/);
    const target = await page.evaluate(() => document.querySelector(":target").id);
    return { marks, told, violations: violations.map(({ id }) => id), target, trouble };
  },

  /** Go to an operation from the first page, and to a rule from there. */
  async follow(browser, { url }) {
    const { page, trouble } = await openPage(browser, `${url}index.html`);
    await page.getByRole("link", { name: "GET /v1/invoices/{invoice_id}" }).click();
    await drawn(page, "Get one invoice");
    const heading = page.getByRole("heading", { name: "Get one invoice" }).first();
    await page.waitForFunction((element) => element.getBoundingClientRect().top < innerHeight, await heading.elementHandle());
    const rule = await page.getByRole("link", { name: "invoice-period" }).getAttribute("href");
    await page.goto(url + rule);
    const target = await page.evaluate(() => document.querySelector(":target").textContent);
    return { target, trouble };
  },

  /** Choose a theme, copy a command, open the menu on a phone. */
  async use(browser, { url }) {
    const { page, context, trouble } = await openPage(browser, `${url}ci.html`, { viewport: PHONE, colorScheme: "light" });
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const colour = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const system = await colour();
    await page.getByRole("button", { name: "Theme: auto" }).click();
    await page.getByRole("button", { name: "Theme: light" }).click();
    const dark = await colour();
    await page.locator(".with-copy").filter({ hasText: "explain" }).getByRole("button", { name: "Copy" }).click();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    await page.getByText("Pages", { exact: true }).click();
    await page.getByRole("navigation", { name: "All pages" }).getByRole("link", { name: "Rules" }).click();
    await page.waitForURL("**/rules.html");
    return { system, dark, remembered: await colour(), copied, title: await page.title(), trouble };
  },

  /** What the first page needs to be drawn: bytes of each file, and nothing that asks another host. */
  async weigh(browser, { url }) {
    const { page, trouble } = await openPage(browser, "about:blank");
    const bytes = {};
    page.on("response", async (response) => (bytes[response.url()] = (await response.body()).length));
    trouble.length = 0;
    await page.goto(url, { waitUntil: "networkidle" });
    return { bytes, trouble: trouble.filter((text) => !text.startsWith(url)) };
  },
};

await runPart(parts);
