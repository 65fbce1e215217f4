"""Which bad children do the tests run? One a name, in a process of its own."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ingest.child_guard import ocr_command
from schemas.errors import PasswordRequired
from schemas.progress import OnProgress, Progress


def answer(request: Mapping[str, Any], on_progress: OnProgress) -> dict[str, Any]:
    on_progress(Progress("parse", 2, 7, "pages"))
    if request["deed"] == "read_pages":
        return _read_pages(request, on_progress)
    deed = globals()[f"_{request['deed']}"]
    return dict(deed(request))


def _echo(request: Mapping[str, Any]) -> dict[str, Any]:
    return {"said": request["say"], "pid": os.getpid()}


def _environment(_: Any) -> dict[str, Any]:
    return dict(os.environ)


def _refuse(_: Any) -> dict[str, Any]:
    raise PasswordRequired("a.pdf: it is locked", param="a.pdf")


def _fail(_: Any) -> dict[str, Any]:
    raise KeyError("a word of the document")


def _sleep(request: Mapping[str, Any]) -> dict[str, Any]:
    """The file it makes says that it runs."""
    if "mark" in request:
        with open(request["mark"], "w") as file:
            file.write(str(os.getpid()))
    time.sleep(60)
    return {}


def _spin(_: Any) -> dict[str, Any]:
    while True:
        pass


def _eat(_: Any) -> dict[str, Any]:
    return {"eaten": len(bytearray(1 << 40))}


def _eat_slowly(_: Any) -> dict[str, Any]:
    meals = []
    while True:
        meals.append(bytearray(1 << 20))


def _segfault(_: Any) -> dict[str, Any]:
    ctypes.string_at(0)
    return {}


def _abort(_: Any) -> dict[str, Any]:
    """As a library does that is not written in Python."""
    os.write(2, b"memory allocation of 4096 bytes failed\n")
    os.abort()


def _exit(_: Any) -> dict[str, Any]:
    os._exit(3)


def _be_killed(_: Any) -> dict[str, Any]:
    os.kill(os.getpid(), signal.SIGKILL)
    return {}


def _print(_: Any) -> dict[str, Any]:
    line = "a word of the document " * 1000
    for _ in range(1 << 16):
        print(line)  # noqa: T201
    return {}


def _write(request: Mapping[str, Any]) -> dict[str, Any]:
    with open(request["file"], "wb") as file:
        return {"size": file.truncate(1 << 40)}


def _fork(request: Mapping[str, Any]) -> dict[str, Any]:
    """Leaves a process behind that holds the pipes open."""
    left = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    if request.get("stays"):
        time.sleep(60)
    return {"left": left.pid}


def _thread(_: Any) -> dict[str, Any]:
    threading.Thread(target=time.sleep, args=(60,)).start()
    return {"threads": threading.active_count()}


def _reach(request: Mapping[str, Any]) -> dict[str, Any]:
    """Tries to get out, and says what came of it."""
    attempts = (_call_out, _run_program, _run_module, _leave_file)
    return {"came": [_tried(attempt) for attempt in attempts]}


def _tried(attempt: Callable[[], object]) -> str:
    try:
        attempt()
    except OSError as error:
        return type(error).__name__
    return "it went through"


def _call_out() -> None:
    socket.create_connection(("127.0.0.1", 9), timeout=1)


def _run_program() -> None:
    subprocess.run(["true"], check=True)


def _run_module() -> None:
    """What is like the command of our own OCR, and is not it."""
    subprocess.run([*ocr_command()[:-1], "this"], check=True)


def _leave_file() -> None:
    Path(f"left-{os.getpid()}").write_text("x")


def _connect_below_python(request: Mapping[str, Any]) -> dict[str, Any]:
    """As a library does that is not written in Python: no hook sees it."""
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = libc.socket(socket.AF_INET, socket.SOCK_STREAM, 0)
    port = int(request["port"])
    address = struct.pack("=H", socket.AF_INET) + struct.pack("!H4s8x", port, b"\x7f\0\0\1")
    return {"status": libc.connect(descriptor, address, len(address))}


def _read_pages(request: Mapping[str, Any], on_progress: OnProgress) -> dict[str, Any]:
    """Pages 1 to 4, of which some are deadly."""
    lost = dict(request["lost_pages"])
    for page in range(1, 5):
        on_progress(Progress("parse", page - 1, 4, "pages", at=page))
        if page not in lost and (deed := request["deadly"].get(str(page))):
            globals()[f"_{deed}"](request)
    on_progress(Progress("parse", 4, 4, "pages"))
    return {"lost": lost}
