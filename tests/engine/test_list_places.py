from __future__ import annotations

from engine.list_places import places_of_list
from tests.engine.sources import source_of

STORES = "Store,City,Units\nNorth,Lyon,12\nSouth,Nice,7\nTotal,,19\n"


def places(text: str, name: str, quote: str, question: str) -> list[str]:
    document = source_of(text, name).document
    start = document.text.index(quote)
    found = places_of_list(document, question, start, start + len(quote))
    return [document.text[a:b] for a, b in found]


def test_a_list_goes_on_down_the_column_whose_head_is_asked_for() -> None:
    assert places(STORES, "a.csv", "Lyon", "Cities of the stores") == ["Lyon", "Nice"]
    assert places(STORES, "a.csv", "North", "Names of the stores") == ["North", "South"]


def test_a_column_that_is_not_asked_for_is_left_alone() -> None:
    assert places(STORES, "a.csv", "Lyon", "Where Ann lives") == ["Lyon"]


def test_a_list_goes_on_from_bullet_to_bullet() -> None:
    text = "They sell:\n\n- red apples\n- green pears\n- figs\n\nThey close at noon.\n"
    assert places(text, "a.md", "green pears", "Fruit") == ["red apples", "green pears", "figs"]


def test_a_list_that_enumerates_in_itself_does_not_go_on() -> None:
    text = "- apples, pears\n- figs, dates\n"
    assert places(text, "a.md", "apples, pears", "Fruit") == ["apples, pears"]


def test_words_of_a_sentence_are_a_list_of_their_own() -> None:
    assert places("Ann sells figs in May.", "a.txt", "figs", "Fruit") == ["figs"]
