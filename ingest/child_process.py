"""What does the process do that `ingest.child` starts?

`python -m ingest.child_process ABOUT` takes its limits, reads a request from standard input,
lets the module that is named answer it, and writes lines of JSON to what was its standard
output: {"progress": …} any number of times, then {"result": …}, {"failure": …} or {"crash": …}.
Whatever libraries print goes to standard error.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import faulthandler
import importlib
import json
import math
import os
import resource
import signal
import sys
import threading
import time
import traceback
from collections.abc import Mapping
from types import ModuleType
from typing import Any, NoReturn

from ingest.child_guard import guard, leave_network

_PR_SET_PDEATHSIG = 1
_LOOK_SECONDS = 0.5
_MAX_FRAMES = 20
_MAX_OPEN_FILES = 256


def main() -> NoReturn:
    about = json.loads(sys.argv[1])
    if about["is_guarded"]:
        leave_network()
    _end_with(about["parent"])
    _take_limits(about["seconds"], about["memory_bytes"])
    out = _private_output()
    faulthandler.enable()
    try:
        module = importlib.import_module(about["module"])
        request = json.load(sys.stdin)
        if about["is_guarded"]:
            guard(about["folder"])
        last = _answered(module, request, out)
    except Exception as error:
        last = _said_of(error)
    _write(out, last)
    os._exit(0)  # nothing is left to be done, and taking a large heap apart takes time


def _end_with(parent: int) -> None:
    """On Linux the kernel sees to it, also while a library holds the interpreter."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    else:
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()
    if os.getppid() != parent:  # it was gone before we asked
        os._exit(1)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_SECONDS)
    os._exit(1)


def _take_limits(seconds: float, memory_bytes: int) -> None:
    """The time by the clock is the parent's to watch; this one is for a child that spins alone."""
    _lower(resource.RLIMIT_CORE, 0, 0)
    _lower(resource.RLIMIT_AS, memory_bytes, memory_bytes)
    _lower(resource.RLIMIT_FSIZE, memory_bytes, memory_bytes)
    _lower(resource.RLIMIT_NOFILE, _MAX_OPEN_FILES, _MAX_OPEN_FILES)
    cpu_seconds = math.ceil(seconds * (os.cpu_count() or 1))
    _lower(resource.RLIMIT_CPU, cpu_seconds, cpu_seconds + 5)


def _lower(kind: int, soft: int, hard: int) -> None:
    """Never above what this process was given. Some systems know no such limit."""
    _, allowed = resource.getrlimit(kind)
    if allowed != resource.RLIM_INFINITY:
        soft, hard = min(soft, allowed), min(hard, allowed)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(kind, (soft, hard))


def _private_output() -> int:
    """Standard output as it was; from now on it is where errors go."""
    out = os.dup(1)
    os.dup2(2, 1)
    return out


def _answered(module: ModuleType, request: Mapping[str, Any], out: int) -> dict[str, Any]:
    from schemas.progress import Progress

    def on_progress(progress: Progress) -> None:
        done = {"stage": progress.stage, "done": progress.done, "at": progress.at}
        _write(out, {"progress": done | {"total": progress.total, "unit": progress.unit}})

    return {"result": module.answer(request, on_progress)}


def _said_of(error: Exception) -> dict[str, Any]:
    """Without the words of an error that is not ours: they may quote the document."""
    from schemas.errors import ServiceError

    if isinstance(error, ServiceError):
        failure = {"code": error.code, "message": error.message, "param": error.param}
        return {"failure": failure}
    is_too_large = isinstance(error, MemoryError) or getattr(error, "errno", 0) == errno.EFBIG
    name = MemoryError.__name__ if is_too_large else type(error).__qualname__
    frames = traceback.extract_tb(error.__traceback__)[-_MAX_FRAMES:]
    lines = [f"{frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
    return {"crash": {"error": name, "frames": lines}}


def _write(out: int, said: Mapping[str, Any]) -> None:
    line = memoryview(json.dumps(said).encode() + b"\n")
    while line:
        line = line[os.write(out, line) :]


if __name__ == "__main__":
    main()
