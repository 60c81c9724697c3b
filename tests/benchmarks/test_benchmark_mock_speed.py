"""The table of speeds says how each mock compares with one of them."""

from __future__ import annotations

from mock_speed import ROUTES, Measurement, table


def measured(name: str, factor: float) -> Measurement:
    """A mock that is so many times as fast as another one."""
    return Measurement(
        name=name,
        start=0.8 / factor,
        rates=dict.fromkeys(ROUTES, 1000 * factor),
        processor=dict.fromkeys(ROUTES, 400 / factor),
        memory=100,
    )


def test_each_is_compared_with_the_one_named() -> None:
    rows = table([measured("fast", 2), measured("slow", 1)], "slow").splitlines()
    assert rows[2:] == [
        "| fast | 0.40 s (0.50x) | 2,000 (2.0x), 200 µs | 2,000 (2.0x), 200 µs | 100 MB |",
        "| slow | 0.80 s (1.00x) | 1,000 (1.0x), 400 µs | 1,000 (1.0x), 400 µs | 100 MB |",
    ]
    assert {row.count("|") for row in rows} == {6}
