"""Requests that Schemathesis makes up from the contract: valid ones, invalid ones, and those at the boundaries."""

from __future__ import annotations

import copy
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from contract_tests.conformance import is_date
from contract_tests.exchange import Request

if TYPE_CHECKING:
    from schemathesis import Case

    from api_spec import Operation, Spec

WHOLE_NUMBER = re.compile(r"\s*[+-]?\d+(_\d+)*(\.0*)?\s*")
"""A whole number in every way that some reader takes: with a sign, blanks, an empty fraction, grouped digits."""
BARE_UUID = re.compile(r"[0-9a-f]{32}", re.IGNORECASE)


@dataclass(frozen=True)
class Generated:
    """A request, and what the contract says of it."""

    request: Request
    valid: bool
    """Every parameter is as the contract wants it."""
    parameter: str | None
    """The parameter that is not, and can be read as no right value either; None when there is none."""
    value: str
    """Its value."""
    out_of_bounds: bool
    """It is a number, but beyond a bound."""

    @property
    def invalid(self) -> bool:
        """Whether it must be refused."""
        return self.parameter is not None


@contextmanager
def hypothesis_at_home() -> Iterator[None]:
    """Give Hypothesis a place for its tables that is not `.hypothesis` in the user's directory."""
    from hypothesis.configuration import set_hypothesis_home_dir

    with TemporaryDirectory() as home:
        set_hypothesis_home_dir(home)
        try:
            yield
        finally:
            set_hypothesis_home_dir(None)


@hypothesis_at_home()
def generate(
    spec: Spec, operation: Operation, plain: Request, examples: Mapping[str, Any], *, count: int, seed: int
) -> list[Generated]:
    """Requests for an operation: every boundary and every kind of mistake, and `count` random ones of either kind.

    `examples` are live values of parameters, put in place of the documented ones. `plain` carries the credentials;
    requests with other credentials are left to the rules about those.
    """
    import schemathesis.openapi
    from schemathesis import GenerationMode

    schema = schemathesis.openapi.from_dict(_with_examples(spec.document.content, operation, examples))
    subject = schema[operation.path][operation.method]
    modes = list(GenerationMode)
    cases = list(
        schema.iter_coverage_cases(subject, generation_modes=modes, generation_config=schema.config.generation)
    )
    cases += _drawn(subject, count, seed)
    requests = dict.fromkeys(request for case in cases if (request := _request(case, operation, plain)) is not None)
    return [classified(operation, request) for request in requests]


def _with_examples(document: Mapping[str, Any], operation: Operation, examples: Mapping[str, str]) -> dict[str, Any]:
    found = copy.deepcopy(dict(document))
    for parameter in operation.parameters:
        if parameter.name in examples:
            target: Any = found
            for step in parameter.pointer:
                target = target[step]
            target["example"] = examples[parameter.name]
    return found


def _drawn(subject: Any, count: int, seed: int) -> list[Case[Any]]:
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import seed as seeded
    from schemathesis import GenerationMode

    found: list[Case[Any]] = []
    for mode in GenerationMode if count else ():

        @seeded(seed)
        @settings(
            max_examples=count,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(subject.as_strategy(generation_mode=mode))
        def draw(case: Case[Any]) -> None:
            found.append(case)

        draw()
    return found


def _request(case: Case[Any], operation: Operation, plain: Request) -> Request | None:
    if case.method != "GET":
        return None
    path = {name: unquote(str(value)) for name, value in (case.path_parameters or {}).items()}
    if any(not value or "/" in value or value in (".", "..") for value in path.values()):
        return None
    if set(path) != {parameter.name for parameter in operation.parameters_in("path")}:
        return None
    return replace(plain, path=operation.path.format(**path), query=tuple(pairs_of(case.query or {})))


def pairs_of(query: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The query of a case, with a list as one pair for each of its values."""
    for name, value in query.items():
        for one in value if isinstance(value, list) else [value]:
            text = str(one)
            if text.isprintable():
                yield name, text


def classified(operation: Operation, request: Request) -> Generated:
    """What the contract says of a request."""
    known = {parameter.name: parameter.schema for parameter in operation.parameters}
    template, parts = operation.path.split("/"), request.path.split("/")
    in_path = [(name[1:-1], part) for name, part in zip(template, parts, strict=False) if name.startswith("{")]
    values = [*request.query, *in_path]
    read = [(name, value, _reading(known[name], value)) for name, value in values if name in known]
    lists = {name for name, schema in known.items() if schema.get("type") == "array"}
    single = [name for name, _ in request.query if name not in lists]
    missing = {one.name for one in operation.parameters_in("query") if one.required} - {name for name, _ in values}
    plain = len(single) == len(set(single)) and {name for name, _ in values} <= set(known) and not missing
    wrong = [one for one in read if one[2] in ("wrong type", "out of bounds")]
    # Only one mistake at a time can be put down to its parameter.
    name, value, reading = wrong[0] if len(wrong) == 1 and plain else (None, "", "")
    return Generated(
        request=request,
        valid=plain and all(reading == "right" for _, _, reading in read),
        parameter=name,
        value=value,
        out_of_bounds=reading == "out of bounds",
    )


def _reading(schema: Mapping[str, Any], text: str) -> str:
    """How a value, or one of a list, can be read: right, wrong type, out of bounds, or leniently."""
    if schema.get("type") == "array":
        return _reading(schema["items"], text)
    if schema.get("type") == "integer":
        return _integer_reading(schema, text)
    if "enum" in schema:
        return _choice_reading(schema["enum"], text)
    if schema.get("format") == "date":
        return _date_reading(text)
    if schema.get("format") == "uuid":
        if re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text):
            return "right"
        bare = re.sub(r"^urn:uuid:|[{}\s-]", "", text, flags=re.IGNORECASE)
        return "leniently" if not text.strip() or BARE_UUID.fullmatch(bare) else "wrong type"
    return "right"


def _choice_reading(choices: Collection[str], text: str) -> str:
    """Some readers pass over case, blanks around a word, or several words in one."""
    if text in choices:
        return "right"
    words = [word.strip().lower() for word in text.split(",")]
    return "leniently" if set(words) <= {"", *(choice.lower() for choice in choices)} else "wrong type"


def _date_reading(text: str) -> str:
    """Readers of dates take many texts that have a digit in them: numbers of seconds, times, other orders."""
    if is_date(text):
        return "right"
    return "leniently" if not text.strip() or any(map(str.isdigit, text)) else "wrong type"


def _integer_reading(schema: Mapping[str, Any], text: str) -> str:
    if not text.strip():
        return "leniently"
    if not WHOLE_NUMBER.fullmatch(text):
        return "wrong type"
    number = int(text.split(".")[0])
    if not schema.get("minimum", number) <= number <= schema.get("maximum", number):
        return "out of bounds"
    return "right" if re.fullmatch(r"[1-9][0-9]{0,8}", text) else "leniently"
