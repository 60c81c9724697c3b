"""Other ways to send the same answers."""

from __future__ import annotations

import gzip
from dataclasses import replace
from hashlib import sha256
from itertools import count
from threading import Event

from faults.edits import (
    change_answer,
    change_headers,
    change_success,
)
from faults.exchange import Answer, Handler, Request, json_answer
from faults.fault import Variant
from faults.site import Edit, Site


def compressed(site: Site) -> Handler:
    """Compress for whoever accepts it."""

    def handle(request: Request) -> Answer:
        answer = site.answer(request)
        if "gzip" not in request.headers.get("accept-encoding", "") or not answer.body:
            return answer
        return replace(answer, body=gzip.compress(answer.body)).with_headers(
            content_encoding="gzip", vary="Accept-Encoding"
        )

    return handle


def tagged(site: Site) -> Handler:
    """Answer 304 to whoever has the same answer already."""

    def handle(request: Request) -> Answer:
        answer = site.answer(request)
        if answer.status != 200:
            return answer
        tag = f'"{sha256(answer.body).hexdigest()[:16]}"'
        if tag in request.headers.get("if-none-match", ""):
            return Answer(304, (("ETag", tag),), b"")
        return replace(answer, headers=(*answer.headers, ("ETag", tag), ("Cache-Control", "private, no-cache")))

    return handle


def lower_case_headers(answer: Answer) -> Answer:
    return replace(answer, headers=tuple((name.lower(), value) for name, value in answer.headers))


def busy_now_and_then(every: int, status: int, retry_after: str) -> Edit:
    """Refuse one request in so many for a moment."""

    def edit(site: Site) -> Handler:
        requests = count(1)
        busy = json_answer(status, {"detail": "Try again", "code": "BUSY"}, (("Retry-After", retry_after),))
        return lambda request: busy if next(requests) % every == 0 else site.answer(request)

    return edit


def _slow(seconds: float) -> Edit:
    never = Event()

    def edit(site: Site) -> Handler:
        def handle(request: Request) -> Answer:
            never.wait(seconds)
            return site.answer(request)

        return handle

    return edit


def _for_method(method: str, answer: Answer) -> Edit:
    return lambda site: lambda request: answer if request.method == method else site.answer(request)


_not_allowed = json_answer(405, {"detail": "Method Not Allowed"}, (("Allow", "GET"),))
charset = change_headers(content_type="application/json; charset=utf-8")
no_head = _for_method("HEAD", _not_allowed)

TRANSPORT_VARIANTS = (
    Variant("charset-named", "The Content-Type names its charset.", charset),
    Variant("charset-in-capitals", "The Content-Type is written Application/JSON;charset=UTF-8.",
            change_headers(content_type="Application/JSON;charset=UTF-8")),
    Variant("vendor-json", "The Content-Type is a vendor's kind of JSON.",
            change_success(lambda answer: answer.with_headers(content_type="application/vnd.dcycle.v1+json"))),
    Variant("gzip", "Answers are compressed for whoever accepts it.", compressed),
    Variant("chunked", "Bodies come in chunks.", change_headers(transfer_encoding="chunked")),
    Variant("lower-case-headers", "Header names are in lower case.", change_answer(lower_case_headers)),
    Variant("connection-closed", "Each answer closes the connection.", change_headers(connection="close")),
    Variant("http-1.0", "The server speaks HTTP/1.0.", protocol="HTTP/1.0"),
    Variant("etag", "Answers carry a tag, and 304 answers whoever has them.", tagged),
    Variant("head-405", "HEAD is not allowed.", no_head),
    Variant("options-405", "OPTIONS is not allowed.", _for_method("OPTIONS", _not_allowed)),
    Variant("options-200", "OPTIONS is answered 200 with a text.",
            _for_method("OPTIONS", Answer(200, (("Content-Type", "text/plain"),), b"GET"))),
    Variant("cross-origin", "Every site may read the answers.",
            change_headers(access_control_allow_origin="*", access_control_expose_headers="X-Request-Id")),
    Variant("rate-headers", "Answers tell how many requests are left.",
            change_headers(x_ratelimit_limit="600", x_ratelimit_remaining="599", x_ratelimit_reset="60")),
    Variant("cookies", "Answers set cookies.", change_headers(set_cookie="session=ab12; Path=/; HttpOnly")),
    Variant("security-headers", "Answers carry headers for browsers.", change_headers(
        strict_transport_security="max-age=63072000", x_content_type_options="nosniff", x_frame_options="DENY",
        content_security_policy="default-src 'none'", cache_control="no-store")),
    Variant("busy-503-retry-0", "One request in forty is answered 503, to be asked again at once.",
            busy_now_and_then(40, 503, "0")),
    Variant("busy-503-retry-1", "One request in 180 is answered 503, to be asked again in a second.",
            busy_now_and_then(180, 503, "1")),
    Variant("limited-429-retry-0", "One request in thirty is answered 429, to be asked again at once.",
            busy_now_and_then(30, 429, "0")),
    Variant("limited-429-retry-1", "One request in 180 is answered 429, to be asked again in a second.",
            busy_now_and_then(180, 429, "1")),
    Variant("slow-20-ms", "Every answer takes 20 ms.", _slow(0.02)),
)  # fmt: skip
