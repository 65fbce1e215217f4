from __future__ import annotations

from engine.training_prompts import UNNAMED
from evals.generated.documents import read
from evals.generated.fact import Fact, GeneratedDocument
from evals.generated.field import BOOLEAN, STRING, choice
from evals.training_materials import _borne_out, _known


def test_a_sign_is_asked_as_its_code_wherever_the_sign_stands() -> None:
    document = read(GeneratedDocument("note", "note.txt", b"Fee $5. Total $9.", ()))
    known = _known(document, Fact("currency", ("Currency",), choice("USD", "EUR"), "USD", "$"))
    assert known is not None
    assert (known.items, known.places) == (("USD",), ((4, 5), (14, 15)))


def test_a_yes_is_also_asked_for_by_the_words_that_bear_it_out() -> None:
    document = read(GeneratedDocument("note", "note.txt", b"Rent: 9. Dogs are welcome.", ()))
    fact = Fact("dogs", ("Are dogs allowed?",), BOOLEAN, True, "Dogs are welcome.")
    yes, words = _known(document, fact), _borne_out(document, fact)
    assert yes is not None
    assert words is not None
    assert (yes.items, yes.places) == (("yes",), words.places)
    assert (words.items, words.schema) == (("Dogs are welcome.",), STRING)
    untold = _borne_out(document, Fact("cats", ("Are cats allowed?",), BOOLEAN, None, None))
    assert untold is not None
    assert untold.items == ()


def test_numbered_names_are_not_told() -> None:
    document = read(GeneratedDocument("note", "note.txt", b"Nothing.", ()))
    names = [
        known.name
        for name in ("untold_3", "rent")
        if (known := _known(document, Fact(name, ("Who?",), STRING, None, None))) is not None
    ]
    assert names == [UNNAMED, "rent"]
