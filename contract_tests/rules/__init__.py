"""The judges, one for each rule of the contract."""

# Each module registers its judges when it is imported.
import contract_tests.rules.access
import contract_tests.rules.answers
import contract_tests.rules.consolidations
import contract_tests.rules.deletions
import contract_tests.rules.facilities
import contract_tests.rules.filters
import contract_tests.rules.group_paging
import contract_tests.rules.groups
import contract_tests.rules.invoice_filters
import contract_tests.rules.invoice_listing
import contract_tests.rules.invoice_order
import contract_tests.rules.invoices
import contract_tests.rules.options
import contract_tests.rules.recalculations
import contract_tests.rules.updates
import contract_tests.rules.workflow  # noqa: F401
from contract_tests.rules.registry import JUDGES, Judgement

__all__ = ["JUDGES", "Judgement"]
