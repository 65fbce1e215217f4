"""Which kinds of generated documents does nobody train on?"""

from __future__ import annotations

from evals.generated.draft import Kind
from evals.generated.held_out import (
    bank_statement,
    clinical_trial,
    conference_programme,
    grant_award,
    lease,
    shipping_manifest,
    utility_bill,
)

KINDS: tuple[Kind, ...] = (
    bank_statement.KIND,
    clinical_trial.KIND,
    conference_programme.KIND,
    grant_award.KIND,
    lease.KIND,
    shipping_manifest.KIND,
    utility_bill.KIND,
)
