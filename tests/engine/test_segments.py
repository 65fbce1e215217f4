from __future__ import annotations

from engine.segments import segment_at
from tests.engine.sources import source_of


def test_a_position_stands_in_one_segment_or_between_two() -> None:
    document = source_of("One paragraph.\n\nAnother.").document
    assert segment_at(document, document.text.index("paragraph")) == 0
    assert segment_at(document, document.text.index("Another")) == 1
    assert segment_at(document, document.segments[0].stop) is None
    assert segment_at(document, len(document.text)) is None
