from __future__ import annotations

import random
from pathlib import Path

import pytest

from engine.disk_cache import DiskCache
from engine.lookup import Query
from engine.training_prompts import Known, Material
from evals import retrieval, squad_data
from evals.index_lessons import (
    Asked,
    AskedShelf,
    asked_of,
    gold_of,
    material_shelves,
    source_of_paragraphs,
    squad_shelves,
)
from evals.squad_data import SquadParagraph, SquadQuestion
from schemas.settings import Settings
from tests.engine.sources import count_words, source_of
from tests.evals import small_data

TEXTS = ["Ann lives in Nice.", "The margin\nis 2 per cent.", "Pau lies on the Gave."]
STRING = {"type": ["string", "null"]}


def test_each_paragraph_is_a_passage_and_a_slice() -> None:
    source = source_of_paragraphs("a", TEXTS, count_words)
    assert [passage.text for passage in source.passages] == TEXTS
    for passage in source.passages:
        assert source.document.text[passage.start : passage.stop] == passage.text
    assert [passage.num_tokens for passage in source.passages] == [4, 6, 5]


def test_only_answerable_questions_are_asked_of_their_paragraph() -> None:
    answerable = SquadQuestion("Where?", ("Nice",), 13)
    misleading = SquadQuestion("Why?", (), -1)
    paragraphs = [
        SquadParagraph("A", TEXTS[1], (misleading,)),
        SquadParagraph("A", TEXTS[0], (misleading, answerable)),
    ]
    assert list(asked_of(paragraphs, first=7)) == [Asked(Query.of("Where?"), (8,))]


def test_a_field_is_answered_by_the_passages_in_which_it_begins() -> None:
    source = source_of("one two\n\nthree four\n\nfive six", passage_tokens=2)
    four = source.document.text.index("four")
    assert gold_of(source.passages, [(four, four + 4)]) == (1,)
    assert gold_of(source.passages, [(0, 3), (four, four + 4)]) == (0, 1)
    assert gold_of(source.passages, []) == ()


def test_documents_of_few_passages_and_absent_fields_teach_nothing() -> None:
    source = source_of("one two\n\nthree four\n\nfive six", passage_tokens=2)
    present = Known(["Third number"], STRING, ("three",), ((9, 14),))
    absent = Known(["Tenth number"], STRING)
    material = Material(source, [present, absent])
    (shelf,) = material_shelves([material], random.Random(0), least_passages=3)
    assert [(asked.query.question, asked.gold) for asked in shelf.asked] == [("Third number", (1,))]
    assert not shelf.is_open
    assert list(material_shelves([material], random.Random(0), least_passages=4)) == []
    assert list(material_shelves([Material(source, [absent])], random.Random(0))) == []


def test_no_article_both_trains_and_measures_the_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = small_data.write(tmp_path / "data")
    trained = {
        text
        for shelf in squad_shelves(folder, squad_data.TRAIN, count_words)
        for text in shelf.texts
    }
    measured = retrieval.squad_shelf(folder, count_words)
    asked = {measured.texts[gold] for each in measured.asked for gold in each.gold}
    assert trained
    assert asked
    assert trained.isdisjoint(asked)
    assert trained < set(measured.texts)  # they are the haystack


def test_figures_are_shares_of_the_questions(tmp_path: Path) -> None:
    source = source_of_paragraphs("a", TEXTS, count_words)
    asked = (
        Asked(Query.of("Who lives in Nice?"), (0,)),
        Asked(Query.of("the margin"), (1,)),
        Asked(Query.of("the margin"), (2,)),
        Asked(Query.of("zebra"), (0,)),
    )
    shelf = AskedShelf(source, asked, True)
    figures = retrieval.figures([shelf], DiskCache(tmp_path / "entries", 1 << 20), None, Settings())
    assert figures["top_1"][0] == 50.0
    assert figures["top_50"][0] == 50.0
    assert figures["budget"][0] == 75.0  # where no word is met, the beginning is read
