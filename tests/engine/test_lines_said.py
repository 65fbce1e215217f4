from __future__ import annotations

from engine.answers import Finding, Leaf, Place, absent
from engine.lines_said import LinesSaid, item_of
from engine.questions import Question
from schemas.document import Passage, Piece
from schemas.extraction import FieldStatus
from schemas.response_schema import Kind
from tests.engine.sources import question_about

NAME = question_about({"type": "string"})
NAMES = question_about({"type": "array", "items": {"type": "string"}})


def line(start: int) -> tuple[tuple[int, Passage], ...]:
    return ((0, Passage((Piece("a line", start),), start, start + 6, "", 2)),)


def says(question: Question, value: str, start: int) -> Finding:
    leaf = Leaf("", value, FieldStatus.FOUND, 0.9, (Place(0, start, start + 3),), absence=0.1)
    return Finding(question, value, (leaf,))


def test_a_list_is_of_what_its_lines_say_each_value_once_in_their_order() -> None:
    said = LinesSaid([NAMES], 0.5)
    for _ in range(3):
        said.expect([0])
    assert said.take(line(20), {0: says(NAMES, "Bob", 20)}) == {}
    assert said.take(line(0), {0: says(NAMES, "Ann", 0)}) == {}
    (finding,) = said.take(line(40), {0: says(NAMES, "Bob", 40)}).values()
    assert finding.value == ["Ann", "Bob"]
    assert [leaf.path for leaf in finding.leaves] == ["/0", "/1"]
    assert [place.start for place in finding.leaves[1].places] == [20, 40]


def test_what_lines_do_not_say_is_left_open() -> None:
    said = LinesSaid([NAME, NAMES], 0.5)
    for numbers in ([0, 1], [1]):
        said.expect(numbers)
    assert said.take(line(0), {0: absent(NAME), 1: absent(NAMES)}) == {}
    assert said.unsaid == [0]
    assert said.take(line(9), {1: absent(NAMES)}) == {}
    assert said.unsaid == [0, 1]


def test_of_one_line_among_several_an_item_is_asked() -> None:
    asked = item_of(NAMES)
    assert (asked.node.kind, asked.text) == (Kind.STRING, NAMES.text)
