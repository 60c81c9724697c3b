"""How exchanges are written down: as JSON, as lines of JSON, as HAR, and as a curl to send one again."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from string import punctuation
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import orjson

from api_spec import VERSION
from mock_server.journal import Exchange
from mock_server.redaction import PLACEHOLDER, Redaction
from mock_server.responses import base_url

SAFE = "/%:@!$&'()*+,;=~-._"
"""What stands for itself in a path."""

LEFT_OUT = {
    "host", "content-length", "accept", "accept-encoding", "accept-language", "cache-control", "connection", "cookie",
    "expect", "origin", "pragma", "priority", "referer", "transfer-encoding", "user-agent",
}  # fmt: skip
"""Headers that curl sets itself, or that change nothing in the answer's content."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of an exchange: everything but the credentials."""

    method: str
    url: str
    request_headers: dict[str, str]
    """By name in lower case."""
    request_body: bytes
    response_headers: dict[str, str]
    response_body: bytes

    @classmethod
    def of(cls, exchange: Exchange) -> Shown:
        """Take the credentials out of an exchange."""
        environ = exchange.environ
        redaction = Redaction.of(environ, exchange.credentials)
        sent = {key[5:].replace("_", "-").lower(): value for key, value in environ.items() if key.startswith("HTTP_")}
        if environ.get("CONTENT_TYPE"):
            sent["content-type"] = environ["CONTENT_TYPE"]
        return cls(
            method=environ["REQUEST_METHOD"],
            url=_url(environ, redaction),
            request_headers=redaction.headers(sent),
            request_body=redaction.bytes(exchange.request_body),
            response_headers=redaction.headers({name.lower(): value for name, value in exchange.headers}),
            response_body=redaction.bytes(exchange.response_body),
        )


def plain(exchange: Exchange) -> dict[str, Any]:
    """An exchange as the control API's document describes it."""
    shown = Shown.of(exchange)
    return {
        "id": exchange.id,
        "time": _time(exchange),
        "operation_id": exchange.operation_id,
        "request": {
            "method": shown.method,
            "url": shown.url,
            "headers": shown.request_headers,
            "body": _text(shown.request_body) if shown.request_body else None,
        },
        "response": {
            "status": exchange.status,
            "headers": shown.response_headers,
            "body": _text(shown.response_body),
        },
        "milliseconds": round(exchange.milliseconds, 2),
        "violations": exchange.violations,
        "hints": exchange.hints,
        "faults": exchange.faults,
        "curl": curl(shown),
    }


def json_text(exchanges: Iterable[Exchange], dropped: int) -> bytes:
    """Exchanges as one JSON object."""
    return orjson.dumps({"items": [plain(exchange) for exchange in exchanges], "dropped": dropped})


def json_lines(exchanges: Iterable[Exchange]) -> bytes:
    """Exchanges as one line of JSON each."""
    return b"".join(orjson.dumps(plain(exchange), option=orjson.OPT_APPEND_NEWLINE) for exchange in exchanges)


def har(exchanges: Iterable[Exchange]) -> bytes:
    """Exchanges as an HTTP archive (HAR 1.2)."""
    creator = {"name": "dcycle-mock", "version": VERSION}
    entries = [_entry(exchange) for exchange in exchanges]
    return orjson.dumps({"log": {"version": "1.2", "creator": creator, "entries": entries}})


def curl(shown: Shown) -> str:
    """A shell command that sends the request again. The key is a variable in it, never a value."""
    parts = ["curl", "--include", "--compressed"]
    if shown.method == "HEAD":
        parts.append("--head")
    elif shown.method != "GET" or shown.request_body:  # with a body, curl would send POST
        parts += ["--request", shlex.quote(shown.method)]
    if set(shown.url) & set("[]{}"):
        parts.append("--globoff")
    parts.append(_quoted(shown.url))
    for name, value in shown.request_headers.items():
        if name not in LEFT_OUT and not name.startswith(("sec-", "if-")):
            parts += ["-H", _quoted(f"{name}: {value}" if value else f"{name};")]  # how curl sends an empty one
    if shown.request_body and shown.method != "HEAD":
        parts += ["--data-raw", _quoted(shown.request_body.decode("utf-8", "replace"))]
    return " ".join(parts)


def _quoted(text: str) -> str:
    """A word of a shell command, in which the placeholder of the key is a variable."""
    if PLACEHOLDER in text and not set(text.replace(PLACEHOLDER, "")) & set('"$`\\!'):
        return f'"{text}"'
    return f'"{PLACEHOLDER}"'.join(shlex.quote(part) if part else "" for part in text.split(PLACEHOLDER))


def _time(exchange: Exchange) -> str:
    return datetime.fromtimestamp(exchange.time, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _text(body: bytes) -> str | None:
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None


def _entry(exchange: Exchange) -> dict[str, Any]:
    shown = Shown.of(exchange)
    text = _text(shown.response_body)
    content = {"size": len(shown.response_body), "mimeType": shown.response_headers.get("content-type", "")}
    request: dict[str, Any] = {
        "method": shown.method,
        "url": shown.url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(shown.request_headers.items()),
        "queryString": _pairs(parse_qsl(urlsplit(shown.url).query, keep_blank_values=True)),
        "headersSize": -1,
        "bodySize": len(shown.request_body),
    }
    if shown.request_body:
        media_type = shown.request_headers.get("content-type", "")
        request["postData"] = {"mimeType": media_type, "text": _text(shown.request_body) or ""}
    return {
        "startedDateTime": _time(exchange),
        "time": exchange.milliseconds,
        "request": request,
        "response": {
            "status": exchange.status,
            "statusText": "",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": _pairs(shown.response_headers.items()),
            "content": content if text is None else {**content, "text": text},
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": -1,
        },
        "cache": {},
        "timings": {"send": 0, "wait": exchange.milliseconds, "receive": 0},
        "_operationId": exchange.operation_id,
        "_violations": exchange.violations,
    }


def _url(environ: Mapping[str, str], redaction: Redaction) -> str:
    path = quote(redaction.text(environ["PATH_INFO"]), safe=SAFE, encoding="latin-1")
    query = quote(redaction.query(environ.get("QUERY_STRING", "")), safe=punctuation, encoding="latin-1")
    return f"{base_url(environ)}{path}?{query}" if query else f"{base_url(environ)}{path}"


def _pairs(items: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in items]
