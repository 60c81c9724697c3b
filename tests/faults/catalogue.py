"""Every fault and every variant, by name."""

from __future__ import annotations

from faults.credential_faults import CREDENTIAL_FAULTS
from faults.filter_faults import FILTER_FAULTS
from faults.group_faults import GROUP_FAULTS
from faults.invoice_faults import INVOICE_FAULTS
from faults.paging_faults import PAGING_FAULTS
from faults.schema_faults import SCHEMA_FAULTS
from faults.transport_faults import TRANSPORT_FAULTS
from faults.variants import VARIANTS

FAULTS = (
    *SCHEMA_FAULTS,
    *PAGING_FAULTS,
    *FILTER_FAULTS,
    *GROUP_FAULTS,
    *INVOICE_FAULTS,
    *CREDENTIAL_FAULTS,
    *TRANSPORT_FAULTS,
)
"""Every fault."""

FAULT_BY_NAME = {fault.name: fault for fault in FAULTS}

__all__ = ["FAULTS", "FAULT_BY_NAME", "VARIANTS", "VARIANT_BY_NAME"]

VARIANT_BY_NAME = {variant.name: variant for variant in VARIANTS}
