"""What a run changed, and what is to be put back."""

from __future__ import annotations

from contract_tests.journal import Journal

ONE = {"id": "1", "cups": "A", "status": "active", "supplier_id": None, "co2e": 5}
TWO = {"id": "2", "cups": "B", "status": "active", "supplier_id": None, "co2e": 5}
NAMES = ("cups", "status", "supplier_id")


def journal() -> Journal:
    made = Journal(NAMES)
    made.remember(ONE)
    made.remember(TWO)
    return made


def test_nothing_is_owed_before_anything_is_changed() -> None:
    assert journal().owed() == []


def test_what_is_about_to_be_changed_is_owed_with_its_value_of_before() -> None:
    kept = journal()
    kept.changing("1", ["cups"])
    kept.changing("1", ["status"])
    assert kept.owed() == [("1", {"cups": "A", "status": "active"})]


def test_the_last_changed_invoice_is_put_back_first() -> None:
    kept = journal()
    kept.changing("1", ["cups"])
    kept.changing("2", ["cups"])
    assert [one for one, _ in kept.owed()] == ["2", "1"]


def test_an_invoice_that_reads_as_before_is_settled() -> None:
    kept = journal()
    kept.changing("1", ["cups"])
    kept.read({**ONE, "co2e": 6})
    assert kept.owed() == []


def test_whatever_reads_otherwise_is_owed_also_what_was_not_asked_for() -> None:
    kept = journal()
    kept.changing("1", ["cups"])
    kept.read({**ONE, "status": "review"})
    assert kept.owed() == [("1", {"status": "active"})]


def test_the_first_reading_counts_as_what_was_before() -> None:
    kept = journal()
    kept.remember({**ONE, "cups": "changed"})
    kept.changing("1", ["cups"])
    assert kept.owed() == [("1", {"cups": "A"})]


def test_a_deleted_invoice_is_not_put_back() -> None:
    kept = journal()
    kept.changing("1", ["cups"])
    kept.deleted["1"] = None
    assert kept.owed() == []
