from __future__ import annotations

import io

from rich.console import Console
from rich.progress import Progress as Bars

from api.progress_bar import ProgressBars, ProgressLines
from schemas.progress import Progress


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_short_work_writes_no_line() -> None:
    lines: list[str] = []
    show = ProgressLines(lines.append, Clock())
    show(Progress("parse", 1, 2, "pages", "a.pdf"))
    show(Progress("parse", 2, 2, "pages", "a.pdf"))
    assert lines == []


def test_long_work_writes_a_line_with_the_time_that_is_left() -> None:
    lines: list[str] = []
    clock = Clock()
    show = ProgressLines(lines.append, clock)
    show(Progress("parse", 0, 1200, "pages", "a.pdf"))
    clock.now += 10
    show(Progress("parse", 400, 1200, "pages", "a.pdf"))
    assert lines == ["parse a.pdf: 400 of 1,200 pages, about 20 s left"]


def test_the_time_that_is_left_counts_from_the_start_of_the_stage() -> None:
    lines: list[str] = []
    clock = Clock()
    show = ProgressLines(lines.append, clock)
    show(Progress("parse", 9, 9, "pages", "a.pdf"))
    clock.now += 1000
    show(Progress("read", 50, 150, "tokens"))
    clock.now += 10
    show(Progress("read", 100, 150, "tokens"))
    assert lines[-1] == "read: 100 of 150 tokens, about 10 s left"


def test_stages_that_alternate_keep_their_starts() -> None:
    lines: list[str] = []
    clock = Clock()
    show = ProgressLines(lines.append, clock)
    show(Progress("read", 0, 300, "tokens"))
    clock.now += 4
    show(Progress("answer", 1, 3, "fields"))
    clock.now += 6
    show(Progress("read", 100, 300, "tokens"))
    assert lines == ["read: 100 of 300 tokens, about 20 s left"]


def test_a_stage_without_a_size_promises_nothing() -> None:
    lines: list[str] = []
    clock = Clock()
    show = ProgressLines(lines.append, clock)
    clock.now += 10
    show(Progress("load", 3, 0, "files"))
    assert lines == ["load: 3 files"]


def test_each_stage_of_each_document_has_its_bar() -> None:
    bars = Bars(console=Console(file=io.StringIO()))
    show = ProgressBars(bars)
    show(Progress("parse", 1, 4, "pages", "[red]a.pdf"))
    show(Progress("parse", 2, 4, "pages", "[red]a.pdf"))
    show(Progress("parse", 0, 0, "pages", "b.pdf"))
    assert [(bar.description, bar.completed, bar.total) for bar in bars.tasks] == [
        ("parse [red]a.pdf", 2, 4),
        ("parse b.pdf", 0, None),
    ]
