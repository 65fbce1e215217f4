"""What may the process of a document not do?

It reaches no network, starts no program but our own OCR, and writes in no folder but its own. An
audit hook refuses what Python code tries, and can not be taken away again. Where Linux allows it,
the process also gets a network with nothing in it, which holds for libraries too.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_REFUSED = (
    *("socket.", "subprocess.", "pty.", "webbrowser.", "urllib.", "http.", "ftplib.", "smtplib."),
    *("os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.startfile"),
)
_NUM_PATHS: Mapping[str, int] = {
    "os.chmod": 1,
    "os.chown": 1,
    "os.link": 2,
    "os.mkdir": 1,
    "os.remove": 1,
    "os.rename": 2,
    "os.rmdir": 1,
    "os.symlink": 2,
    "os.truncate": 1,
}
"""Events that change a file, with how many paths they begin with."""


def leave_network() -> None:
    """Does nothing where the system does not let go of it. Must come before any thread."""
    if not sys.platform.startswith("linux"):
        return
    is_root = os.geteuid() == 0  # who keeps the rights to its files, which a new user would lose
    ctypes.CDLL(None).unshare(_NEW_NETWORK if is_root else _NEW_USER | _NEW_NETWORK)


def guard(folder: str | None) -> None:
    """From here on, what is not allowed raises `PermissionError`; with no folder, nothing is
    written at all."""
    sys.addaudithook(_hook(os.path.realpath(folder) + os.sep if folder else None))


def ocr_command() -> list[str]:
    """What starts a process that reads pictures; it guards itself."""
    return [sys.executable, "-P", "-s", "-m", "ingest.ocr_process"]


def is_ocr(program: object, command: object) -> bool:
    return program == sys.executable and command == ocr_command()


def _hook(folder: str | None) -> Callable[[str, tuple[Any, ...]], None]:
    def is_own(path: Any) -> bool:
        if isinstance(path, int):  # was let through when it was opened
            return True
        real = os.path.realpath(os.fsdecode(path))
        return real == os.devnull or (folder is not None and (real + os.sep).startswith(folder))

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event == "open":
            is_written = isinstance(args[2], int) and args[2] & _WRITING
            is_refused = bool(is_written) and not is_own(args[0])
        elif event == "subprocess.Popen":
            is_refused = not is_ocr(args[0], args[1])
        elif event in _NUM_PATHS:
            is_refused = not all(map(is_own, args[: _NUM_PATHS[event]]))
        else:
            is_refused = event.startswith(_REFUSED)
        if is_refused:
            raise PermissionError(f"{event} is not allowed to the process of a document")

    return hook
