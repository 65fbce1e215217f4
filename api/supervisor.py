"""Who starts the processes of the service, watches them, and ends them in order?"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from api.exit_codes import ExitCode
from jobs.logs import logger
from jobs.parent_watch import following_this_process

_LOOP_SECONDS = 0.1
_LOOK_SECONDS = 2.0
_FIRST_DELAY, _LAST_DELAY = 0.2, 10.0
_LIFE_SECONDS = 30.0  # lived so long: the next restart is at once again
_MOST_STARTS = 5  # of a program that was never up
_GAP_SECONDS = 3.0  # between two looks: it was the supervisor that stood still
_log = logger(__name__)


@dataclass(frozen=True, slots=True)
class Program:
    """One process to keep running.

    `is_well` is asked in a thread every two seconds; it should answer within a few, and what it
    raises is a no. The program is up with the first yes.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    is_well: Callable[[], bool]
    rank: int = 0  # of the end: lower ones first
    start_seconds: float = 120.0  # from its start to the first yes, else it is killed
    hang_seconds: float = 30.0  # without a yes, then it is killed
    drain_seconds: float = 10.0  # from SIGTERM to SIGKILL
    files: tuple[int, ...] = ()  # descriptors that it inherits


class Supervisor:
    """Keeps programs running until it is told to stop; they never outlive it, however it ends.

    `state` is a file that says which processes there are. `run` must be called by the main thread.
    """

    def __init__(
        self,
        programs: Sequence[Program],
        *,
        state: Path | None = None,
        when_up: Callable[[], None] = lambda: None,
        when_ending: Callable[[], None] = lambda: None,
    ) -> None:
        self._children = [Child(program) for program in programs]
        self._state = state
        self._when_up, self._when_ending = when_up, when_ending
        self._is_state_written, self._write_at = True, 0.0
        self._num_signals = 0
        self._wake = threading.Event()

    def run(self) -> int:
        """The exit code: 0 after a signal, else that of a program that cannot start."""
        code, is_announced = None, False
        with self._signals():
            try:
                while code is None and not self._num_signals:
                    code = self._tend()
                    if not is_announced and all(child.was_up for child in self._children):
                        is_announced = True
                        self._when_up()
                    self._wake.wait(_LOOP_SECONDS)
            finally:
                self._when_ending()
                self._end()
        return code or ExitCode.COMPLETED

    def _tend(self) -> int | None:
        changes = [child.tend(time.monotonic()) for child in self._children]
        if any(changes):
            self._is_state_written, self._write_at = False, 0.0
        if not self._is_state_written and time.monotonic() >= self._write_at:
            self._write_state()
        return next((code for child in self._children if (code := child.verdict())), None)

    def _end(self) -> None:
        """Rank by rank, so that what is still needed is still there; a second signal: at once."""
        for rank in sorted({child.program.rank for child in self._children}):
            group = [child for child in self._children if child.program.rank == rank]
            for child in group:
                child.terminate()
            waited, looked = 0.0, time.monotonic()
            while any(child.is_running for child in group):
                now = time.monotonic()
                waited, looked = waited + min(now - looked, _GAP_SECONDS), now
                for child in group:
                    if waited > child.program.drain_seconds or self._num_signals > 1:
                        child.kill("it did not end in time")
                time.sleep(_LOOP_SECONDS / 2)
        self._remove_state()

    def _write_state(self) -> None:
        """A disk that is full ends no process; it is tried again in a while."""
        try:
            self._put_state()
            self._is_state_written = True
        except OSError as error:
            _log.warning("the state could not be written", exc_info=error)
            self._write_at = time.monotonic() + _LAST_DELAY

    def _put_state(self) -> None:
        if self._state is None:
            return
        programs = {child.program.name: child.record() for child in self._children}
        content = {"pid": os.getpid(), "programs": programs}
        part = self._state.with_suffix(".part")
        part.write_text(json.dumps(content, indent=2) + "\n")
        os.replace(part, self._state)

    def _remove_state(self) -> None:
        if self._state is None:
            return
        try:
            self._state.unlink(missing_ok=True)
        except OSError as error:
            _log.warning("the state could not be removed", exc_info=error)

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """What we were told to ignore, as `nohup` does with SIGHUP, stays ignored."""

        def stop(number: int, _: FrameType | None) -> None:
            self._num_signals += 1
            self._wake.set()

        numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
        heard = [number for number in numbers if signal.getsignal(number) != signal.SIG_IGN]
        before = {number: signal.signal(number, stop) for number in heard}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


class Child:
    """The process of one program: there is none, it starts, it is up, or it ended."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.was_up = False  # in any of its lives
        self._process: subprocess.Popen[bytes] | None = None
        self._health = Health(program.is_well)
        self._num_starts = 0
        self._delay, self._start_at = _FIRST_DELAY, 0.0
        self._last_code = 0

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def tend(self, now: float) -> bool:
        """One step of its life; True when a process came or went."""
        if self._process is None:
            return now >= self._start_at and self._start(now)
        if self._process.poll() is not None:
            return self._bury(now, self._process.returncode)
        self._look(now)
        return False

    def verdict(self) -> int | None:
        """With which code to give up: it never came up, and why will not change by itself."""
        if self.was_up or self._process is not None or not self._num_starts:
            return None
        if self._last_code == ExitCode.CALLERS_MISTAKE:
            return ExitCode.CALLERS_MISTAKE
        return ExitCode.OURS if self._num_starts >= _MOST_STARTS else None

    def terminate(self) -> None:
        if self._process is not None and self.is_running:
            self._process.terminate()

    def kill(self, reason: str) -> None:
        """With its whole group."""
        if self._process is None or not self.is_running:
            return
        _log.warning("killed", program=self.program.name, pid=self._process.pid, reason=reason)
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            self._process.kill()

    def record(self) -> dict[str, int | None]:
        pid = self._process.pid if self._process is not None else None
        return {"pid": pid, "starts": self._num_starts}

    def _start(self, now: float) -> bool:
        self._num_starts += 1
        self._health.begin(now)
        try:
            self._process = self._opened()
        except (OSError, subprocess.SubprocessError) as error:  # as if it had ended at once
            _log.warning("could not be started", program=self.program.name, exc_info=error)
            return self._bury(now, ExitCode.OURS)
        _log.info("started", program=self.program.name, pid=self._process.pid)
        return True

    def _opened(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            following_this_process(self.program.command),
            env=dict(self.program.environment),
            stdin=subprocess.DEVNULL,
            pass_fds=self.program.files,
            process_group=0,
        )

    def _bury(self, now: float, code: int) -> bool:
        lived = now - self._health.began
        if lived >= _LIFE_SECONDS:
            self._delay = _FIRST_DELAY
        self._start_at = now + self._delay
        self._delay = min(2 * self._delay, _LAST_DELAY)
        self._process, self._last_code = None, code
        _log.warning("ended", program=self.program.name, status=code, lived_seconds=round(lived, 1))
        return True

    def _look(self, now: float) -> None:
        self._health.look(now)
        if self._health.is_up:
            self.was_up = True
        silent = now - self._health.last_yes
        limit = self.program.hang_seconds if self._health.is_up else self.program.start_seconds
        if silent > limit:
            self.kill(f"it did not answer for {round(silent)} seconds")


class Health:
    """What a program last answered; questions are asked in a thread of their own.

    Nobody is blamed for time in which nobody looked: the supervisor was stopped, or the machine
    stood still. The question then open is dropped, and the silence counts from a new one.
    """

    def __init__(self, is_well: Callable[[], bool]) -> None:
        self._is_well = is_well
        self._round = 0  # of questions; an answer to an earlier one is dropped
        self._is_asking = False
        self._asked_at = self._looked_at = 0.0
        self.began = self.last_yes = 0.0
        self.is_up = False

    def begin(self, now: float) -> None:
        self._ask_anew(now)
        self.began, self.is_up = now, False

    def look(self, now: float) -> None:
        if now - self._looked_at > _GAP_SECONDS:
            self._ask_anew(now)
        self._looked_at = now
        pause = _LOOK_SECONDS if self.is_up else _LOOK_SECONDS / 8
        if not self._is_asking and now - self._asked_at >= pause:
            self._is_asking, self._asked_at = True, now
            self._start_asking()

    def _ask_anew(self, now: float) -> None:
        self._round += 1
        self._is_asking, self._asked_at = False, 0.0
        self.last_yes = self._looked_at = now

    def _start_asking(self) -> None:
        """Without a thread to be had it is as a no: asked again soon."""
        try:
            threading.Thread(target=self._ask, args=(self._round,), daemon=True).start()
        except RuntimeError as error:
            _log.warning("a probe could not be started", exc_info=error)
            self._is_asking = False

    def _ask(self, number: int) -> None:
        try:
            is_well = self._is_well()
        except Exception:
            _log.debug("a probe failed", exc_info=True)
            is_well = False
        if number != self._round:  # about a process that is gone, or from before a gap
            return
        if is_well:
            self.last_yes, self.is_up = time.monotonic(), True
        self._is_asking = False
