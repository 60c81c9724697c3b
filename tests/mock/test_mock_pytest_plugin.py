"""The pytest plugin, in test runs of its own."""

from __future__ import annotations

import ast
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

from mock_server.testing import Mock, MockError

pytest_plugins = ["pytester"]

INVOICE = "550e8400-e29b-41d4-a716-446655440000"

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")


def get(mock: Mock, operation_id: str = "listCupsGroups", more: str = "", **parameters: Any) -> None:
    """Send a request that the mock answers with 200."""
    urlopen(Request(mock.url_for(operation_id, **parameters) + more, headers=mock.headers), timeout=10).close()


@pytest.mark.parametrize(
    ("operation_id", "parameters", "expected"),
    [
        ("listCupsGroups", {}, "/v1/invoices/cups"),
        ("listCupsGroups", {"search": "1 &ñ", "page": 2, "size": None}, "/v1/invoices/cups?search=1+%26%C3%B1&page=2"),
        (
            "listInvoices",
            {"type": ["heat", "water"], "size": 1},
            "/v1/invoices?type%5B%5D=heat&type%5B%5D=water&size=1",
        ),
        ("listInvoices", {"cups[]": "A"}, "/v1/invoices?cups%5B%5D=A"),
        ("getInvoice", {"invoice_id": INVOICE}, f"/v1/invoices/{INVOICE}"),
        ("getInvoice", {"invoice_id": "a/b ?"}, "/v1/invoices/a%2Fb%20%3F"),
    ],
)
def test_an_address_is_filled_from_the_contract(
    dcycle_mock: Mock, operation_id: str, parameters: dict[str, Any], expected: str
) -> None:
    assert dcycle_mock.url_for(operation_id, **parameters) == dcycle_mock.url + expected


@pytest.mark.parametrize(
    ("use", "expected"),
    [
        (lambda mock: mock.url_for("listCupsGroup"),
         "There is no operation 'listCupsGroup'. Did you mean 'listCupsGroups'?"),
        (lambda mock: mock.url_for("login"), "There is no operation 'login'. Known: listInvoices, listCupsGroups, "),
        (lambda mock: mock.assert_not_called("getinvoice"),
         "There is no operation 'getinvoice'. Did you mean 'getInvoice'?"),
        (lambda mock: mock.url_for("listCupsGroups", serch="1"),
         "There is no parameter of listCupsGroups 'serch'. Did you mean 'search'?"),
        (lambda mock: mock.url_for("getInvoice"), "getInvoice is at /v1/invoices/{invoice_id}: give invoice_id."),
        (lambda mock: mock.change(latncy=1), "There is no setting 'latncy'. Did you mean 'latency'?"),
        (lambda mock: mock.faults(error_rate=2), "faults.error_rate: expected a share from 0 to 1, such as 0.1, got 2"),
        (lambda mock: mock.scenario("bussy"), "There is no scenario 'bussy'. Did you mean 'busy'? Known: default, "),
        (lambda _mock: Mock("http://127.0.0.1:1").reset(), "The mock at http://127.0.0.1:1 does not answer: "),
    ],
)  # fmt: skip
def test_a_mistake_is_explained(dcycle_mock: Mock, use: Callable[[Any], None], expected: str) -> None:
    with pytest.raises(MockError, match=f"^{re.escape(expected)}"):
        use(dcycle_mock)


def test_the_headers_are_those_of_the_first_organization(dcycle_mock: Mock) -> None:
    first, second = dcycle_mock.organizations
    assert dcycle_mock.headers == first.headers == {"x-api-key": first.api_key, "x-organization-id": first.id}
    assert first.headers != second.headers
    get(dcycle_mock, facility_id=first.facility_ids[0])


def test_calls_are_counted(dcycle_mock: Mock) -> None:
    dcycle_mock.assert_not_called("listCupsGroups")
    get(dcycle_mock)
    get(dcycle_mock, "getInvoice", invoice_id=INVOICE)
    get(dcycle_mock)
    dcycle_mock.assert_called("getInvoice")
    dcycle_mock.assert_called("listCupsGroups", times=2)
    assert [exchange["operation_id"] for exchange in dcycle_mock.journal()] == [
        "listCupsGroups", "getInvoice", "listCupsGroups"
    ]  # fmt: skip


def test_a_wrong_count_is_shown_with_what_was_called(dcycle_mock: Mock) -> None:
    with pytest.raises(AssertionError, match=r"^listCupsGroups was called 0 times, expected at least once\.\n.*empty"):
        dcycle_mock.assert_called("listCupsGroups")
    get(dcycle_mock)
    with pytest.raises(AssertionError) as caught:
        dcycle_mock.assert_not_called("listCupsGroups")
    assert str(caught.value) == (
        "listCupsGroups was called 1 times, expected 0 times.\n"
        f"The journal holds:\n  GET {dcycle_mock.url}/v1/invoices/cups -> 200"
    )


def test_violations_are_listed_with_their_curl(dcycle_mock: Mock) -> None:
    get(dcycle_mock)
    dcycle_mock.assert_no_violations()
    get(dcycle_mock, more="?limit=5")
    get(dcycle_mock, more="?serch=1")
    with pytest.raises(AssertionError) as caught:
        dcycle_mock.assert_no_violations()
    text = str(caught.value)
    assert text.startswith("2 requests break the contract:\n\n")
    assert text.count(f"    repeat: curl --include --compressed '{dcycle_mock.url}/v1/invoices/cups?") == 2
    assert f"{dcycle_mock.url}/v1/invoices/cups?serch=1 -> 200\n    query.serch: serch is no parameter" in text
    assert dcycle_mock.headers["x-api-key"] not in text


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """Run the tests that were written, in this process."""
    return pytester.runpytest("-p", "no:schemathesis", *arguments)


STATES = """
    import json
    import urllib.request
    import pytest

    pytestmark = pytest.mark.dcycle_mock(scenario="duplicates", seed=7)

    def state(mock):
        return json.load(urllib.request.urlopen(f"{mock.url}/_mock/state"))

    def test_the_module_has_a_mark(dcycle_mock):
        assert (state(dcycle_mock)["scenario"], state(dcycle_mock)["seed"]) == ("duplicates", 7)
        dcycle_mock.scenario("outage")
        dcycle_mock.strict()

    @pytest.mark.dcycle_mock(scenario="empty", latency="0.1-0.2", error_rate=0.5, error_codes=[500])
    def test_the_mark_of_a_test_wins(dcycle_mock):
        found = state(dcycle_mock)
        assert (found["scenario"], found["seed"], found["strict"]) == ("empty", 7, False)
        assert (found["faults"]["latency"], found["faults"]["error_codes"]) == ("0.1-0.2", [500])

    def test_nothing_is_left_of_the_test_before(dcycle_mock):
        found = state(dcycle_mock)
        assert (found["scenario"], found["faults"]["latency"], found["faults"]["error_rate"]) == ("duplicates", None, 0)

    @pytest.mark.dcycle_mock(scenario="bussy")
    def test_a_mark_may_be_wrong(dcycle_mock):
        pass
"""


def test_each_test_begins_in_the_state_that_its_marks_ask_for(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(STATES)
    result = run(pytester, "--strict-markers")
    result.assert_outcomes(passed=3, errors=1)
    result.stdout.fnmatch_lines(["*MockError: There is no scenario 'bussy'. Did you mean 'busy'?*"])


FLAGGED = """
    import urllib.request

    def test_lost(dcycle_mock):
        for number in range(2):
            url = dcycle_mock.url_for("listCupsGroups")
            urllib.request.urlopen(urllib.request.Request(url, headers=dcycle_mock.headers)).close()
        dcycle_mock.assert_no_violations()
"""


@pytest.mark.parametrize(
    ("ini", "arguments"),
    [("--invoices 0 --journal 1", []), ("--journal 2", ["--dcycle-mock-flags=--journal 1"])],
    ids=["ini", "command line over ini"],
)
def test_the_start_has_the_flags_that_are_given_and_what_the_journal_lost_is_not_vouched_for(
    pytester: pytest.Pytester, ini: str, arguments: list[str]
) -> None:
    pytester.makeini(f"[pytest]\ndcycle_mock_flags = {ini}")
    pytester.makepyfile(FLAGGED)
    result = run(pytester, *arguments)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*MockError: The journal has lost its 1 oldest exchanges. Start the mock with --j*"])


def test_a_mock_that_does_not_start_says_why(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(FLAGGED)
    result = run(pytester, "--dcycle-mock-flags=--scenario bussy")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([
        "*MockError: dcycle-mock did not start with the flags --scenario bussy (exit code 2):",
        "*dcycle-mock: There is no scenario 'bussy'. Did you mean 'busy'?*",
    ])  # fmt: skip


def test_each_worker_of_xdist_has_a_mock_of_its_own(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pathlib

        def test_url(dcycle_mock, worker_id):
            with pathlib.Path("urls").open("a") as urls:
                urls.write(f"{worker_id} {dcycle_mock.url}\\n")
    """)
    pytester.runpytest_subprocess("-p", "no:schemathesis", "-n2", "--dist=each").assert_outcomes(passed=2)
    found = set((pytester.path / "urls").read_text().splitlines())
    assert len({line.partition(" ")[0] for line in found}) == len({line.partition(" ")[2] for line in found}) == 2
    assert not any(answers(line.partition(" ")[2]) for line in found)


@posix_only
@pytest.mark.parametrize("name", ["SIGINT", "SIGKILL"])
def test_no_mock_outlives_its_run(pytester: pytest.Pytester, name: str) -> None:
    pytester.makepyfile("""
        import pathlib
        import threading

        def test_forever(dcycle_mock):
            pathlib.Path("being-written").write_text(dcycle_mock.url)
            pathlib.Path("being-written").rename("url")
            threading.Event().wait()
    """)
    command = [sys.executable, "-m", "pytest", "-p", "no:schemathesis"]
    with subprocess.Popen(command, cwd=pytester.path, stdout=subprocess.DEVNULL, start_new_session=True) as process:
        try:
            url = until(lambda: read(pytester.path / "url"))
            assert answers(url)
            process.send_signal(getattr(signal, name))
            until(lambda: not answers(url))
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def until(look: Callable[[], Any]) -> Any:
    """What a look finds, once it finds something."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.02)
    pytest.fail("it did not happen within 20 seconds")


def read(path: Path) -> str:
    """The text of a file; empty while there is none."""
    return path.read_text() if path.exists() else ""


def answers(url: str) -> bool:
    """Whether a mock is there."""
    try:
        urlopen(f"{url}/_mock/health", timeout=10).close()
    except (URLError, ConnectionError):
        return False
    return True


def test_runs_that_have_no_use_for_the_plugin_do_not_pay_for_it() -> None:
    code = "import sys, pytest; seen = {*sys.modules}; import mock_server.pytest_plugin; print({*sys.modules} - seen)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert ast.literal_eval(run.stdout) == {"mock_server", "mock_server.pytest_plugin"}
