"""How bodies are delivered: not when the client has them already, and compressed when it takes that."""

from __future__ import annotations

import gzip

import pytest
from in_process import CUPS, DOCUMENTED, InProcess

from mock_server.delivery import LEAST_BYTES

LONG, SHORT = f"{CUPS}?size=200", f"{CUPS}?size=1"


def etag_of(mock: InProcess, path: str = LONG, **more: object) -> str:
    return str(mock.ask(path, **more).headers["ETag"])


def test_what_a_client_has_already_is_not_sent_again(mock: InProcess) -> None:
    etag = etag_of(mock)
    unchanged = mock.ask(LONG, headers={"If-None-Match": etag})
    assert (unchanged.status_code, unchanged.data, unchanged.headers["ETag"]) == (304, b"", etag)
    assert "Content-Type" not in unchanged.headers
    assert "Content-Length" not in unchanged.headers
    assert unchanged.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("if_none_match", "status"),
    [
        ("{etag}", 304), ("{bare}", 304), ('"x", {etag}', 304), ('W/"x",{bare} ,"y"', 304), ("*", 304), (" * ", 304),
        ('"x"', 200), ("", 200), ("W/", 200), ("{unquoted}", 200), ('"*"', 200),
    ],
)  # fmt: skip
def test_validators_are_compared_weakly(mock: InProcess, if_none_match: str, status: int) -> None:
    etag = etag_of(mock)
    bare = etag.removeprefix("W/")
    text = if_none_match.format(etag=etag, bare=bare, unquoted=bare.strip('"'))
    assert mock.ask(LONG, headers={"If-None-Match": text}).status_code == status


def test_a_validator_names_the_content(mock: InProcess) -> None:
    assert etag_of(mock) == etag_of(mock)
    assert etag_of(mock) == etag_of(mock, headers={"Accept-Encoding": "gzip"})
    assert etag_of(mock) != etag_of(mock, SHORT)
    assert etag_of(mock) != etag_of(mock, owner=1), "another organization"
    before = etag_of(mock)
    mock.change({"scenario": "one-page"})
    assert etag_of(mock) != before, "another world"


@pytest.mark.parametrize("headers", [{}, {"Accept-Encoding": "gzip"}])
def test_head_has_the_headers_of_get(mock: InProcess, headers: dict[str, str]) -> None:
    get, head = mock.ask(LONG, headers=headers), mock.ask(LONG, "HEAD", headers=headers)
    assert (head.data, head.status_code) == (b"", 200)
    assert dict(head.headers) == dict(get.headers)
    assert mock.ask(LONG, "HEAD", headers={**headers, "If-None-Match": get.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize(
    "prefer", ["code=201", "code=401", "code=404", "code=422", "code=500", "code=503", "code=304", "code=204"]
)
def test_only_a_success_with_a_body_has_a_validator(mock: InProcess, prefer: str) -> None:
    answered = mock.ask(headers={"Prefer": prefer, "If-None-Match": "*"})
    assert answered.status_code == int(prefer[-3:])
    assert "ETag" not in answered.headers


@pytest.mark.parametrize(
    ("accepted", "compressed"),
    [
        ("gzip", True), ("gzip, deflate, br, zstd", True), ("deflate, gzip;q=0.1", True), ("br, gzip; q=1.0", True),
        ("gzip;q=0", False), ("gzip;q=0.000", False), ("identity", False), ("br", False), ("", False), (None, False),
        ("x-gzip2", False),
    ],
)  # fmt: skip
def test_a_long_body_is_compressed_for_clients_that_take_it(
    mock: InProcess, accepted: str | None, compressed: bool
) -> None:
    plain = mock.ask(LONG).data
    answered = mock.ask(LONG, headers={"Accept-Encoding": accepted})
    assert answered.headers.get("Content-Encoding") == ("gzip" if compressed else None)
    assert (gzip.decompress(answered.data) if compressed else answered.data) == plain
    assert int(answered.headers["Content-Length"]) == len(answered.data)
    assert not compressed or len(answered.data) < len(plain) / 4


def test_a_short_body_is_sent_as_it_is(mock: InProcess) -> None:
    sizes = {}
    for size in range(1, 12):
        answered = mock.ask(f"{CUPS}?size={size}", headers={"Accept-Encoding": "gzip"})
        sizes[size] = (len(mock.ask(f"{CUPS}?size={size}").data) >= LEAST_BYTES, "Content-Encoding" in answered.headers)
    assert set(sizes.values()) == {(False, False), (True, True)}


def test_a_refusal_is_compressed_too(mock: InProcess) -> None:
    long_one = mock.ask(f"{CUPS}?page={'x' * 1500}", headers={"Accept-Encoding": "gzip"})
    assert (long_one.status_code, long_one.headers["Content-Encoding"]) == (422, "gzip")
    assert long_one.headers.get("ETag") is None


@pytest.mark.parametrize("path", [LONG, DOCUMENTED, "/nowhere", "/openapi.yaml", "/_mock/health", f"{CUPS}?page=0"])
def test_every_answer_says_what_it_depends_on(mock: InProcess, path: str) -> None:
    assert mock.ask(path).headers.getlist("Vary") == ["Origin, Accept-Encoding"]


@pytest.mark.parametrize("path", ["/openapi.yaml", "/openapi.json", "/_mock/openapi.yaml", "/_mock/console/main.js"])
def test_the_mocks_own_pages_have_validators_and_are_compressed(mock: InProcess, path: str) -> None:
    answered = mock.client.get(path, headers={"Accept-Encoding": "gzip"})
    assert answered.headers["Content-Encoding"] == "gzip"
    assert mock.client.get(path, headers={"If-None-Match": answered.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize(
    ("method", "headers", "kept"),
    [
        ("GET", {"Accept-Encoding": "gzip"}, True),
        ("GET", {"If-None-Match": "*"}, False),
        ("HEAD", {}, False),
    ],
)
def test_the_journal_holds_the_body_that_was_sent_before_compression(
    mock: InProcess, method: str, headers: dict[str, str], kept: bool
) -> None:
    plain = mock.ask(LONG).text
    mock.ask(LONG, method, headers=headers)
    assert mock.journal()[-1]["response"]["body"] == (plain if kept else "")
