from __future__ import annotations

import ctypes
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ingest.test_child import run

pytestmark = pytest.mark.slow


def test_it_reaches_no_network_starts_no_program_and_leaves_no_file(tmp_path: Path) -> None:
    said = run("reach", folder=tmp_path)
    assert said["came"] == ["PermissionError"] * 4


def test_a_process_that_reads_pictures_guards_itself() -> None:
    code = (
        "import ingest.ocr_process as ocr, subprocess\n"
        "ocr.TextModel = lambda: subprocess.run(['true'])\n"
        "ocr.main()"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], input=b"", capture_output=True, check=False
    )
    assert b"PermissionError: subprocess.Popen is not allowed" in ended.stderr


def test_it_writes_in_its_own_folder_alone(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    for name in ("own-not", "own/../beside"):
        with pytest.raises(Exception, match="PermissionError"):
            run("sleep", request={"mark": str(tmp_path / name)}, folder=tmp_path / "own", seconds=5)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["own"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has such networks")
def test_a_library_that_no_hook_sees_reaches_no_network_either() -> None:
    """Where the system lets go of the network; it does not in many containers."""
    if not _can_leave_network():
        pytest.skip("this system does not let a process leave its network")
    with socket.create_server(("127.0.0.1", 0)) as server:
        said = run("connect_below_python", request={"port": server.getsockname()[1]})
    assert said["status"] == -1


def _can_leave_network() -> bool:
    flags = 0x40000000 if os.geteuid() == 0 else 0x50000000
    child = os.fork()
    if not child:
        os._exit(int(ctypes.CDLL(None).unshare(flags) != 0))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
