from __future__ import annotations

import pytest

from engine.boxes import box_beside


@pytest.mark.parametrize(
    ("text", "words", "answer", "told"),
    [
        ("Is it a shell company? Yes ☐ No ☒ As of", "shell", False, "Yes ☐ No ☒"),
        ("Is it a shell company? ☒ Yes ☐ No", "shell", True, "☒ Yes ☐ No"),
        ("Pets: [ ] yes [x] no", "Pets", False, "[ ] yes [x] no"),
        ("Large filer | ☒ | Growth company | ☐", "Large filer", True, "☒"),
        ("Large filer | ☒ | Growth company | ☐", "Growth company", False, "☐"),
        ("☐ Full time ☒ Part time", "Part time", True, "☒"),
        ("[ ] Quarterly report", "Quarterly", False, "[ ]"),
        ("Renewable: Yes", "Renewable", True, "Yes"),
        ("Renewable | no | 12", "Renewable", False, "no"),
    ],
)
def test_an_answer_stands_beside_words(text: str, words: str, answer: bool, told: str) -> None:
    start = text.index(words)
    box = box_beside(text, start, start + len(words))
    assert box is not None
    assert (box.is_ticked, text[box.start : box.stop]) == (answer, told)


@pytest.mark.parametrize(
    "text", ["It may be renewed.", "renewed: Yes ☐ No ☐", "renewed: Yes ☒ No ☒"]
)
def test_without_a_box_or_with_both_nothing_is_told(text: str) -> None:
    start = text.index("renewed")
    assert box_beside(text, start, start + len("renewed")) is None
