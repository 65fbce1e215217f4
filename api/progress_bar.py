"""How does a person see how far the work is, and when it will be done?"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from api.places import visible
from schemas.progress import OnProgress, Progress

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

_SECONDS_BETWEEN_LINES = 5.0


@contextmanager
def progress_shown() -> Iterator[OnProgress]:
    """Bars on standard error where it is a terminal, else a plain line every few seconds."""
    if not sys.stderr.isatty():
        yield ProgressLines(_write_line)
        return
    with _bars() as bars:
        yield ProgressBars(bars)


class ProgressLines:
    """Says nothing of work that is done within the first few seconds."""

    def __init__(
        self, write: Callable[[str], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._write = write
        self._clock = clock
        self._last_line = clock()
        self._starts: dict[tuple[str, str], tuple[float, int]] = {}  # stages may alternate

    def __call__(self, progress: Progress) -> None:
        now = self._clock()
        stage = (progress.stage, progress.document)
        since, done_before = self._starts.setdefault(stage, (now, progress.done))
        if now - self._last_line >= _SECONDS_BETWEEN_LINES:
            self._last_line = now
            left = _remaining(progress, now - since, progress.done - done_before)
            self._write(_name_of(progress) + _count_of(progress) + left)


class ProgressBars:
    """One bar for each stage of each document."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._tasks: dict[tuple[str, str], TaskID] = {}

    def __call__(self, progress: Progress) -> None:
        stage = (progress.stage, progress.document)
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(
                _name_of(progress), total=None, unit=progress.unit
            )
        total = progress.total or None
        self._bars.update(self._tasks[stage], completed=progress.done, total=total)


def _bars() -> Bars:
    from rich import progress
    from rich.console import Console

    return progress.Progress(
        progress.TextColumn("{task.description}", markup=False),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TextColumn("{task.fields[unit]}", markup=False),
        progress.TimeRemainingColumn(elapsed_when_finished=True),
        console=Console(stderr=True),
        transient=True,
    )


def _write_line(text: str) -> None:
    sys.stderr.write(f"needlepoint: {text}\n")
    sys.stderr.flush()


def _name_of(progress: Progress) -> str:
    return f"{progress.stage} {visible(progress.document)}".strip()


def _count_of(progress: Progress) -> str:
    total = f" of {progress.total:,}" if progress.total else ""
    return f": {progress.done:,}{total} {progress.unit}"


def _remaining(progress: Progress, seconds: float, num_done: int) -> str:
    """By how many units were done in these seconds."""
    if num_done <= 0 or progress.total <= progress.done:
        return ""
    return f", about {_duration(seconds / num_done * (progress.total - progress.done))} left"


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
