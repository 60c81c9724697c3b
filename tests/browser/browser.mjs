// Opens pages in the browser that DCYCLE_BROWSER is the address of, and notes what goes wrong on them.

import { chromium } from "playwright-core";

/** Milliseconds to wait for anything that a page should show, on a machine that is busy with other tests, too. */
const PATIENCE = 30000;

/**
 * Run the part that the command line names, and print what it returns as JSON. Each part gets browser and facts.
 *
 * @param {Record<string, (browser: import("playwright-core").Browser, facts: any) => Promise<object>>} parts
 */
export async function runPart(parts) {
  const [name, facts] = process.argv.slice(2);
  const browser = await chromium.connectOverCDP(process.env.DCYCLE_BROWSER);
  try {
    console.log(JSON.stringify(await parts[name](browser, JSON.parse(facts))));
  } finally {
    await browser.close(); // closes the pages that were opened here; the browser stays for the next part
  }
}

/**
 * A page of its own, with the list of what went wrong on it: errors, and requests to any other origin.
 *
 * @param {import("playwright-core").Browser} browser
 * @param {string} url
 * @param {import("playwright-core").BrowserContextOptions} [options]
 */
export async function openPage(browser, url, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  const trouble = [];
  page.setDefaultTimeout(PATIENCE);
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && trouble.push(message.text()));
  page.on("pageerror", (error) => trouble.push(String(error.stack)));
  page.on("request", (request) => new URL(request.url()).origin !== new URL(url).origin && trouble.push(request.url()));
  await page.goto(url);
  return { page, context, trouble };
}
