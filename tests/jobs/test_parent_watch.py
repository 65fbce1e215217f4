from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import psutil

from jobs import parent_watch

SLEEP = "import time; time.sleep(60)"


def test_the_program_runs_with_its_arguments_and_its_exit_code() -> None:
    code = "import sys; print(sys.argv[1]); sys.exit(7)"
    command = parent_watch.following_this_process([sys.executable, "-c", code, "a b"])
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.stdout, done.returncode) == ("a b\n", 7)


def test_the_program_ends_when_who_started_it_is_killed() -> None:
    code = (
        "import subprocess, sys\n"
        f"sys.path.insert(0, {str(Path(parent_watch.__file__).parents[1])!r})\n"
        "from jobs.parent_watch import following_this_process\n"
        f"command = following_this_process([sys.executable, '-c', {SLEEP!r}])\n"
        "print(subprocess.Popen(command).pid, flush=True)\n" + SLEEP
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        time.sleep(0.3)
        assert child.is_running()
        parent.kill()
        child.wait(5)


def test_it_does_not_start_for_a_parent_that_is_gone(tmp_path: Path) -> None:
    sign = tmp_path / "sign"
    command = parent_watch.following_this_process(["touch", str(sign)])
    command[4] = "1"
    assert subprocess.run(command).returncode == 1
    assert not sign.exists()
