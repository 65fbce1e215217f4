from __future__ import annotations

import pytest

from ingest.child import ChildLimits
from ingest.child_end import ChildLost
from ingest.spared_pages import run_sparing_pages
from schemas.errors import TooLarge, UnreadableDocument

pytestmark = pytest.mark.slow


def lost_pages(
    deadly: dict[int, str], *, max_lost: int = 3, seconds: float = 50.0, page_seconds: float = 50.0
) -> dict[int, str]:
    """The pages of four that the fake child was made to leave out."""
    request = {"deed": "read_pages", "deadly": {str(page): deed for page, deed in deadly.items()}}
    said = run_sparing_pages(
        "tests.ingest.fake_child",
        request,
        ChildLimits(seconds, 1 << 29, "split it", "shrink it", 1 << 20, page_seconds, "skip it"),
        max_lost,
        name="a.pdf",
    )
    return {int(page): how for page, how in said["lost"].items()}


def test_a_page_that_crashes_the_process_costs_that_page() -> None:
    assert lost_pages({2: "segfault"}) == {2: "page_crashed"}


def test_each_page_is_lost_for_its_own_reason() -> None:
    deadly = {1: "spin", 3: "fail", 4: "eat"}
    assert lost_pages(deadly, page_seconds=0.5) == {
        1: "page_slow",
        3: "page_crashed",
        4: "page_large",
    }


def test_one_page_more_than_may_be_lost_keeps_those_before() -> None:
    assert lost_pages({1: "segfault", 3: "segfault"}, max_lost=1) == {
        1: "page_crashed",
        3: "page_crashed",
        4: "after_lost_pages",
    }


def test_one_page_more_than_may_be_lost_with_none_before_is_an_error() -> None:
    with pytest.raises(UnreadableDocument, match=r"a\.pdf: the parser died \(SIGSEGV\) on page 2"):
        lost_pages({1: "segfault", 2: "segfault"}, max_lost=1)


def test_a_page_that_may_not_be_lost_says_what_to_do() -> None:
    with pytest.raises(TooLarge, match=r"took more than 0 s on page 1 of 4 alone; skip it"):
        lost_pages({1: "spin"}, max_lost=0, page_seconds=0.4)


def test_all_tries_together_have_the_time_of_one() -> None:
    with pytest.raises(TooLarge, match="took more than 1 s"):
        lost_pages({1: "spin", 2: "spin", 3: "spin"}, seconds=1.3, page_seconds=0.6)


def test_a_process_that_somebody_else_killed_has_lost_no_page() -> None:
    with pytest.raises(ChildLost):
        lost_pages({2: "be_killed"})
