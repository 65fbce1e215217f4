from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from jobs.parsed_text import ParsedText

CHARACTERS = st.characters(exclude_categories=()) | st.sampled_from("a é€🙂\ud800\n")
TEXTS = st.builds(lambda text, times: text * times, st.text(CHARACTERS), st.integers(1, 2000))


def parsed(text: str) -> ParsedText:
    return ParsedText(np.frombuffer(text.encode("utf-8", "surrogatepass"), dtype=np.uint8))


@given(text=TEXTS, data=st.data())
def test_a_slice_is_what_python_slices(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) + 3))
    stop = data.draw(st.integers(start, len(text) + 5))
    assert parsed(text).slice(start, stop) == text[start:stop]
    assert len(parsed(text)) == len(text)


@given(text=TEXTS, data=st.data())
def test_several_slices_are_those_that_python_slices(text: str, data: st.DataObject) -> None:
    ends = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=12)))
    starts, stops = ends[: len(ends) // 2 * 2 : 2], ends[1::2]
    arrays = (np.array(column, dtype=np.int32) for column in (starts, stops))
    expected = [text[start:stop] for start, stop in zip(starts, stops, strict=True)]
    assert parsed(text).slices(*arrays) == expected
