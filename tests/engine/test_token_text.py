from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.token_text import ShownText

_CUTS = st.lists(st.integers(1, 4), max_size=40)


def parts_of(data: bytes, cuts: list[int]) -> list[bytes]:
    parts = []
    for cut in cuts:
        parts.append(data[:cut])
        data = data[cut:]
    return [*parts, data]


@given(st.text(max_size=30), _CUTS)
def test_the_text_is_whole_however_its_bytes_come(text: str, cuts: list[int]) -> None:
    shown = ShownText()
    pieces = [shown.add(part) for part in parts_of(text.encode(), cuts)]
    assert "".join(pieces) + shown.end() == text
    assert not any("\ufffd" in piece for piece in pieces if "\ufffd" not in text)


@given(st.text("abc", max_size=30), st.lists(st.text("abc", min_size=1, max_size=4)), _CUTS)
def test_what_is_shown_ends_before_the_first_stop(
    text: str, stops: list[str], cuts: list[int]
) -> None:
    shown = ShownText(stops)
    said = "".join(shown.add(part) for part in parts_of(text.encode(), cuts)) + shown.end()
    starts = [text.find(stop) for stop in stops if stop in text]
    assert text.startswith(said)
    assert shown.is_stopped == bool(starts)
    assert not any(stop in said for stop in stops)
    if not starts:
        assert said == text


def test_half_a_character_is_shown_at_the_end_alone() -> None:
    shown = ShownText()
    assert shown.add("é".encode()[:1]) == ""
    assert shown.end() == "\ufffd"
