from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.normalise import is_joined_without_blank, normalise


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("eﬃcient ﬁle", "efficient file"),
        ("ＡＢＣ１２３", "ABC123"),
        ("co\u00adop", "coop"),
        ("“a” ‘b’", "\"a\" 'b'"),
        ("1–2 — −3", "1-2 - -3"),
        (" a\t\u00a0b\n\nc ", "a b c"),
        ("a\x00b", "ab"),
    ],
)
def test_what_only_looks_different_is_written_in_one_way(source: str, written: str) -> None:
    assert normalise(source) == written


@pytest.mark.parametrize(
    "text", ["10² ½ ™", "契約書", "한국어", "שָׁלוֹם", "نمی\u200cخواهم", "é", "x̄"]
)
def test_what_carries_meaning_is_left_alone(text: str) -> None:
    assert normalise(text) == text


def test_a_combining_mark_is_composed_with_its_letter() -> None:
    assert normalise("e\u0301") == "é"


@given(st.text())
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_only_lines_of_chinese_run_on_without_a_blank() -> None:
    assert is_joined_without_blank("契約", "書は")
    assert not is_joined_without_blank("end", "書は")
    assert not is_joined_without_blank("", "書は")


def test_marks_of_direction_are_left_out() -> None:
    assert normalise("\u200eABC\u200f \u202b12\u202c") == "ABC 12"
