// Sends requests from pages of several origins, one after the other, and prints what each page could see of the answers.

import { chromium } from "playwright-core";

const { pages, calls, args } = JSON.parse(process.argv[2]);

/** Runs in the page: all that `fetch` lets it know. */
async function call({ url, init }) {
  try {
    const response = await fetch(url, init);
    const headers = Object.fromEntries(response.headers);
    return { status: response.status, headers, text: await response.text() };
  } catch (error) {
    return { refused: String(error) };
  }
}

const browser = await chromium.launch({ executablePath: process.env.DCYCLE_CHROMIUM, args });
try {
  const opened = {};
  for (const [name, url] of Object.entries(pages)) {
    opened[name] = await browser.newPage();
    await opened[name].goto(url);
  }
  const seen = [];
  for (const { page, url, init } of calls) seen.push(await opened[page].evaluate(call, { url, init }));
  console.log(JSON.stringify(seen));
} finally {
  await browser.close();
}
