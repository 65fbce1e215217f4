"""How does one run the whole service beside a test or a measurement?"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import psutil

_START_SECONDS = 120.0
_STOP_SECONDS = 60.0


class Served:
    """`needlepoint serve` as a process of its own; its log is `serve.log` in the folder."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.data = folder / "data"
        self.log = folder / "serve.log"
        self.url = ""
        self._notice = folder / "notice"
        self._environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("NEEDLEPOINT_")},
            "NEEDLEPOINT_CACHE__DIRECTORY": str(folder / "cache"),
            **environment,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when all is up. The second start is on the port of the first."""
        port = self.url.rpartition(":")[2] or "0"
        command = [sys.executable, "-P", "-m", "api.cli", "serve", "--port", port]
        with self._notice.open("wb") as notice, self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--data", str(self.data)],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=notice,
                stderr=log,
                process_group=0,
            )
        until = time.monotonic() + _START_SECONDS
        while not (lines := self._notice.read_text().splitlines()):
            if self._process.poll() is not None or time.monotonic() > until:
                self.kill_all()
                raise RuntimeError(f"it did not start:\n{self.log.read_text()[-4000:]}")
            time.sleep(0.1)
        self.url = lines[0].split()[2]

    def stop(self) -> int:
        """By SIGTERM, as an operator does; the exit code."""
        if self._process is None:
            return 0
        self._process.terminate()
        try:
            return self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill_all()
            raise

    def kill_all(self) -> None:
        """The supervisor alone is killed; the others have to notice."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def pids(self) -> dict[str, int]:
        """Of the programs that run now, by name."""
        try:
            state = json.loads((self.data / "serve.json").read_text())
        except FileNotFoundError:
            return {}
        return {name: it["pid"] for name, it in state["programs"].items() if it["pid"] is not None}

    def kill(self, name: str, number: int = signal.SIGKILL) -> bool:
        """False where it does not run just now."""
        pid = self.pids().get(name)
        if pid is None:
            return False
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return False
        return True

    def memory(self) -> dict[str, int]:
        """Bytes of each program with its children: resident, and not shared with others."""
        found = {}
        for name, pid in self.pids().items():
            try:
                process = psutil.Process(pid)
                family = [process, *process.children(recursive=True)]
                found[name] = sum(member.memory_full_info().uss for member in family)
            except psutil.Error:
                continue
        return found
