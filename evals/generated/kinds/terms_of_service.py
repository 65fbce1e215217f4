"""What do the terms of a service say?"""

from __future__ import annotations

from evals.generated.draft import Kind, Paper
from evals.generated.pen import Pen
from evals.generated.rules import fields_of, rules_of
from evals.generated.service_claims import CLAIMS

_TITLES = ("Terms of Participation", "Conditions of Hire", "Terms", "Conditions", "Good to Know")


def _write(pen: Pen) -> Paper:
    return rules_of(pen, _TITLES, CLAIMS)


KIND = Kind("terms_of_service", "rules", fields_of("the service"), _write)
