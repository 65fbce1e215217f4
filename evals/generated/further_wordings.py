"""In which further words are the fields of a kind asked for?

A field has three or four wordings beside its kind; these are in words as far from them as people's
are, so that a reader learns what is meant and not how it is said. They tell a field from the
others of its kind alone: of other documents it is not asked in these words.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from evals.generated.draft import Kind

_FILE = Path(__file__).with_name("further_wordings.json")


def with_further_wordings(kind: Kind) -> Kind:
    """As it is where there are none for it."""
    further = _wordings().get(kind.name, {})
    fields = (
        replace(field, descriptions=(*field.descriptions, *further.get(field.name, ())))
        for field in kind.fields
    )
    return replace(kind, fields=tuple(fields))


@cache
def _wordings() -> Mapping[str, Mapping[str, Sequence[str]]]:
    """By kind and field."""
    wordings: dict[str, dict[str, list[str]]] = json.loads(_FILE.read_text())
    return wordings
