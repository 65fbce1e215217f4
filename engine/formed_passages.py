"""Which passages hold anything of the form that a field promises?

An e-mail address stands where there is one: of a long document those passages alone are read that
have any, however few of the question's words they share.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from engine.asked_forms import AskedForm, form_of
from engine.lookup import Source
from engine.questions import Question


class FormedPassages:
    """Of the documents of one request."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources
        self._having = cache(self._found)

    def of(self, question: Question) -> frozenset[tuple[int, int]]:
        """Source and passage; none where the field promises no form that is known for certain, and
        where nothing has it."""
        form = form_of(question.node)
        return self._having(form) if form is not None and form.is_certain else frozenset()

    def _found(self, form: AskedForm) -> frozenset[tuple[int, int]]:
        return frozenset(
            (number, at)
            for number, source in enumerate(self._sources)
            for at, passage in enumerate(source.passages)
            if any(True for _ in form.places_in(passage.text))
        )
