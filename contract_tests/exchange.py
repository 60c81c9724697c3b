"""One request and what came back."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote, urlencode

READ_ONLY = ("GET", "HEAD", "OPTIONS")
"""The methods that change nothing."""
JSON_TYPES = ("application/json", "text/json")


@dataclass(frozen=True)
class Secret:
    """A credential, and what a shell command says in its place."""

    value: str = field(repr=False)
    shell: str

    @property
    def variants(self) -> dict[str, Secret]:
        """Values that differ from this one a little and so are no credential, by what was done to them."""
        bare = self.shell.removeprefix("$")
        swapped = self.value.swapcase()
        changed = self.value[:-1] + ("0" if self.value[-1:] != "0" else "1")
        found = {
            "with its last character cut off": Secret(self.value[:-1], f"${{{bare}%?}}"),
            "with its first character cut off": Secret(self.value[1:], f"${{{bare}#?}}"),
            "with one more character": Secret(self.value + "x", f"${{{bare}}}x"),
            "read backwards": Secret(self.value[::-1], f'$(printf %s "${bare}" | rev)'),
            "with its last character changed": Secret(changed, f"${{{bare}%?}}{changed[-1]}"),
        }
        if swapped != self.value:
            found["with upper and lower case swapped"] = Secret(
                swapped, f'$(printf %s "${bare}" | tr "a-zA-Z" "A-Za-z")'
            )
        return found


@dataclass(frozen=True)
class Credentials:
    """What a request says of who asks. None leaves a header out."""

    organization_id: str | None
    api_key: Secret | str | None

    def headers(self) -> dict[str, str]:
        """The two headers as they go over the wire."""
        found = {}
        if self.organization_id is not None:
            found["x-organization-id"] = self.organization_id
        if self.api_key is not None:
            found["x-api-key"] = self.api_key.value if isinstance(self.api_key, Secret) else self.api_key
        return found


@dataclass(frozen=True)
class Request:
    """What to ask. Equal requests are the same question."""

    operation_id: str
    path: str
    credentials: Credentials
    query: tuple[tuple[str, str], ...] = ()
    method: str = "GET"
    body: str | None = None
    """The JSON text that it carries, as it goes over the wire; None for none."""

    def at(self, credentials: Credentials) -> Request:
        """The same question by somebody else."""
        return replace(self, credentials=credentials)

    @property
    def target(self) -> str:
        """Path and query, encoded."""
        # A value taken from an answer may hold half a surrogate pair, which UTF-8 alone refuses.
        path = quote(self.path, safe="/%:@!$&'()*+,;=~-._", errors="surrogatepass")
        query = urlencode(self.query, quote_via=quote, errors="surrogatepass")
        return f"{path}?{query}" if query else path

    @property
    def parameters(self) -> Mapping[str, str]:
        """The query by name."""
        return dict(self.query)

    def curl(self, base_url: str) -> str:
        """A shell command that repeats the request. The key is a variable in it, never a value."""
        parts = ["curl", "--include", "--compressed"]
        if self.method == "HEAD":
            parts.append("--head")
        elif self.method != "GET":
            parts += ["--request", self.method]
        parts.append(shlex.quote(base_url + self.target))
        if self.credentials.organization_id is not None:
            parts += ["-H", _header("x-organization-id", self.credentials.organization_id)]
        if self.credentials.api_key is not None:
            parts += ["-H", _header("x-api-key", self.credentials.api_key)]
        if self.body is not None:
            parts += ["-H", shlex.quote("content-type: application/json"), "--data-raw", shlex.quote(self.body)]
        return " ".join(parts)

    @property
    def writes(self) -> bool:
        """Whether its method may change something."""
        return self.method not in READ_ONLY

    @property
    def payload(self) -> bytes | None:
        """The body in UTF-8, or None."""
        return None if self.body is None else self.body.encode("utf-8", "surrogatepass")

    def __str__(self) -> str:
        return f"{self.method} {self.target}"


def _header(name: str, value: Secret | str) -> str:
    if isinstance(value, Secret):
        return f'"{name}: {value.shell}"'
    return shlex.quote(f"{name}: {value}" if value else f"{name};")


@dataclass(frozen=True)
class Answer:
    """What came back over the wire, decoded as its headers declare."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)
    flaw: str | None = None
    """Why the body could not be read to its end as its headers declare, or None."""
    seconds: float = 0.0

    def header(self, name: str) -> str | None:
        """The first header of this name, in any case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    @property
    def media_type(self) -> str:
        """The media type without its parameters, in lower case."""
        return (self.header("content-type") or "").split(";")[0].strip().lower()

    @property
    def is_json(self) -> bool:
        """Whether the Content-Type names JSON."""
        return self.media_type in JSON_TYPES or self.media_type.endswith("+json")

    @property
    def succeeded(self) -> bool:
        """Whether the request was carried out."""
        return 200 <= self.status < 300

    @property
    def refused(self) -> bool:
        """Whether the request was refused as the client's mistake."""
        return 400 <= self.status < 500


@dataclass(frozen=True)
class Exchange:
    """A request, why it was sent, and its answer."""

    number: int
    """Counted from 1 in the order of sending."""
    request: Request
    rule_id: str
    """The rule that asked first."""
    answer: Answer


SHORTEST_PIECE = 4
"""Characters of a secret from which on a piece of it, left where a text was cut short, is replaced too."""


def redact(text: str, secrets: Iterable[Secret]) -> str:
    """The text with every secret replaced by what stands for it, as it is, escaped, or cut short by an ellipsis."""
    spelled = [(spelling, secret.shell) for secret in secrets for spelling in _spellings(secret.value) if spelling]
    for spelling, shell in sorted(spelled, key=lambda one: -len(one[0])):
        text = text.replace(spelling, shell)
    if "…" not in text:
        return text
    for spelling, shell in spelled:
        for length in range(len(spelling) - 1, SHORTEST_PIECE - 1, -1):
            text = text.replace(f"{spelling[:length]}…", f"{shell}…")
    return text


def _spellings(value: str) -> Iterable[str]:
    """A value as it is, and as JSON and addresses write it."""
    return dict.fromkeys([value, json.dumps(value)[1:-1], quote(value, safe="")])
