"""The README's typed client compiles strictly, refuses what is wrong, and works against the mock."""

from __future__ import annotations

import pytest
from documented import Section
from sample_project import Project

from mock_server.testing import Mock

INVOICE = "550e8400-e29b-41d4-a716-446655440000"

WRONG = """
import createClient from "openapi-fetch";
import type { paths } from "./dcycle.d.ts";

const client = createClient<paths>();
const header = { "x-organization-id": "a8315ef3-dd50-43f8-b7ce-d839e68d51fa" };

// @ts-expect-error - no such path
await client.GET("/v1/invoice/cups", { params: { header } });
// @ts-expect-error - no such method
await client.POST("/v1/invoices/cups", { params: { header } });
// @ts-expect-error - the organization is missing
await client.GET("/v1/invoices/cups");
// @ts-expect-error - no such query parameter
await client.GET("/v1/invoices/cups", { params: { header, query: { limit: 5 } } });
// @ts-expect-error - a page is a number
await client.GET("/v1/invoices/cups", { params: { header, query: { page: "2" } } });
// @ts-expect-error - the id is missing
await client.GET("/v1/invoices/{invoice_id}", { params: { header } });

const { data, error } = await client.GET("/v1/invoices/cups", { params: { header } });
// @ts-expect-error - there is no page when it was refused
data.items;
// @ts-expect-error - the detail of a refusal may be a list
error?.detail.toUpperCase();
"""


@pytest.fixture
def section() -> Section:
    return Section.of("README.md", "Types")


def commands(section: Section, mock: Mock) -> list[str]:
    """The commands after the installation, at the address of the mock."""
    shown = [line for line in section.commands if not line.startswith("npm install")]
    return [line.replace("http://127.0.0.1:8000", mock.url) for line in shown]


def test_the_typed_client_lists_locked_groups_and_reads_an_invoice_and_a_refusal(
    project: Project, section: Section, dcycle_mock: Mock
) -> None:
    section.write_to(project.folder)
    *build, run = commands(section, dcycle_mock)
    for command in build:
        project.run(command)
    assert run == f"node locked.js {INVOICE} not-an-id"
    headers = dcycle_mock.headers
    printed = project.run(
        run,
        DCYCLE_BASE_URL=dcycle_mock.url,
        DCYCLE_API_KEY=headers["x-api-key"],
        DCYCLE_ORGANIZATION_ID=headers["x-organization-id"],
    ).splitlines()
    assert printed[:2] == ["8 locked groups", f"{INVOICE}: 245.5 kg CO2e"]
    assert printed[2].startswith("not-an-id: refused with 422: path.invoice_id: Input should be a valid UUID")
    dcycle_mock.assert_called("listCupsGroups", times=1)
    dcycle_mock.assert_called("getInvoice", times=2)


def test_wrong_uses_of_the_typed_client_do_not_compile(project: Project, section: Section, dcycle_mock: Mock) -> None:
    generate, build, _ = commands(section, dcycle_mock)
    project.run(generate)
    (project.folder / "wrong.ts").write_text(WRONG)
    project.run(f"{build.removesuffix('locked.ts')} --noEmit --skipLibCheck wrong.ts")
