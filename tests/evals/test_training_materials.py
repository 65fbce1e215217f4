from __future__ import annotations

from evals.generated.documents import read
from evals.generated.fact import Fact, GeneratedDocument
from evals.generated.field import choice
from evals.training_materials import _known


def test_a_sign_is_asked_as_its_code_wherever_the_sign_stands() -> None:
    document = read(GeneratedDocument("note", "note.txt", b"Fee $5. Total $9.", ()))
    known = _known(document, Fact("currency", ("Currency",), choice("USD", "EUR"), "USD", "$"))
    assert known is not None
    assert (known.items, known.places) == (("USD",), ((4, 5), (14, 15)))
