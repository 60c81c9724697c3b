"""The judges, one for each rule of the contract."""

from contract_tests.rules import access, answers, filters, groups, invoices, paging  # noqa: F401 - they register
from contract_tests.rules.registry import JUDGES, Judgement

__all__ = ["JUDGES", "Judgement"]
