// What a person does with the console, part by part. Each part returns what was seen; the tests judge that.

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import { openPage, runPart } from "./browser.mjs";
import { ask, clipboardOf, focused, goTo, inDialog, openConsole, rows } from "./console_page.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const VIEWS = ["#/world/invoices", "#/world/groups", "#/world/facilities", "#/journal", "#/controls", "#/try"];

const parts = {
  /** Look at every view with axe, each with as much open as it has. */
  async accessibility(browser, facts) {
    const { page, trouble } = await openConsole(browser, facts, "", {
      viewport: facts.viewport,
      colorScheme: facts.scheme,
      reducedMotion: "reduce",
    });
    await page.evaluate(AXE);
    const found = {};
    const look = async (name) => {
      await page.locator("[aria-busy]").waitFor({ state: "detached" });
      const { violations } = await page.evaluate(() => window.axe.run({ resultTypes: ["violations"] }));
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      found[name] = violations
        .map(({ id, nodes }) => `${id}: ${nodes[0].html}`)
        .concat(over > 0 ? `${over}px too wide` : []);
    };
    await ask(facts, "/v1/invoices/cups?serach=AB");
    await ask(facts, "/v1/invoices/nothing");
    for (const view of VIEWS) {
      await goTo(page, view);
      if (view.startsWith("#/world")) await rows(page).first().waitFor();
      if (view === "#/journal") for (const line of await page.locator(".line").all()) await line.click();
      if (view === "#/try") {
        await page.getByRole("button", { name: "Send" }).click();
        await page.locator(".answer-line").waitFor();
      }
      await look(view);
    }
    await goTo(page, `#/world/invoices?id=${facts.invoice}`);
    await page.locator(".panel .fields").waitFor();
    await look("invoice");
    for (const [name, dialog] of [
      ["Edit", "edit"],
      ["Delete", "deletion"],
    ]) {
      await page.locator(".panel").getByRole("button", { name }).click();
      await page.getByRole("dialog").waitFor();
      await look(dialog);
      await page.keyboard.press("Escape");
    }
    await goTo(page, "#/world/groups");
    await page
      .getByRole("button", { name: /^Consolidate \d alike/ })
      .first()
      .click();
    await page.getByRole("radio", { name: "Another code" }).check();
    await look("consolidation");
    await page.getByLabel("The other code").fill("ES0031000000000001BJ");
    await inDialog(page, "Consolidate").click();
    await page.locator(".outcome").waitFor();
    await page.locator(".pick input:not([aria-disabled])").first().check();
    await look("consolidated");
    await goTo(page, "#/controls");
    await page.getByRole("button", { name: /^outage/ }).click();
    await page.getByText("In force:").waitFor({ state: "attached" });
    await look("outage");
    await page.getByRole("button", { name: "Reset to start" }).click();
    await page.getByRole("dialog").waitFor();
    await look("dialog");
    return { found, trouble };
  },

  /** Watch a request arrive, and read what was wrong with it. */
  async journal(browser, facts) {
    const { page, trouble } = await openConsole(browser, facts, "#/journal");
    const waiting = await page.locator(".empty h2").textContent();
    await ask(facts, "/v1/invoices/cups?serach=1AB");
    await ask(facts, `/v1/invoices/${facts.invoice}`);
    const lines = page.locator(".line");
    await lines.nth(1).waitFor();
    const texts = await lines.allTextContents();
    await lines.nth(1).click();
    const violation = await page.locator(".violation").textContent();
    const link = await page.locator(".violation a").getAttribute("href");
    await page.getByRole("button", { name: "Violations only" }).click();
    await lines.nth(1).waitFor({ state: "detached" });
    const kept = await lines.count();
    await page.getByRole("button", { name: "Pause" }).click();
    await ask(facts, "/v1/invoices/cups?serach=2AB");
    await page.getByRole("button", { name: /Resume.*1/ }).waitFor();
    const whilePaused = await lines.count();
    await page.getByRole("button", { name: /Resume/ }).click();
    await lines.nth(1).waitFor();
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download the journal as HAR" }).click();
    const har = JSON.parse(readFileSync(await (await download).path(), "utf8"));
    await page.getByRole("button", { name: "Clear" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Clear" }).click();
    await page.getByText("Waiting for the first request").waitFor();
    return { waiting, texts, violation, link, kept, whilePaused, entries: har.log.entries.length, trouble };
  },

  /** Send more than the page draws, quickly. */
  async flood(browser, facts) {
    const { page, trouble } = await openConsole(browser, facts, "#/journal");
    for (let round = 0; round < 15; round++) {
      await Promise.all(Array.from({ length: 20 }, () => ask(facts, "/v1/invoices/cups?size=1")));
    }
    await page.getByText("300 exchanges").waitFor();
    const drawn = await page.locator(".exchange").count();
    await page.getByRole("button", { name: "Show older ones" }).click();
    return { drawn, later: await page.locator(".exchange").count(), trouble };
  },

  /** Choose another scenario, take that back, and make things go wrong. */
  async controls(browser, facts) {
    const { page, trouble } = await openConsole(browser, facts, "#/controls");
    const strip = page.locator("#in-force");
    await page.getByRole("button", { name: /^empty/ }).click();
    await page.getByText("Scenario empty is in force").waitFor();
    const inForce = await strip.textContent();
    await goTo(page, "#/world/invoices");
    const world = await page.locator(".empty h2").textContent();
    await page.getByRole("button", { name: "Undo" }).click();
    await rows(page).first().waitFor();
    await goTo(page, "#/controls");
    await page.getByRole("button", { name: "0.2–0.8 s" }).click();
    await page.getByText("latency 0.2–0.8 s").waitFor();
    const slider = page.getByRole("slider");
    await slider.fill("10");
    await page.getByText("errors 10%").waitFor();
    await page.getByRole("button", { name: "500", exact: true }).click();
    await page.getByText("(503)").waitFor();
    await page.getByLabel("Requests of each organization").fill("5");
    await page.keyboard.press("Enter");
    await page.getByText("limit 5/minute").waitFor();
    await page.getByRole("switch", { name: "Strict" }).check();
    await page.getByText("strict").first().waitFor();
    const state = await (await fetch(`${facts.url}/_mock/state`)).json();
    await page.getByRole("button", { name: "Reset to start" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Reset" }).click();
    await strip.getByText("latency").waitFor({ state: "detached" });
    return { inForce, world, state, after: await strip.textContent(), trouble };
  },

  /** Search the invoices, open one, and copy what there is to copy. */
  async world(browser, facts) {
    const { page, context, trouble } = await openConsole(browser, facts);
    const copied = await clipboardOf(page, context);
    await page.getByRole("searchbox").fill(facts.invoice.slice(0, 12).toUpperCase());
    await rows(page).nth(1).waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Copy", exact: true }).click();
    await page.getByRole("menuitem", { name: /Copy curl/ }).click();
    await page.getByText("Copied curl").waitFor();
    const curl = await copied();
    await page.locator("tbody a").focus();
    await page.keyboard.press("i");
    await page.getByText("Copied id").waitFor();
    const id = await copied();
    await rows(page).first().click();
    const panel = page.getByRole("complementary", { name: "Invoice" });
    await panel.getByRole("button", { name: "Copy fetch" }).click();
    await page.getByText("Copied fetch").waitFor();
    const snippet = await copied();
    const answer = await page.evaluate(`(async () => { ${snippet}\n return data; })()`);
    const fields = await panel.locator("dt").allTextContents();
    const nulls = await panel.locator("dd.null").count();
    const pdf = await panel.getByRole("link", { name: "PDF" }).getAttribute("href");
    await panel.getByRole("link", { name: "CUPS group" }).click();
    await page.locator("tbody .code").first().waitFor();
    const code = await page.locator("tbody .code").first().textContent();
    return { id, curl, answer, fields, nulls, pdf, code, trouble };
  },

  /** Look at the groups: which belong together, and what is wrong in the codes. */
  async groups(browser, facts) {
    const { page, trouble } = await openConsole(browser, facts, "#/world/groups?alike=true");
    await rows(page).first().waitFor();
    const differences = await page.evaluate(async (pairs) => {
      const likeness = await import("./console/likeness.js");
      return pairs.map(([right, code]) => ({
        near: likeness.areNear(right, code),
        parts: likeness.differences(right, code).map(({ kind, text }) => `${kind} ${text}`),
      }));
    }, facts.pairs);
    const heads = await page.locator("tbody tr:not(.near)").filter({ hasText: "alike" }).count();
    const all = await rows(page).count();
    return { differences, heads, alike: await page.locator("tbody tr.near").count(), all, trouble };
  },

  /** Use nothing but the keyboard. */
  async keyboard(browser, facts) {
    const { page, trouble } = await openConsole(browser, facts);
    await rows(page).nth(2).waitFor();
    const press = async (...keys) => {
      for (const key of keys) await page.keyboard.press(key);
      return focused(page);
    };
    const trace = {};
    trace.first = await press("Tab");
    trace.main = await press("Enter").then(() => page.evaluate(() => document.activeElement.tagName));
    trace.search = await press("/");
    await page.keyboard.type("zzz");
    await page.getByText("No invoices match").waitFor();
    await press("Escape");
    await rows(page).nth(2).waitFor();
    const keys = await rows(page).evaluateAll((all) => all.map((row) => row.dataset.row));
    await page.locator("tbody a").first().focus();
    await press("ArrowDown", "ArrowDown");
    const row = () => page.evaluate(() => document.activeElement.closest("tr")?.dataset.row);
    trace.down = keys.indexOf(await row());
    await press("End");
    trace.end = keys.indexOf(await row()) === keys.length - 1;
    await press("Home", "Enter");
    await page.locator(".panel .fields").waitFor();
    trace.opened = await page.evaluate(() => document.activeElement.closest(".panel") !== null);
    await press("Escape");
    trace.closed = keys.indexOf(await row());
    trace.stops = await page.locator('tbody [data-rove][tabindex="0"]').count();
    await press("3");
    await page.getByRole("heading", { name: "Scenario" }).waitFor();
    await press("?");
    trace.help = await page.getByRole("dialog").getAttribute("aria-labelledby");
    await press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.locator(".tabs a[aria-current]").focus();
    trace.tab = await press("ArrowRight");
    await press("Enter");
    await page.getByLabel("Operation").waitFor();
    await page.getByLabel("size").fill("1");
    await press("Control+Enter");
    trace.sent = await page.locator(".answer-line .status").textContent();
    return { trace, trouble };
  },

  /** Show names, codes and addresses that would like to be markup and code. */
  async hostile(browser, facts) {
    const { page, trouble } = await openConsole(browser, facts);
    await rows(page).first().waitFor();
    const shown = { facility: await page.locator("tbody .wide").first().textContent() };
    shown.organization = await page.locator(".switcher-name").textContent();
    await page.locator("tbody a").first().click();
    await page.locator(".panel .fields").waitFor();
    const panel = await page.locator(".panel").textContent();
    await goTo(page, "#/world/groups");
    shown.code = await page.locator("tbody .code").first().textContent();
    await goTo(page, "#/journal");
    await fetch(`${facts.url}/v1/%3Cimg%20src=x%20onerror=hacked()%3E?<script>alert(1)</script>`);
    await page.locator(".line").first().click();
    shown.violation = await page.locator(".violation").first().textContent();
    const elements = await page.evaluate(() =>
      ["img", "script:not([src])", "[onerror]", '[href^="javascript:"]'].filter((one) => document.querySelector(one)),
    );
    const link = await page.evaluate(
      async () => (await import("./console/outward.js")).outwardLink("javascript:alert(1)").outerHTML,
    );
    const refused = await page.evaluate(() => {
      try {
        document.createElement("div").innerHTML = "<b>x</b>";
        return "";
      } catch (error) {
        return error.name;
      }
    });
    return { shown, panel, elements, link, refused, trouble: trouble.filter((text) => !text.includes("TrustedHTML")) };
  },

  /** Open the console of a mock that asks for a token. */
  async token(browser, facts) {
    const { page, trouble } = await openPage(browser, `${facts.url}/_mock/`);
    const dialog = page.getByRole("dialog");
    const give = async (token) => {
      await dialog.getByLabel("Control token").fill(token);
      await page.keyboard.press("Enter");
    };
    await give("not-the-right-token");
    await dialog.getByText("That token was refused.").waitFor();
    await give(facts.token);
    await rows(page).first().waitFor();
    await page.reload();
    await rows(page).first().waitFor();
    await goTo(page, "#/journal");
    await ask(facts, "/v1/invoices/cups");
    await page.locator(".line").first().waitFor();
    const address = page.url();
    return {
      asked: await dialog.count(),
      leaked: address.includes(facts.token),
      trouble: trouble.filter((text) => !text.includes("401")),
    };
  },

  /** Stay open while the mock stops, and while another one starts at its address. */
  async outage(browser, facts) {
    const { page } = await openConsole(browser, facts);
    await rows(page).first().waitFor();
    const before = await rows(page).count();
    process.kill(facts.pid);
    await page.getByText("Reconnecting").waitFor();
    const notice = await page.getByRole("alert").textContent();
    const kept = await rows(page).count();
    const [program, ...flags] = facts.command;
    const another = spawn(program, flags, { stdio: "ignore" });
    try {
      await page.getByText("Live", { exact: true }).waitFor();
      return { before, kept, notice, after: await page.getByRole("alert").textContent() };
    } finally {
      another.kill();
    }
  },

  /** Choose a theme, and come back. */
  async theme(browser, facts) {
    const { page, trouble } = await openConsole(browser, facts, "", { colorScheme: "light" });
    const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const button = page.locator("#theme");
    const seen = { system: await paper() };
    await button.click();
    await button.click();
    seen.dark = await paper();
    await page.reload();
    seen.remembered = await paper();
    seen.label = await button.getAttribute("aria-label");
    return { seen, trouble };
  },

  /** Send a request from the console. */
  async send(browser, facts) {
    const { page, trouble } = await openConsole(
      browser,
      facts,
      `#/try?operation=getInvoice&invoice_id=${facts.invoice}`,
    );
    const send = async () => {
      await page.getByRole("button", { name: "Send" }).click();
      await page.locator(".answer-line").waitFor();
    };
    await send();
    const body = await page.locator(".answer pre").textContent();
    await page.getByLabel("Operation").selectOption({ label: "GET /v1/invoices/cups" });
    await page.getByLabel("example").selectOption("documented");
    await send();
    const headers = await page.locator(".answer dl").textContent();
    await page.locator(".tabs .tally").filter({ hasText: "2" }).waitFor();
    return { body: JSON.parse(body), headers, trouble };
  },
};

await runPart(parts);
