"""What a person can choose about the mock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from api_spec.settings import setting


def _whole(least: int, most: int | None = None) -> Callable[[str], int]:
    expected = f"expected a whole number of at least {least}" + ("" if most is None else f" and at most {most}")

    def parse(text: str) -> int:
        if not text.isascii() or not text.isdigit() or int(text) < least or (most is not None and int(text) > most):
            raise ValueError(expected)
        return int(text)

    return parse


@dataclass(frozen=True)
class MockSettings:
    """The settings of ``dcycle-mock``, in force for one run."""

    host: str = setting(
        "127.0.0.1", "The address to listen on. Default: 127.0.0.1, this machine only.", env="DCYCLE_MOCK_HOST"
    )
    port: int = setting(
        8000, "The port to listen on; 0 picks a free one. Default: 8000.",
        parse=_whole(0, 65535), env="DCYCLE_MOCK_PORT",
    )  # fmt: skip
    seed: int = setting(
        1, "The number that the data is made from. The same seed gives the same data anywhere. Default: 1.",
        parse=_whole(0), env="DCYCLE_MOCK_SEED",
    )  # fmt: skip
    organizations: int = setting(
        2, "How many organizations there are, each with its own key. Default: 2.",
        parse=_whole(1), env="DCYCLE_MOCK_ORGANIZATIONS",
    )  # fmt: skip
    facilities: int = setting(
        12, "How many facilities each organization has, beside the documented ones. Default: 12.",
        parse=_whole(1), env="DCYCLE_MOCK_FACILITIES",
    )  # fmt: skip
    invoices: int = setting(
        1500, "About how many invoices each organization has, beside the documented ones. Default: 1500.",
        parse=_whole(0), env="DCYCLE_MOCK_INVOICES",
    )  # fmt: skip
    spec: str = setting(
        "", "The contract to serve. Default: the openapi.yaml that ships with the package.",
        env="DCYCLE_MOCK_SPEC", metavar="FILE",
    )  # fmt: skip
    quiet: bool = setting(False, "Do not log requests.", parse=bool, env="DCYCLE_MOCK_QUIET")
    json: bool = setting(
        False, "Once ready, print the address, keys and some ids as one line of JSON.",
        parse=bool, env="DCYCLE_MOCK_JSON",
    )  # fmt: skip
    known_out: Path | None = setting(
        None, "Before it is ready, write all there is to know of the first organization, for dcycle-contract --known.",
        parse=Path, env="DCYCLE_MOCK_KNOWN_OUT", metavar="FILE",
    )  # fmt: skip
