"""What a request prefers to be answered: the header of RFC 7240, its twins in the query, and what comes of both."""

from __future__ import annotations

import json
from time import process_time
from urllib.parse import urlencode

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from in_process import CUPS, DOCUMENTED, InProcess

from api_spec import Spec
from mock_server.demand import answer_with
from mock_server.preferences import NONE, PreferenceError, Preferences, read_preferences

KNOWN = "Known: code=503 (any status code), example=documented (the name of an example), delay=0.5 (seconds)."


def read(header: str | None = None, **query: str) -> Preferences:
    environ = {} if header is None else {"HTTP_PREFER": header}
    return read_preferences({**environ, "QUERY_STRING": urlencode({f"__{name}": text for name, text in query.items()})})


HEADERS = [
    ("code=503", Preferences(503)),
    ("code = 503", Preferences(503)),
    ("CODE=503", Preferences(503)),
    ('code="503"', Preferences(503)),
    ('code="5\\03"', Preferences(503)),
    ("\tcode=503 ,\tdelay=0.5  ", Preferences(503, delay=0.5)),
    ("code=503,code=404", Preferences(503)),
    ("code=503; foo", Preferences(503)),
    ("code=503;foo=bar;;baz = 1 , delay=1", Preferences(503, delay=1.0)),
    ('code=503; foo="a,b;c=d", delay=1', Preferences(503, delay=1.0)),
    (", ,code=503,,delay=0,", Preferences(503, delay=0.0)),
    ('example="documented"', Preferences(example="documented")),
    ('example="a, \\"b\\""', Preferences(example='a, "b"')),
    ("delay=0", Preferences(delay=0.0)),
    ("delay=.5", Preferences(delay=0.5)),
    ("delay=5.", Preferences(delay=5.0)),
    ("delay=30.5", Preferences(delay=30.0)),
    ("delay=999999999", Preferences(delay=30.0)),
    ("", NONE),
    (" , ", NONE),
]


@pytest.mark.parametrize(("header", "preferences"), HEADERS)
def test_the_header_is_read_as_rfc_7240_writes_it(header: str, preferences: Preferences) -> None:
    assert read(header) == preferences


UNREADABLE = [
    ("code=700", "code: expected a status code from 200 to 599, got '700'."),
    ("code=199", "code: expected a status code from 200 to 599, got '199'."),
    ("code", "code: expected a status code from 200 to 599, got ''."),
    ("code=", "code: expected a status code from 200 to 599, got ''."),
    ("code=٥٠٣", "code: expected a status code from 200 to 599, got '٥٠٣'."),
    ("delay=-1", "delay: expected seconds such as 0.5, got '-1'."),
    ("delay=1e3", "delay: expected seconds such as 0.5, got '1e3'."),
    ("delay=inf", "delay: expected seconds such as 0.5, got 'inf'."),
    ('delay="0.5 "', "delay: expected seconds such as 0.5, got '0.5 '."),
    ("coed=503", f"Unknown preference 'coed'. Did you mean code? {KNOWN}"),
    ("respond-async", f"Unknown preference 'respond-async'. {KNOWN}"),
    ("code=503, return=minimal", f"Unknown preference 'return'. {KNOWN}"),
    ("code=503 delay=1", f"The Prefer header cannot be read at 'code=503 delay=1'. {KNOWN}"),
    ('code="503', f"""The Prefer header cannot be read at 'code="503'. {KNOWN}"""),
    ("delay=1, =503", f"The Prefer header cannot be read at ' =503'. {KNOWN}"),
    ("code=503=404", f"The Prefer header cannot be read at 'code=503=404'. {KNOWN}"),
]


@pytest.mark.parametrize(("header", "told"), UNREADABLE)
def test_a_preference_that_cannot_be_honoured_is_refused_with_the_known_ones(header: str, told: str) -> None:
    with pytest.raises(PreferenceError) as refused:
        read(header)
    assert str(refused.value) == told


@pytest.mark.parametrize("start", ["code=1;", 'code="', ", ", "code = ", "a;b=", ";", "code=1 ; "])
def test_no_header_takes_long_to_read(start: str) -> None:
    began = process_time()
    for part in (" ", "; ", ";a= ", ", ", '"', '\\"', "a"):
        with pytest.raises(PreferenceError):
            read(start + part * 3000 + " a b")
    assert process_time() - began < 1


def outcome(*header: str | None, **query: str) -> object:
    """What is read, or what is said of it."""
    try:
        return read(*header, **query)
    except PreferenceError as refused:
        return str(refused)


@given(st.text(st.sampled_from('code=53, ;"\\\tx'), max_size=30))
def test_any_header_is_read_or_refused(header: str) -> None:
    assert isinstance(outcome(header), Preferences | str)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "code": st.integers(150, 650).map(str),
            "example": st.sampled_from(["documented", "a b", ""]),
            "delay": st.sampled_from(["0", "0.25", "99", "x"]),
        },
    )
)
def test_the_twins_in_the_query_say_the_same_as_the_header(given_texts: dict[str, str]) -> None:
    header = ", ".join(f'{name}="{text}"' for name, text in given_texts.items())
    assert outcome(header) == outcome(None, **given_texts)


def test_the_header_wins_over_the_query() -> None:
    assert read("code=404", code="503", delay="2") == Preferences(404, delay=2.0)


def test_several_headers_are_one(mock: InProcess) -> None:
    headers = [("Prefer", "code=418"), ("Prefer", "delay=0")]
    assert mock.client.get(CUPS, headers=headers).headers["Preference-Applied"] == "code=418, delay=0"


@pytest.mark.parametrize("path", [CUPS, DOCUMENTED])
@pytest.mark.parametrize("first_digit", [2, 3, 4, 5])
def test_any_code_is_answered_by_every_operation(mock: InProcess, path: str, first_digit: int) -> None:
    for code in range(first_digit * 100, first_digit * 100 + 100):
        answered = mock.client.get(path, headers={"Prefer": f"code={code}"})
        assert answered.status_code == code
        assert answered.headers["Preference-Applied"] == f"code={code}"
        if code in (204, 205, 304):
            assert (answered.data, answered.content_type) == (b"", None)
        else:
            assert isinstance(answered.json, dict)


def test_a_documented_code_is_answered_as_documented(spec: Spec) -> None:
    for operation in spec.operations:
        for status, response in operation.responses.items():
            answered = answer_with(operation, int(status))
            if response.media_type is None:
                assert answered.body == b""
            elif response.examples:
                assert json.loads(answered.body) == next(iter(response.examples.values()))
            else:
                jsonschema.validate(json.loads(answered.body), response.schema or {})


@pytest.mark.parametrize(
    ("code", "body"),
    [
        (500, {"detail": "Internal server error", "code": "INTERNAL_ERROR"}),
        (429, {"detail": "Too Many Requests", "code": "TOO_MANY_REQUESTS"}),
        (599, {"detail": "Status 599", "code": "STATUS_599"}),
        (418, {"detail": "I'm a Teapot", "code": "IM_A_TEAPOT"}),
    ],
)
def test_an_undocumented_error_has_the_shape_of_a_refusal(mock: InProcess, code: int, body: object) -> None:
    assert mock.ask(headers={"Prefer": f"code={code}"}).json == body


@pytest.mark.parametrize(("code", "seconds"), [(429, "1"), (503, "1"), (500, None), (404, None)])
def test_a_code_to_come_again_after_says_when(mock: InProcess, code: int, seconds: str | None) -> None:
    assert mock.ask(headers={"Prefer": f"code={code}"}).headers.get("Retry-After") == seconds


@pytest.mark.parametrize("path", [CUPS, DOCUMENTED])
def test_every_example_of_an_operation_is_answered_by_its_name(mock: InProcess, spec: Spec, path: str) -> None:
    operation = spec.operation("listCupsGroups" if path == CUPS else "getInvoice")
    for status, response in operation.responses.items():
        for name, shown in response.examples.items():
            for prefer in (f"example={name}", f"example={name}, code={status}"):
                answered = mock.ask(path, headers={"Prefer": prefer})
                assert (answered.status_code, answered.json) == (int(status), shown)


@pytest.mark.parametrize(
    ("prefer", "told"),
    [
        ("example=documentd", "example: getInvoice has no example 'documentd'. Known: documented (200), "),
        ("example=", "example: getInvoice has no example ''. Known: documented (200), "),
        (
            "example=documented, code=404",
            "example: getInvoice has no example 'documented' for 404. Known: documented (",
        ),
        (
            "example=documented, code=599",
            "example: getInvoice has no example 'documented' for 599. Known: documented (",
        ),
    ],
)
def test_an_example_that_is_not_there_is_refused_with_those_that_are(mock: InProcess, prefer: str, told: str) -> None:
    refused = mock.ask(DOCUMENTED, headers={"Prefer": prefer})
    assert (refused.status_code, refused.mimetype) == (400, "application/problem+json")
    assert refused.json["detail"].startswith(told)
    assert refused.headers["X-Mock-Hint"] == refused.json["detail"]
    assert "Preference-Applied" not in refused.headers


@pytest.mark.parametrize(
    ("prefer", "seconds", "applied"),
    [
        ("delay=0.25", [0.25], "delay=0.25"),
        ("delay=120", [30.0], "delay=30"),
        ("delay=0", [], "delay=0"),
        ("delay=0.1, code=404", [0.1], "code=404, delay=0.1"),
        ("example=documented, delay=1.50", [1.5], "example=documented, delay=1.5"),
    ],
)
def test_a_delay_is_waited_for_up_to_a_limit_and_told(
    mock: InProcess, monkeypatch: pytest.MonkeyPatch, prefer: str, seconds: list[float], applied: str
) -> None:
    slept: list[float] = []
    monkeypatch.setattr("mock_server.endpoint.time.sleep", slept.append)
    assert mock.ask(headers={"Prefer": prefer}).headers["Preference-Applied"] == applied
    assert slept == seconds


@pytest.mark.parametrize("query", ["__code=503", "__CODE=503&__delay=0", "__example=documented"])
def test_a_twin_in_the_query_breaks_no_contract(mock: InProcess, query: str) -> None:
    answered = mock.ask(f"{CUPS}?{query}")
    assert answered.headers["Preference-Applied"]
    assert "X-Contract-Violations" not in answered.headers
    assert mock.journal(violations="true") == []


def test_an_unknown_twin_is_refused_like_an_unknown_preference(mock: InProcess) -> None:
    refused = mock.ask(f"{CUPS}?__coed=503")
    assert (refused.status_code, refused.json["detail"]) == (
        400, f"Unknown preference 'coed'. Did you mean code? {KNOWN}",
    )  # fmt: skip


def test_without_a_preference_nothing_is_said_to_be_applied(mock: InProcess) -> None:
    assert "Preference-Applied" not in mock.ask(headers={"Prefer": ""}).headers
    assert "Preference-Applied" not in mock.ask().headers


def test_a_preference_is_honoured_whatever_the_key(mock: InProcess) -> None:
    assert mock.ask(headers={"Prefer": "code=200", "x-api-key": None}).status_code == 200


def test_an_answer_asked_for_by_head_has_no_body(mock: InProcess) -> None:
    answered = mock.ask(DOCUMENTED, "HEAD", headers={"Prefer": "code=404"})
    assert (answered.status_code, answered.data) == (404, b"")
