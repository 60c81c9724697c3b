"""What a person can choose about the mock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from api_spec.settings import setting
from mock_server.cors import parse_origin
from mock_server.database_url import MEMORY, parse_database
from mock_server.faults import Faults, Latency, RateLimit, parse_error_code, parse_rate
from mock_server.world.shape import Shape

WORLD, FAULTS, CONTRACT = "what is served", "what goes wrong on purpose", "the contract"
ACCESS, OUTPUT = "where it listens, and to whom", "what it says and keeps"


def _whole(least: int, most: int | None = None) -> Callable[[str], int]:
    expected = f"expected a whole number of at least {least}" + ("" if most is None else f" and at most {most}")

    def parse(text: str) -> int:
        if not text.isascii() or not text.isdigit() or int(text) < least or (most is not None and int(text) > most):
            raise ValueError(expected)
        return int(text)

    return parse


def _folder(text: str) -> Path:
    if not Path(text).is_dir():
        raise ValueError("expected an existing folder")
    return Path(text)


def _token(text: str) -> str:
    if len(text) < 16 or not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("expected at least 16 visible ASCII characters")
    return text


@dataclass(frozen=True)
class MockSettings:
    """The settings of ``dcycle-mock``, in force for one run."""

    host: str = setting(
        "127.0.0.1",
        "The address to listen on. Default: 127.0.0.1, this machine only.",
        env="DCYCLE_MOCK_HOST",
        group=ACCESS,
    )
    port: int = setting(
        8000, "The port to listen on; 0 picks a free one. Default: 8000.",
        parse=_whole(0, 65535), env="DCYCLE_MOCK_PORT", group=ACCESS,
    )  # fmt: skip
    cors_origin: tuple[str, ...] = setting(
        (), "An origin whose pages may call the mock, beside those of this machine; * for any; may be repeated.",
        parse=parse_origin, env="DCYCLE_MOCK_CORS_ORIGIN", group=ACCESS, many=True, metavar="ORIGIN",
    )  # fmt: skip
    control_token: str = setting(
        "", "A token that every request to /_mock/ must carry; other machines may send some then.",
        parse=_token, env="DCYCLE_MOCK_CONTROL_TOKEN", group=ACCESS, metavar="TOKEN", secret=True,
    )  # fmt: skip
    scenario: str = setting(
        "default", "What to serve: the name of a scenario, or a file. `dcycle-mock scenarios` lists them.",
        env="DCYCLE_MOCK_SCENARIO", group=WORLD, metavar="NAME|FILE",
    )  # fmt: skip
    scenarios: Path | None = setting(
        None, "A folder with scenarios of your own; each is named after its file.",
        parse=_folder, env="DCYCLE_MOCK_SCENARIOS", group=WORLD, metavar="FOLDER",
    )  # fmt: skip
    data: Path | None = setting(
        None, "A file with your own data (.json, .yaml; .csv for invoices alone), in place of made-up data.",
        parse=Path, env="DCYCLE_MOCK_DATA", group=WORLD, metavar="FILE",
    )  # fmt: skip
    seed: int = setting(
        1, "The number that data and faults are made from. The same seed gives the same anywhere. Default: 1.",
        parse=_whole(0), env="DCYCLE_MOCK_SEED", metavar="NUMBER", group=WORLD,
    )  # fmt: skip
    organizations: int | None = setting(
        None, "How many organizations there are, each with its own key. Default: 2.",
        parse=_whole(1), env="DCYCLE_MOCK_ORGANIZATIONS", metavar="NUMBER", group=WORLD,
    )  # fmt: skip
    facilities: int | None = setting(
        None, "How many facilities each organization has, beside the documented ones. Default: 12.",
        parse=_whole(1), env="DCYCLE_MOCK_FACILITIES", metavar="NUMBER", group=WORLD,
    )  # fmt: skip
    invoices: int | None = setting(
        None, "About how many invoices each organization has, beside the documented ones. Default: 1500.",
        parse=_whole(0), env="DCYCLE_MOCK_INVOICES", metavar="NUMBER", group=WORLD,
    )  # fmt: skip
    database: str = setting(
        MEMORY, "Where the data is kept: sqlite:///FILE, or postgresql+psycopg://USER@HOST/NAME. Default: in memory.",
        parse=parse_database, env="DCYCLE_MOCK_DATABASE", group=WORLD, metavar="URL", secret=True,
    )  # fmt: skip
    reset_database: bool = setting(
        False, "Throw away what the database holds, and load the data anew.",
        parse=bool, group=WORLD,
    )  # fmt: skip
    workers: int = setting(
        1, "How many processes answer requests. More than one need a database that they share. Default: 1.",
        parse=_whole(1, 64), env="DCYCLE_MOCK_WORKERS", metavar="NUMBER", group=ACCESS,
    )  # fmt: skip
    latency: Latency | None = setting(
        None, "Seconds to wait before each answer, such as 0.5 or 0.2-0.8.",
        parse=Latency.parse, env="DCYCLE_MOCK_LATENCY", group=FAULTS, metavar="SECONDS",
    )  # fmt: skip
    error_rate: float | None = setting(
        None, "The share of requests to fail, from 0 to 1.",
        parse=parse_rate, env="DCYCLE_MOCK_ERROR_RATE", group=FAULTS, metavar="SHARE",
    )  # fmt: skip
    error_codes: tuple[int, ...] = setting(
        (), "The status codes to fail with; may be repeated. Default: 500 and 503.",
        parse=parse_error_code, env="DCYCLE_MOCK_ERROR_CODES", group=FAULTS, many=True, metavar="CODE",
        flag="--error-code",
    )  # fmt: skip
    rate_limit: RateLimit | None = setting(
        None, "How many requests an organization may send, such as 100/minute. More are refused with 429.",
        parse=RateLimit.parse, env="DCYCLE_MOCK_RATE_LIMIT", group=FAULTS, metavar="REQUESTS/PERIOD",
    )  # fmt: skip
    spec: str = setting(
        "", "The contract to serve. Default: the openapi.yaml that ships with the package.",
        env="DCYCLE_MOCK_SPEC", group=CONTRACT, metavar="FILE",
    )  # fmt: skip
    strict: bool = setting(
        False, "Refuse requests that break the contract, even where the API would serve them.",
        parse=bool, env="DCYCLE_MOCK_STRICT", group=CONTRACT,
    )  # fmt: skip
    watch: bool = setting(
        False,
        "Read contract, scenario and data files anew when they change.",
        parse=bool,
        env="DCYCLE_MOCK_WATCH",
        group=CONTRACT,
    )
    journal: int = setting(
        500, "How many exchanges the journal keeps. Default: 500.",
        parse=_whole(0, 100_000), env="DCYCLE_MOCK_JOURNAL", group=OUTPUT, metavar="NUMBER",
    )  # fmt: skip
    quiet: bool = setting(False, "Do not log requests.", parse=bool, env="DCYCLE_MOCK_QUIET", group=OUTPUT)
    json: bool = setting(
        False, "Once ready, print the address, keys and some ids as one line of JSON.",
        parse=bool, env="DCYCLE_MOCK_JSON", group=OUTPUT,
    )  # fmt: skip
    known_out: Path | None = setting(
        None, "Before it is ready, write all there is to know of the first organization, for dcycle-contract --known.",
        parse=Path, env="DCYCLE_MOCK_KNOWN_OUT", group=OUTPUT, metavar="FILE",
    )  # fmt: skip

    def shape_over(self, shape: Shape) -> Shape:
        """A shape with what is set here in its place."""
        return replace(shape, **self._set(Shape))

    def faults_over(self, faults: Faults) -> Faults:
        """Faults with what is set here in their place."""
        return replace(faults, **self._set(Faults))

    def _set(self, kind: type[Shape] | type[Faults]) -> dict[str, Any]:
        """The settings that a kind of value has fields for, without those that nobody set."""
        names = {field.name for field in fields(kind)} & {field.name for field in fields(self)}
        return {name: getattr(self, name) for name in names if getattr(self, name) not in (None, ())}
