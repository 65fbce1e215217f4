"""How is hostile work done where it can harm nothing else, and ended when it must be?

One piece of work runs in one plain process (`ingest.child_process`): with limits on seconds,
memory and files, with nothing of our environment, and in a process group of its own, which is
killed when the work is over, however it ended.
"""

from __future__ import annotations

import json
import logging
import math
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from ingest import child_end
from ingest.child_end import Ending
from schemas.errors import Cancelled, Unavailable
from schemas.progress import OnProgress, Progress, ignore_progress

_LOOK_SECONDS = 0.5
_READ_BYTES = 1 << 16
_KEPT_ERROR_BYTES = 16 << 10
_KEPT_VARIABLES = ("HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PATH", "TMPDIR", "TZ")
_OUR_VARIABLES = {
    "MALLOC_ARENA_MAX": "2",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONUTF8": "1",
}
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ChildLimits:
    """`memory_bytes` bounds the address space, and each file that is written; `page_seconds` the
    time of a single page. `if_slow` and `if_large` tell the caller what to do about a limit."""

    seconds: float
    memory_bytes: int
    if_slow: str
    if_large: str
    output_bytes: int = 64 << 20
    page_seconds: float = math.inf
    if_page_slow: str = ""


def run_child(
    module: str,
    request: Mapping[str, Any],
    limits: ChildLimits,
    *,
    name: str,
    folder: Path | None = None,
    is_trusted: bool = False,
    on_progress: OnProgress = ignore_progress,
    should_stop: Callable[[], bool] = lambda: False,
    spent_seconds: float = 0.0,
) -> dict[str, Any]:
    """What `module.answer(request, on_progress)` gives in a process of its own, by way of JSON.

    `name` is the document's, for messages. `folder` is the only one that may be written in, and
    `is_trusted` work may do anything (`ingest.child_guard`). A `ServiceError` raised there is
    raised here, and any other end of the child is one too (`ingest.child_end`), with a `LostPage`
    as its cause where a page brought it about. `should_stop` is asked about every half second and
    ends the work with `Cancelled`; what `on_progress` raises ends it as well. `spent_seconds` of
    the limit are gone. When this is over, so are the child and all it started. The calling thread
    must stay.
    """
    guarded = {"is_guarded": not is_trusted, "folder": str(folder.absolute()) if folder else None}
    with _started(module, limits, guarded) as process:
        end_at = time.monotonic() + limits.seconds - spent_seconds
        return _Talk(process, limits, name, end_at, on_progress, should_stop).answer(request)


@contextmanager
def _started(
    module: str, limits: ChildLimits, guarded: Mapping[str, Any]
) -> Iterator[subprocess.Popen[bytes]]:
    """It sees the modules that this process sees, whichever folder it is started in."""
    about = {
        "module": module,
        "parent": os.getpid(),
        "seconds": limits.seconds,
        "memory_bytes": limits.memory_bytes,
        **guarded,
    }
    paths = [os.path.abspath(path or os.curdir) for path in sys.path]
    try:
        process = subprocess.Popen(
            [sys.executable, "-P", "-s", "-m", "ingest.child_process", json.dumps(about)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=child_environment() | {"PYTHONPATH": os.pathsep.join(paths)},
            start_new_session=True,
        )
    except OSError as error:
        raise Unavailable(f"no process can be started ({error.strerror}): try again") from error
    try:
        yield process
    finally:
        _end(process)


def child_environment() -> dict[str, str]:
    """No secret of the service is among it."""
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    return kept | _OUR_VARIABLES


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kills the group, also what a child that ended by itself left behind in it."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        process.kill()
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            stream.close()
    process.wait()


class _Talk:
    """Sends the request and takes in what the child says, up to its last line."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        limits: ChildLimits,
        name: str,
        end_at: float,
        on_progress: OnProgress,
        should_stop: Callable[[], bool],
    ) -> None:
        self._process, self._limits, self._name = process, limits, name
        self._on_progress, self._should_stop = on_progress, should_stop
        self._look_at, self._end_at, self._page_end_at = 0.0, end_at, math.inf
        self._selector = selectors.DefaultSelector()
        self._unsent = memoryview(b"")
        self._line, self._errors = bytearray(), bytearray()
        self._num_read = 0
        self._progress: Progress | None = None
        self._last: dict[str, Any] | None = None

    def answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        self._unsent = memoryview(json.dumps(request).encode())
        with self._selector:
            self._open_streams()
            status = None
            while self._last is None and status is None:
                self._check()
                status = _status_of(self._process)
                self._exchange(_LOOK_SECONDS if status is None else 0.0)
            while self._last is None and self._exchange(0.0):
                pass  # what it wrote before it ended
        return self._result(status)

    def _result(self, status: int | None) -> dict[str, Any]:
        if self._last is not None and "result" in self._last:
            return dict(self._last["result"])
        errors = bytes(self._errors)
        if frames := child_end.safe_lines(errors, self._last):
            _log.warning("a child process ended early: %s", "; ".join(frames))
        raise child_end.error_of(self._ending(), self._last, status, errors)

    def _ending(self) -> Ending:
        limits = self._limits
        return Ending(self._name, self._progress, limits.seconds, limits.if_slow, limits.if_large)

    def _open_streams(self) -> None:
        self._register(self._process.stdin, selectors.EVENT_WRITE, self._send)
        self._register(self._process.stdout, selectors.EVENT_READ, self._receive)
        self._register(self._process.stderr, selectors.EVENT_READ, self._keep_error)

    def _register(self, stream: IO[bytes] | None, event: int, step: Callable[[int], bool]) -> None:
        assert stream is not None
        os.set_blocking(stream.fileno(), False)
        self._selector.register(stream, event, (stream, step))

    def _check(self) -> None:
        now, limits = time.monotonic(), self._limits
        if now >= self._end_at:
            raise child_end.too_slow(self._ending())
        if now >= self._page_end_at:
            raise child_end.page_too_slow(self._ending(), limits.page_seconds, limits.if_page_slow)
        if now >= self._look_at:
            self._look_at = now + _LOOK_SECONDS
            if self._should_stop():
                raise Cancelled(f"{self._name}: the work on it was stopped")

    def _exchange(self, wait_seconds: float) -> bool:
        """Whether anything was there to be sent or read."""
        ready = self._selector.select(wait_seconds)
        for key, _ in ready:
            stream, step = key.data
            if not step(key.fd):
                self._selector.unregister(stream)
                stream.close()
        return bool(ready)

    def _send(self, descriptor: int) -> bool:
        """Each step says whether there may be another one."""
        try:
            self._unsent = self._unsent[os.write(descriptor, self._unsent[:_READ_BYTES]) :]
        except BrokenPipeError:
            return False
        return bool(self._unsent)

    def _keep_error(self, descriptor: int) -> bool:
        some = self._read(descriptor)
        self._errors = (self._errors + some)[-_KEPT_ERROR_BYTES:]
        return bool(some)

    def _receive(self, descriptor: int) -> bool:
        some = self._read(descriptor)
        self._line += some
        if b"\n" in some:
            *lines, self._line = self._line.split(b"\n")
            for line in lines:
                self._take(bytes(line))
        return bool(some)

    def _read(self, descriptor: int) -> bytes:
        some = os.read(descriptor, _READ_BYTES)
        self._num_read += len(some)
        if self._num_read > self._limits.output_bytes:
            raise child_end.out_of_order(self._ending(), "said more than it may")
        return some

    def _take(self, line: bytes) -> None:
        said = self._understood(line)
        if isinstance(said, Progress):
            self._progress = said
            self._on_progress(said)
            is_on_page = child_end.page_of(said) is not None
            until = time.monotonic() + self._limits.page_seconds
            self._page_end_at = until if is_on_page else math.inf
        else:
            self._last = said

    def _understood(self, line: bytes) -> Progress | dict[str, Any]:
        try:
            said = json.loads(line)
            if "progress" in said:
                return Progress(**said["progress"], document=self._name)
            return dict(said)
        except (ValueError, TypeError) as error:
            raise child_end.out_of_order(self._ending(), "said what is not ours") from error


def _status_of(process: subprocess.Popen[bytes]) -> int | None:
    """Its exit status, or minus its signal; None while it runs.

    It is only looked at: while it is not waited for, its number, by which the group is killed,
    belongs to nobody else.
    """
    if not hasattr(os, "waitid"):
        return process.poll()
    found = os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    if found is None:
        return None
    return found.si_status if found.si_code == os.CLD_EXITED else -found.si_status
