// What the scripts that use the console have in common.

import { openPage } from "./browser.mjs";

/** The console of a mock, ready and without anything left from before. */
export async function openConsole(browser, { url }, hash = "", options = {}) {
  await fetch(`${url}/_mock/reset`, { method: "POST" });
  const opened = await openPage(browser, `${url}/_mock/${hash}`, options);
  await opened.page.getByText("Live", { exact: true }).waitFor({ state: "attached" });
  return opened;
}

/** Ask the public API as the first organization does. */
export function ask({ url, organization, key }, path, method = "GET", body = undefined) {
  const headers = { "x-api-key": key, "x-organization-id": organization, "Content-Type": "application/json" };
  return fetch(url + path, { method, headers, body: body && JSON.stringify(body) });
}

/** The JSON that the public API answers to the first organization. */
export const read = async (facts, path) => (await ask(facts, path)).json();

/** Go to another view of the open console. */
export async function goTo(page, hash) {
  await page.evaluate((to) => (location.hash = to), hash);
}

/** The rows of the list. */
export const rows = (page) => page.locator("tbody tr");

/** A button of the open dialog. */
export const inDialog = (page, name) => page.getByRole("dialog").getByRole("button", { name, exact: true });

/** Let the page read the clipboard, and read it. */
export async function clipboardOf(page, context) {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  return () => page.evaluate(() => navigator.clipboard.readText());
}

/** What has the focus, in a few words. */
export function focused(page) {
  return page.evaluate(() => {
    const { activeElement: element } = document;
    return element.dataset.row || element.getAttribute("aria-label") || element.textContent.trim().split("\n")[0];
  });
}
