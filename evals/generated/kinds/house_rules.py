"""What do the rules of a house say?"""

from __future__ import annotations

from evals.generated.draft import Kind, Paper
from evals.generated.house_claims import CLAIMS
from evals.generated.pen import Pen
from evals.generated.rules import fields_of, rules_of

_TITLES = ("House Rules", "Rules of the House", "Information for Guests", "Notes for Visitors")


def _write(pen: Pen) -> Paper:
    return rules_of(pen, _TITLES, CLAIMS)


KIND = Kind("house_rules", "rules", fields_of("the house"), _write)
