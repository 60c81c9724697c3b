"""Every fault and every variant, by name."""

from __future__ import annotations

from faults.consolidation_faults import CONSOLIDATION_FAULTS
from faults.credential_faults import CREDENTIAL_FAULTS
from faults.facility_faults import FACILITY_AND_OPTION_FAULTS
from faults.filter_faults import FILTER_FAULTS
from faults.group_faults import GROUP_FAULTS
from faults.invoice_faults import INVOICE_FAULTS
from faults.invoice_filter_faults import INVOICE_FILTER_FAULTS
from faults.invoice_listing_faults import INVOICE_LISTING_FAULTS
from faults.missing_faults import MISSING_FAULTS
from faults.paging_faults import PAGING_FAULTS
from faults.recalculation_faults import RECALCULATION_FAULTS
from faults.schema_faults import SCHEMA_FAULTS
from faults.transport_faults import TRANSPORT_FAULTS
from faults.update_faults import UPDATE_FAULTS
from faults.variants import VARIANTS

FAULTS = (
    *SCHEMA_FAULTS,
    *PAGING_FAULTS,
    *FILTER_FAULTS,
    *GROUP_FAULTS,
    *INVOICE_FAULTS,
    *CREDENTIAL_FAULTS,
    *TRANSPORT_FAULTS,
    *INVOICE_LISTING_FAULTS,
    *INVOICE_FILTER_FAULTS,
    *FACILITY_AND_OPTION_FAULTS,
    *CONSOLIDATION_FAULTS,
    *UPDATE_FAULTS,
    *RECALCULATION_FAULTS,
    *MISSING_FAULTS,
)
"""Every fault."""

FAULT_BY_NAME = {fault.name: fault for fault in FAULTS}

__all__ = ["FAULTS", "FAULT_BY_NAME", "VARIANTS", "VARIANT_BY_NAME"]

VARIANT_BY_NAME = {variant.name: variant for variant in VARIANTS}
