"""How are several pictures read at the same time?

By processes of our own, one picture each at a time, started when the first pictures come. They
belong to the process group of the one that starts them and die with it; a picture that ends one
of them is lost alone.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import psutil

from ingest.child import child_environment
from ingest.child_guard import ocr_command
from ingest.ocr_text import PictureText, text_of_json

_PROCESS_BYTES = 1 << 30  # what one holds at its peak
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


class OcrFailed(Exception):
    """A picture that could not be read; it says why in a word or two."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Grey pixels [height, width], 0 is black."""

    pixels: npt.NDArray[np.uint8]
    pixels_a_point: float


class OcrPool:
    """Its processes are ended by `close`, whatever they are doing."""

    def __init__(self, num_processes: int) -> None:
        """0: one a core, as far as memory reaches."""
        self.num_processes = num_processes or _sensible_number()
        self._executor = ThreadPoolExecutor(self.num_processes, thread_name_prefix="ocr")
        self._own = threading.local()
        self._lock = threading.Lock()
        self._processes: set[subprocess.Popen[bytes]] = set()
        self._is_closed = False

    def submit(self, picture: Picture) -> Future[PictureText]:
        """The result raises `OcrFailed` where the picture could not be read."""
        return self._executor.submit(self._read, picture)

    def close(self) -> None:
        with self._lock:
            self._is_closed = True
            processes = list(self._processes)
        for process in processes:
            self._end(process)
        self._executor.shutdown(cancel_futures=True)

    def _read(self, picture: Picture) -> PictureText:
        process = self._process()
        try:
            said = _asked(process, picture)
        except (OSError, ValueError) as error:
            said = b""
            failed: Exception | None = error
        else:
            failed = None
        if not said.endswith(b"\n"):
            status = self._end(process)
            self._own.process = None
            raise OcrFailed(f"the process that read it ended with status {status}") from failed
        if said.startswith(b'{"error"'):
            raise OcrFailed(json.loads(said)["error"])
        return text_of_json(said)

    def _process(self) -> subprocess.Popen[bytes]:
        """The one of this thread: it is started by it, too, and lives no longer."""
        process: subprocess.Popen[bytes] | None = getattr(self._own, "process", None)
        if process is None:
            with self._lock:
                if self._is_closed:
                    raise OcrFailed("stopped")
                process = self._own.process = _started()
                self._processes.add(process)
        return process

    def _end(self, process: subprocess.Popen[bytes]) -> int:
        process.kill()
        with self._lock:
            self._processes.discard(process)
        status = process.wait()
        for stream in (process.stdin, process.stdout):
            with contextlib.suppress(OSError, ValueError):
                if stream is not None:
                    stream.close()
        return status


@contextmanager
def ocr_pool(num_processes: int) -> Iterator[OcrPool]:
    pool = OcrPool(num_processes)
    try:
        yield pool
    finally:
        pool.close()


def _sensible_number() -> int:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, min(cores or 1, psutil.virtual_memory().available // _PROCESS_BYTES))


def _started() -> subprocess.Popen[bytes]:
    paths = [os.path.abspath(path or os.curdir) for path in sys.path]
    try:
        return subprocess.Popen(
            ocr_command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=child_environment() | _ONE_THREAD | {"PYTHONPATH": os.pathsep.join(paths)},
        )
    except OSError as error:
        raise OcrFailed(f"no process can be started ({error.strerror})") from error


def _asked(process: subprocess.Popen[bytes], picture: Picture) -> bytes:
    """A line, or less where the process ended before it had written it."""
    assert process.stdin is not None
    assert process.stdout is not None
    height, width = picture.pixels.shape
    about = {"width": width, "height": height, "pixels_a_point": picture.pixels_a_point}
    process.stdin.write(json.dumps(about).encode() + b"\n")
    process.stdin.write(np.ascontiguousarray(picture.pixels).data)
    process.stdin.flush()
    return process.stdout.readline()
