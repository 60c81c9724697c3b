"""Right CUPS codes, and the wrong ones made of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.es import cups as standard

from mock_server.world.cups import MISTAKES, make_code
from mock_server.world.stream import Stream

LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"

seeds = st.integers(0, 10**6)


@given(seeds)
def test_a_code_is_valid(seed: int) -> None:
    assert standard.is_valid(make_code(Stream(seed)))


@given(seeds)
def test_the_control_letters_follow_from_the_sixteen_digits(seed: int) -> None:
    code = make_code(Stream(seed))
    first, second = divmod(int(code[2:18]) % 529, 23)
    assert code[18:20] == LETTERS[first] + LETTERS[second]


@given(seeds)
def test_a_code_starts_with_a_real_distributor(seed: int) -> None:
    assert make_code(Stream(seed))[2:6] in {"0021", "0022", "0031"}


@pytest.mark.parametrize("mistake", MISTAKES)
@given(seed=seeds)
def test_a_mistake_changes_the_text_and_nothing_but_a_little(mistake: Callable[[str, Stream], str], seed: int) -> None:
    stream = Stream(seed)
    code = make_code(stream)
    wrong = mistake(code, stream)
    plain = wrong.upper().replace(" ", "").replace("-", "")
    assert wrong != code
    assert sum(a != b for a, b in zip(plain, code, strict=False)) <= 2
    assert len(code) - 2 <= len(plain) <= len(code)
