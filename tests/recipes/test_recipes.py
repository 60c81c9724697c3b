"""The recipes of docs/recipes.md, each run by the tool that it is for.

Every run has one more test than its recipe: it sends a parameter that the contract does not have. So the run shows that
the recipe's own tests pass, and that its last assertion can fail.
"""

from __future__ import annotations

import re
import socket

import pytest
from chromium import find_chromium
from documented import Section
from sample_project import Project

VIOLATION = "query.limit: limit is no parameter of listCupsGroups"


def show(project: Project, *headings: str) -> Section:
    """Write the files of some sections into a project, with free ports in place of theirs; the last section."""
    ports = {port: str(free_port()) for port in ("8000", "5173")}
    for heading in headings:
        text = Section.of("docs/recipes.md", heading).text
        section = Section(re.sub("|".join(ports), lambda port: ports[port[0]], text))
        section.write_to(project.folder)
    return section


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


PLAYWRIGHT_VIOLATION = """
test("a wrong parameter", async ({ request }) => {
  const headers = { "x-api-key": "demo-YDMduTvTaXBgHs3EwIHetI8r",
                    "x-organization-id": "a8315ef3-dd50-43f8-b7ce-d839e68d51fa" };
  expect((await request.get(`${mock.url}/v1/invoices/cups?limit=5`, { headers })).status()).toBe(200);
});
"""

SYSTEM_CHROMIUM = """
import config from "./playwright.config";

const launchOptions = { executablePath: process.env.DCYCLE_CHROMIUM, args: ["--no-sandbox", "--disable-quic"] };
export default { ...config, use: { ...config.use, launchOptions } };
"""


@pytest.mark.parametrize("headings", [["Playwright"], ["Playwright", "Playwright on a free port"]], ids=lambda h: h[-1])
def test_playwright(project: Project, headings: list[str]) -> None:
    shown = show(project, "From TypeScript", *headings)
    project.add("groups.spec.ts", PLAYWRIGHT_VIOLATION)
    project.add("system.config.ts", SYSTEM_CHROMIUM)
    (command,) = shown.commands
    printed = project.run(f"{command} --config system.config.ts", fails=True, DCYCLE_CHROMIUM=find_chromium())
    assert re.findall(r"\d (?:passed|failed)", printed) == ["1 failed", "3 passed"], printed
    assert VIOLATION in printed


VITEST_VIOLATION = """
test("a wrong parameter", async () => {
  const headers = { "x-api-key": "demo-YDMduTvTaXBgHs3EwIHetI8r",
                    "x-organization-id": "a8315ef3-dd50-43f8-b7ce-d839e68d51fa" };
  expect((await fetch(`${mock.url}/v1/invoices/cups?limit=5`, { headers })).status).toBe(200);
});
"""


def test_vitest(project: Project) -> None:
    (command,) = show(project, "From TypeScript", "Vitest").commands
    project.add("groups.test.ts", VITEST_VIOLATION)
    printed = project.run(command, fails=True)
    assert re.search(r"Tests +1 failed \| 3 passed \(4\)", printed), printed
    assert VIOLATION in printed


CYPRESS_EVENTS = """
import assert from "node:assert/strict";
import config from "./built/cypress.config.js";

const handlers = {};
const { setupNodeEvents } = config.default.e2e;
const { env, browsers } = await setupNodeEvents((event, handler) => (handlers[event] = handler), { browsers: [] });
assert.equal((await fetch(`${env.dcycleUrl}/_mock/health`)).status, 200);
assert.deepEqual(browsers, []);
handlers["after:run"]();
"""


def test_the_configuration_of_cypress_starts_and_ends_a_mock(project: Project) -> None:
    """Node calls it as Cypress would.

    Cypress itself, which would run the tests in a browser, does not come with its npm package: a script of that
    fetches it from elsewhere. So the tests of this recipe are checked by their types alone, below.
    """
    show(project, "From TypeScript", "Cypress")
    project.run("npx tsc --noCheck --types node --module commonjs --outDir built cypress.config.ts")
    project.add("built/package.json", '{"type": "commonjs"}')
    project.add("run.js", CYPRESS_EVENTS)
    project.run("node run.js")  # which does not end while a mock does not


def test_recipes_keep_to_the_types_of_their_tools(project: Project) -> None:
    show(project, "From TypeScript", "Playwright", "Vitest", "Cypress")
    Section.of("docs/recipes.md", "Playwright on a free port").write_to(project.folder / "on-a-free-port")
    files = [path.relative_to(project.folder) for path in sorted(project.folder.rglob("*.ts"))]
    assert len(files) == 10
    flags = "--noEmit --strict --skipLibCheck --target es2022 --module preserve --types cypress,node"
    project.run(f"npx tsc {flags} {' '.join(map(str, files))}")


PYTHON_VIOLATION = """

def test_a_wrong_parameter(client):
    assert client.get("/v1/invoices/cups", params={"limit": 5}).status_code == 200
"""


@pytest.mark.parametrize(
    ("heading", "file"), [("pytest", "test_groups.py"), ("In the same process", "test_in_process.py")]
)
def test_pytest(project: Project, heading: str, file: str) -> None:
    (command,) = show(project, heading).commands
    project.add(file, PYTHON_VIOLATION)
    printed = project.run(command, fails=True)
    # the last test passes, and its fixture then fails
    assert re.search(r"4 passed, 1 error in", printed), printed
    assert VIOLATION.partition(" ")[2] in printed
