"""Requests as curl commands, which hold no key, and texts without secrets."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import replace

import pytest

from contract_tests.exchange import Answer, Credentials, Request, Secret, redact
from contract_tests.target import Target

KEY = "dcy_Live-0a1B2c3D4e5F"
ORGANIZATION = "a8315ef3-dd50-43f8-b7ce-d839e68d51fa"
SECRET = Secret(KEY, "$DCYCLE_API_KEY")
PLAIN = Request("listCupsGroups", "/v1/invoices/cups", Credentials(ORGANIZATION, SECRET))
BASE = "http://127.0.0.1:8000"

ODD_KEYS = ["a$HOME b", 'q"uote`id`', "back\\slash%s%d", "'single'", "!bang!", "-n", "ab", "x"]
ODD_QUERIES = [
    (("search", "a b&c=d#e"),),
    (("search", '\'; echo $HOME `id` "x" \\'),),
    (("search", "[1-3]{a,b}*?"),),
    (("search", "日本語👍"), ("size", "1")),
    (("page", "1"), ("page", "2")),
    (("search", "\ud800"),),
    (("search", ""),),
]


def piece_in(text: str, key: str, length: int = 6) -> str | None:
    """A piece of the key that stands in a text, or None."""
    pieces = (key[at : at + length] for at in range(len(key) - length + 1))
    return next((piece for piece in pieces if piece in text), None)


def headers_by_shell(command: str, key: str) -> list[str]:
    """The arguments that a shell gives to curl, one a line."""
    bash = shutil.which("bash")
    assert bash, "a POSIX shell is needed to try the commands as a reader would"
    script = "curl() { printf '%s\\n' \"$@\"; }\n" + command
    done = subprocess.run(
        [bash, "--norc", "-c", script], env={"PATH": os.environ["PATH"], "DCYCLE_API_KEY": key},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stderr == ""
    return done.stdout.splitlines()


def with_key(key: Secret | str | None) -> Request:
    return replace(PLAIN, credentials=Credentials(ORGANIZATION, key))


def test_a_command_names_the_variable_and_never_the_key() -> None:
    command = PLAIN.curl(BASE)
    headers = f"-H 'x-organization-id: {ORGANIZATION}' -H \"x-api-key: $DCYCLE_API_KEY\""
    assert command == f"curl --include --compressed {BASE}/v1/invoices/cups {headers}"
    assert piece_in(command, KEY, 4) is None


@pytest.mark.parametrize("how", list(SECRET.variants))
def test_a_variant_of_the_key_is_told_without_a_piece_of_it(how: str) -> None:
    variant = SECRET.variants[how]
    assert variant.value != KEY
    assert piece_in(with_key(variant).curl(BASE).lower(), KEY.lower(), 4) is None
    assert KEY not in repr(with_key(variant))
    assert variant.value not in repr(with_key(variant))


@pytest.mark.skipif(os.name == "nt", reason="the commands are for a POSIX shell")
@pytest.mark.parametrize("key", [KEY, *ODD_KEYS])
def test_the_shell_gives_curl_the_header_that_was_sent(key: str) -> None:
    secret = Secret(key, "$DCYCLE_API_KEY")
    for credential in (secret, *secret.variants.values()):
        request = with_key(credential)
        lines = headers_by_shell(request.curl(BASE), key)
        sent = request.credentials.headers()
        assert lines[-1] == f"x-api-key: {sent['x-api-key']}"
        assert lines[-3] == f"x-organization-id: {sent['x-organization-id']}"


@pytest.mark.skipif(os.name == "nt", reason="the commands are for a POSIX shell")
@pytest.mark.parametrize("query", ODD_QUERIES)
def test_the_shell_gives_curl_the_address_that_was_asked(query: tuple[tuple[str, str], ...]) -> None:
    request = replace(PLAIN, query=query)
    lines = headers_by_shell(request.curl(BASE), KEY)
    assert lines[2] == BASE + request.target
    assert not set("[]{} ") & set(lines[2]), "curl reads these as patterns"


@pytest.mark.skipif(os.name == "nt", reason="the commands are for a POSIX shell")
@pytest.mark.parametrize(
    ("credentials", "headers"),
    [
        (Credentials(None, None), []),
        (Credentials("", SECRET), ["x-organization-id;", f"x-api-key: {KEY}"]),
        (Credentials("it's; rm -rf $HOME", None), ["x-organization-id: it's; rm -rf $HOME"]),
        (Credentials(ORGANIZATION, ""), [f"x-organization-id: {ORGANIZATION}", "x-api-key;"]),
        (Credentials(ORGANIZATION, "null"), [f"x-organization-id: {ORGANIZATION}", "x-api-key: null"]),
    ],
)
def test_missing_and_empty_headers_are_repeated_too(credentials: Credentials, headers: list[str]) -> None:
    lines = headers_by_shell(PLAIN.at(credentials).curl(BASE), KEY)
    assert [line for line in lines[3:] if line != "-H"] == headers


@pytest.mark.parametrize(("method", "flag"), [("GET", None), ("HEAD", "--head"), ("OPTIONS", "--request OPTIONS")])
def test_a_command_uses_the_method_of_the_request(method: str, flag: str | None) -> None:
    command = replace(PLAIN, method=method).curl(BASE)
    flags = f"--compressed {flag}" if flag else "--compressed"
    assert command.startswith(f"curl --include {flags} {BASE}")


def test_a_request_never_shows_its_key() -> None:
    assert KEY not in repr(PLAIN)
    assert KEY not in str(PLAIN)


# Redacting


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (KEY, "$DCYCLE_API_KEY"),
        (f"before {KEY}, and {KEY} after", "before $DCYCLE_API_KEY, and $DCYCLE_API_KEY after"),
        (f'{{"key": "{KEY}"}}', '{"key": "$DCYCLE_API_KEY"}'),
        (f'"x {KEY[:12]}…', '"x $DCYCLE_API_KEY…'),
        (f"{KEY[:-1]}", "${DCYCLE_API_KEY%?}"),
        (f"{KEY[1:]}", "${DCYCLE_API_KEY#?}"),
        ("nothing of it", "nothing of it"),
        ("", ""),
    ],
)
def test_secrets_are_replaced_also_where_a_text_was_cut_short(text: str, told: str) -> None:
    assert redact(text, [SECRET, *SECRET.variants.values()]) == told


@pytest.mark.parametrize(("key", "text"), [('a"b\\c', r'{"got": "a\"b\\c"}'), ("a b/c&d", "?key=a%20b%2Fc%26d")])
def test_secrets_are_replaced_as_json_and_addresses_write_them(key: str, text: str) -> None:
    assert "$DCYCLE_API_KEY" in redact(text, [Secret(key, "$DCYCLE_API_KEY")])


def test_an_empty_secret_changes_no_text() -> None:
    assert redact("abc", [Secret("", "$DCYCLE_API_KEY")]) == "abc"


# Answers


@pytest.mark.parametrize(
    ("content_type", "is_json"),
    [
        ("application/json", True),
        ("Application/JSON; charset=utf-8", True),
        ("application/problem+json", True),
        ("text/json", True),
        ("text/html", False),
        ("application/json-seq", False),
        ("application/jsonp, application/json", False),
        (None, False),
    ],
)
def test_a_content_type_names_json_or_does_not(content_type: str | None, is_json: bool) -> None:
    headers = (("CONTENT-type", content_type),) if content_type else ()
    assert Answer(200, headers, b"").is_json is is_json


@pytest.mark.parametrize(("status", "refused"), [(399, False), (400, True), (422, True), (499, True), (500, False)])
def test_only_a_4xx_is_a_refusal(status: int, refused: bool) -> None:
    assert Answer(status, (), b"").refused is refused


@pytest.mark.parametrize(
    ("key", "text", "told"),
    [
        ("active", "active activ ctive", "$DCYCLE_API_KEY activ ctive"),
        (KEY, f"{KEY} {KEY[1:]}", "$DCYCLE_API_KEY ${DCYCLE_API_KEY#?}"),
    ],
    ids=["a short one", "a long one"],
)
def test_only_a_long_key_hides_what_resembles_it(key: str, text: str, told: str) -> None:
    target = Target(BASE, Credentials(ORGANIZATION, Secret(key, "$DCYCLE_API_KEY")))
    assert redact(text, target.secrets) == told
