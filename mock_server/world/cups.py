"""CUPS codes: right ones, and the wrong ones that people and machines make of them."""

from __future__ import annotations

from collections.abc import Callable

from stdnum.es import cups as standard

from mock_server.world.catalogue import DISTRIBUTORS
from mock_server.world.stream import Stream

SUFFIXES = ("", "0F", "1P")
"""Nothing, a border point, a main metering point: the common endings."""

CONFUSIONS = {"0": "O", "1": "I", "5": "S", "8": "B"}
"""What text recognition takes a digit for."""


def make_code(stream: Stream) -> str:
    """A valid code: country, distributor, point, control letters and perhaps a suffix."""
    digits = stream.choice(DISTRIBUTORS) + f"{stream.randrange(10**9):012d}"
    return f"ES{digits}{standard.calc_check_digits('ES' + digits)}{stream.choice(SUFFIXES)}"


def misread(code: str, stream: Stream) -> str:
    """The code with one digit taken for a letter, as text recognition does."""
    position = stream.choice([index for index, char in enumerate(code) if char in CONFUSIONS])
    return code[:position] + CONFUSIONS[code[position]] + code[position + 1 :]


def mistype(code: str, stream: Stream) -> str:
    """The code with one digit of the point wrong."""
    position = stream.randrange(6, 18)
    return code[:position] + str((int(code[position]) + stream.randrange(1, 10)) % 10) + code[position + 1 :]


def swap(code: str, stream: Stream) -> str:
    """The code with two neighbouring digits in the wrong order."""
    position = stream.choice([index for index in range(2, 17) if code[index] != code[index + 1]])
    return code[:position] + code[position + 1] + code[position] + code[position + 2 :]


def truncate(code: str, stream: Stream) -> str:
    """The code without its last characters."""
    return code[: -stream.randrange(1, 3)]


def separate(code: str, stream: Stream) -> str:
    """The code in groups, as printed on paper."""
    separator = stream.choice((" ", "-"))
    return separator.join((code[:2], code[2:6], code[6:10], code[10:14], code[14:18], code[18:]))


def lower(code: str, _stream: Stream) -> str:
    """The code in lower case."""
    return code.lower()


MISTAKES: tuple[Callable[[str, Stream], str], ...] = (misread, mistype, swap, truncate, separate, lower)


def spoil(code: str, stream: Stream) -> str:
    """A near-duplicate of a code: one mistake, of any kind."""
    return stream.choice(MISTAKES)(code, stream)
