"""How does a process end when the one that started it is gone, however that ended?

Run as a script before the program itself: `python -I -S parent_watch.py PARENT_PID PROGRAM ARG…`.
On Linux the kernel kills the program with its parent, also over `exec`, and this script becomes
the program. Elsewhere the script stays, looks for the parent, and kills the program after it.
It imports nothing that takes time. The parent must start it from a thread that stays.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence

_PR_SET_PDEATHSIG = 1
_LOOK_SECONDS = 0.5


def following_this_process(command: Sequence[str]) -> list[str]:
    """The command that runs `command` no longer than the calling process lives."""
    return [sys.executable, "-I", "-S", __file__, str(os.getpid()), *command]


def main(arguments: Sequence[str]) -> int:
    parent, command = int(arguments[0]), list(arguments[1:])
    if not sys.platform.startswith("linux"):
        return _watch(parent, command)
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() == parent:
        os.execvp(command[0], command)
    return 1  # it was gone before we asked


def _watch(parent: int, command: list[str]) -> int:
    child = subprocess.Popen(command, close_fds=False)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda sent, _: child.send_signal(sent))
    while child.poll() is None:
        if os.getppid() != parent:
            child.kill()
        time.sleep(_LOOK_SECONDS)
    return child.returncode if child.returncode >= 0 else 128 - child.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
