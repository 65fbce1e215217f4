from __future__ import annotations

from collections.abc import Sequence

from ingest.document_arrays import arrays_of, document_of_arrays
from ingest.passages import passages_in, passages_of
from tests.ingest.workbooks import read, rows_bytes


def count_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def test_passages_are_the_same_read_back_and_their_pieces_are_made_when_asked_for() -> None:
    document = read(rows_bytes(["Name", "Age"], ["Ann", 41], ["Bob", 39]))
    passages = passages_of(document, count_words, 6)
    _, again = document_of_arrays(arrays_of(document, passages_in(document, count_words, 6)))
    assert again == passages
    assert [passage.text for passage in again] == [passage.text for passage in passages]
    assert again[0].pieces[-1] == passages[0].pieces[-1]
    assert type(again[0].pieces) is not tuple


def test_rows_are_counted_once() -> None:
    shown: list[str] = []

    def count(texts: Sequence[str]) -> list[int]:
        shown.extend(texts)
        return count_words(texts)

    document = read(rows_bytes(["Name", "Age"], *[[f"Name {n}", n] for n in range(50)]))
    passages = passages_of(document, count, 5)
    assert len(passages) > 45
    assert len(shown) == len(set(shown))
