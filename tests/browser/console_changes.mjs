// What a person changes with the console, part by part. Each part returns what was seen; the tests judge that.

import { runPart } from "./browser.mjs";
import { ask, clipboardOf, focused, inDialog, openConsole, read, rows } from "./console_page.mjs";

/** The box that picks a group, and the button of the bar below that merges those picked. */
const box = (page, code) => page.getByRole("checkbox", { name: `Pick ${code},` });
const merger = (page) => page.locator(".picks").getByRole("button", { name: "Consolidate" });

/** What the open dialog says that it will do. */
const preview = (page) => page.getByRole("dialog").locator(".preview p").first().textContent();

/** The codes in the list of groups, each with its number of invoices. */
const listed = (page) =>
  rows(page).evaluateAll((all) =>
    Object.fromEntries(
      all.map((row) => [row.dataset.row.split(" ")[0], Number(row.querySelector(".figure").textContent)]),
    ),
  );

const parts = {
  /** Merge near-duplicates, with the keyboard as far as it goes, and go back to the start. */
  async consolidation(browser, facts) {
    const { page, context, trouble } = await openConsole(browser, facts, `#/world/groups?search=${facts.search}`);
    const copied = await clipboardOf(page, context);
    await rows(page).nth(2).waitFor();
    const seen = { before: await listed(page), bar: [], previews: [] };
    const bar = async () => seen.bar.push(await page.locator(".picks p").textContent(), await merger(page).isEnabled());
    await box(page, facts.codes[0]).focus();
    for (const keys of [["Space"], ["ArrowDown", "Space"], ["ArrowDown", "Space"]]) {
      for (const key of keys) await page.keyboard.press(key);
      await bar();
    }
    await merger(page).press("Enter");
    await page.getByRole("dialog").waitFor();
    seen.target = await page.locator("[type=radio]:checked").getAttribute("value");
    for (const code of [facts.codes[1], facts.codes[2], facts.codes[0]]) {
      await page.locator(`[type=radio][value="${code}"]`).check();
      seen.previews.push(await preview(page));
    }
    await page.getByRole("radio", { name: "Another code" }).check();
    seen.previews.push(await preview(page));
    seen.sendable = await inDialog(page, "Consolidate").isEnabled();
    await page.getByLabel("The other code").fill("ES0021000000000001RK");
    seen.previews.push(await preview(page));
    await page.locator(`[type=radio][value="${facts.codes[0]}"]`).check();
    await inDialog(page, "Copy curl").click();
    await page.getByText("Copied curl").waitFor();
    seen.curl = await copied();
    await page.locator("[type=radio]:checked").press("Enter");
    await page.locator(".outcome").waitFor();
    await rows(page).nth(1).waitFor({ state: "detached" });
    seen.after = await listed(page);
    seen.focused = await focused(page);
    seen.announced = await page.locator("#announcer").textContent();
    seen.outcome = await page.locator(".outcome dd").allTextContents();
    seen.picked = await page.locator(".picks p").textContent();
    await page.getByRole("button", { name: "Reset the world" }).click();
    await inDialog(page, "Reset").click();
    await rows(page).nth(2).waitFor();
    return { ...seen, reset: await listed(page), cards: await page.locator(".outcome").count(), trouble };
  },

  /** Try what cannot be merged: a locked group, and what the API refuses. */
  async refusals(browser, facts) {
    const { page, trouble } = await openConsole(browser, facts, "#/world/groups");
    const [first, second, third] = facts.codes;
    const seen = { refusals: [] };
    await rows(page).nth(2).waitFor();
    const locked = page.locator(".pick [aria-disabled]").first();
    await locked.press("Space");
    seen.reason = await page.locator(".notice").textContent();
    seen.label = await locked.getAttribute("aria-label");
    seen.lockedIsPicked = await locked.isChecked();
    for (const code of [first, second, third]) await box(page, code).check();
    await merger(page).click();
    const send = async (change) => {
      await page.route("**/consolidate-cups", change, { times: 1 });
      const answered = page.waitForResponse("**/consolidate-cups");
      await inDialog(page, "Consolidate").click();
      await answered;
      await page.locator(".refusal").waitFor();
      seen.refusals.push(await page.locator(".refusal p").allTextContents());
    };
    const with_ = (change) => (route) =>
      route.continue({ postData: JSON.stringify({ ...route.request().postDataJSON(), ...change }) });
    await send(with_({ target_cups: "" }));
    await send(with_({ sources: [{ cups: first, facility_id: facts.foreign }] }));
    await send(async (route) => {
      const { items: groups } = await read(facts, "/v1/invoices/cups?size=200");
      const { cups } = groups.find(({ is_locked: isLocked }) => isLocked);
      const { items } = await read(facts, `/v1/invoices?cups[]=${encodeURIComponent(cups)}`);
      const { facility_id } = groups.find((group) => group.cups === second);
      await ask(facts, `/v1/invoices/${items[0].id}`, "PATCH", { cups: second, facility_id });
      await route.continue();
    });
    seen.announcedAs = await page.locator("[role=alert] .refusal").count();
    await page.keyboard.press("Escape");
    await page.getByText("1 picked group gone or locked by now").waitFor();
    seen.left = await page.locator(".picks p").textContent();
    seen.isLocked = await box(page, second).getAttribute("aria-disabled");
    return { ...seen, trouble: trouble.filter((text) => !text.includes("status of 4")) };
  },

  /** Change an invoice, have it calculated anew, and delete it. */
  async changes(browser, facts) {
    const { page, context, trouble } = await openConsole(browser, facts, `#/world/invoices?id=${facts.invoice}`);
    const copied = await clipboardOf(page, context);
    const panel = page.getByRole("complementary", { name: "Invoice" });
    const path = `/v1/invoices/${facts.invoice}`;
    await panel.getByRole("button", { name: "Edit" }).click();
    const dialog = page.getByRole("dialog");
    const seen = { fields: await dialog.locator("label code").allTextContents() };
    seen.sendable = await inDialog(page, "Save").isEnabled();
    await dialog.getByRole("textbox", { name: "supplier_id" }).fill("nobody");
    await inDialog(page, "Save").click();
    seen.refused = await page.locator(".refusal").textContent();
    await dialog.getByRole("textbox", { name: "supplier_id" }).fill("11111111-1111-4111-8111-111111111111");
    await dialog.getByRole("combobox", { name: "status" }).selectOption("review");
    await dialog.getByRole("combobox", { name: "facility_id" }).selectOption({ label: "Facility 1" });
    await inDialog(page, "Copy curl").click();
    await page.getByText("Copied curl").waitFor();
    seen.curl = await copied();
    await inDialog(page, "Save").click();
    await panel.getByText("Facility 1").waitFor();
    seen.focused = await focused(page);
    seen.edited = await read(facts, path);
    await panel.getByRole("button", { name: "Recalculate" }).click();
    seen.category = await dialog.getByRole("combobox").inputValue();
    await inDialog(page, "Recalculate").click();
    const notice = page.getByText("Emissions:");
    await notice.waitFor();
    seen.notice = await notice.textContent();
    seen.calculated = await read(facts, path);
    await page.locator(".amount").getByText(seen.calculated.co2e.toFixed(2)).waitFor();
    await panel.getByRole("button", { name: "Delete" }).click();
    await page.keyboard.press("Escape");
    seen.kept = (await ask(facts, path)).status;
    await panel.getByRole("button", { name: "Delete" }).click();
    await inDialog(page, "Delete").click();
    await panel.waitFor({ state: "hidden" });
    seen.deleted = (await ask(facts, path)).status;
    await page.locator(`[data-row="${facts.invoice}"]`).waitFor({ state: "detached" });
    seen.tallies = await page.locator(".segments .tally").first().textContent();
    return { ...seen, trouble: trouble.filter((text) => !text.includes("status of 4")) };
  },
};

await runPart(parts);
