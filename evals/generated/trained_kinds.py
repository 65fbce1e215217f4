"""Which kinds of generated documents is the adapter trained on?"""

from __future__ import annotations

from evals.generated.draft import Kind
from evals.generated.kinds import (
    amendment,
    annual_accounts,
    application_form,
    earnings_release,
    inspection_report,
    insurance_policy,
    inventory,
    invoice,
    job_contract,
    letter,
    loan_agreement,
    maintenance_log,
    minutes,
    personnel_list,
    price_list,
    purchase_order,
    sales_ledger,
    service_agreement,
    software_manual,
)

KINDS: tuple[Kind, ...] = (
    amendment.KIND,
    annual_accounts.KIND,
    application_form.KIND,
    earnings_release.KIND,
    inspection_report.KIND,
    insurance_policy.KIND,
    inventory.KIND,
    invoice.KIND,
    job_contract.KIND,
    letter.KIND,
    loan_agreement.KIND,
    maintenance_log.KIND,
    minutes.KIND,
    personnel_list.KIND,
    price_list.KIND,
    purchase_order.KIND,
    sales_ledger.KIND,
    service_agreement.KIND,
    software_manual.KIND,
)
