"""Whose turn is it to use the one model?

Requests are threads. Each holds the turn while it computes and offers it at each of its steps.
The turn is with the most urgent request that is present, and among equally urgent ones with the
one that came first: so a more urgent one is let in at the next step of whoever computes, an equal
one waits until those before it are done, and who was put aside goes on before later ones of its
urgency. Urgency is strict: as long as urgent requests are present, others wait.
"""

from __future__ import annotations

import threading
import time
from bisect import insort
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

_LOOK_SECONDS = 0.2

OnWait = Callable[[int], None]
"""Called several times a second while a request waits, with the number of those before it. What
it raises ends the wait."""


@dataclass(order=True)
class Turn:
    """One request's place, while it is present."""

    urgency: int
    number: int
    turns: Turns = field(compare=False)
    on_wait: OnWait = field(compare=False)
    thread: threading.Thread = field(compare=False)

    def step(self) -> None:
        """Let more urgent requests go first; returns when it is this one's turn again."""
        self.turns._step(self)


class Turns:
    """`num_steps` counts the steps of all requests since the start."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._present: list[Turn] = []  # sorted
        self._holder: Turn | None = None
        self._num_turns = 0
        self._last_step = 0.0
        self.num_steps = 0

    @contextmanager
    def taken(self, urgency: int, on_wait: OnWait = lambda _: None) -> Iterator[Turn]:
        """Wait for the turn, and hold it. A smaller urgency goes first."""
        turn = self._arrive(urgency, on_wait)
        try:
            self._wait(turn)
            yield turn
        finally:
            self._leave(turn)

    @property
    def num_present(self) -> int:
        with self._changed:
            return len(self._present)

    @property
    def num_running(self) -> int:
        with self._changed:
            return int(self._holder is not None)

    @property
    def seconds_since_step(self) -> float | None:
        """None while nobody holds the turn."""
        with self._changed:
            return None if self._holder is None else time.monotonic() - self._last_step

    @property
    def is_lost(self) -> bool:
        """Whether the turn is with a thread that ended without giving it back."""
        with self._changed:
            return self._holder is not None and not self._holder.thread.is_alive()

    def _arrive(self, urgency: int, on_wait: OnWait) -> Turn:
        with self._changed:
            self._num_turns += 1
            turn = Turn(urgency, self._num_turns, self, on_wait, threading.current_thread())
            insort(self._present, turn)
            return turn

    def _leave(self, turn: Turn) -> None:
        with self._changed:
            self._present.remove(turn)
            if self._holder is turn:
                self._holder = None
            self._changed.notify_all()

    def _step(self, turn: Turn) -> None:
        with self._changed:
            assert self._holder is turn, "a step without the turn"
            self.num_steps += 1
            self._last_step = time.monotonic()
            if self._present[0] is turn:
                return
            self._holder = None
            self._changed.notify_all()
        self._wait(turn)

    def _wait(self, turn: Turn) -> None:
        while not self._is_given(turn):
            turn.on_wait(self._num_before(turn))

    def _is_given(self, turn: Turn) -> bool:
        """Take the turn if it is this one's, waiting for it a moment."""
        with self._changed:
            is_mine = self._changed.wait_for(
                lambda: self._holder is None and self._present[0] is turn, _LOOK_SECONDS
            )
            if is_mine:
                self._holder = turn
                self._last_step = time.monotonic()
            return is_mine

    def _num_before(self, turn: Turn) -> int:
        with self._changed:
            return self._present.index(turn)
