from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from api.supervisor import Program, Supervisor

ROOT = Path(__file__).parents[2]
FOR_EVER = "import time; time.sleep(60)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"


def program(name: str, code: str, **changes: Any) -> Program:
    defaults: dict[str, Any] = {"is_well": lambda: True, "drain_seconds": 5.0}
    return Program(
        name=name,
        command=(sys.executable, "-I", "-c", code),
        environment=dict(os.environ),
        **defaults | changes,
    )


@contextmanager
def asking(question: Callable[[], None]) -> Iterator[None]:
    """Asks in a thread while the supervisor has the main one, then ends it with SIGTERM."""
    problems: list[BaseException] = []

    def ask() -> None:
        try:
            question()
        except BaseException as error:
            problems.append(error)
        finally:
            os.kill(os.getpid(), signal.SIGTERM)

    thread = threading.Thread(target=ask)
    thread.start()
    yield
    thread.join()
    if problems:
        raise problems[0]


def eventually(fact: Callable[[], bool], seconds: float = 15.0) -> None:
    until = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < until, "it did not come true"
        time.sleep(0.02)


def pid_of(state: Path, name: str) -> int | None:
    """None: it does not run now."""
    if not state.exists():
        return None
    pid = json.loads(state.read_text())["programs"][name]["pid"]
    assert pid is None or isinstance(pid, int)
    return pid


def test_a_program_that_is_killed_is_started_again(tmp_path: Path) -> None:
    state = tmp_path / "state.json"

    def question() -> None:
        eventually(lambda: pid_of(state, "one") is not None)
        first = pid_of(state, "one")
        assert first is not None
        os.kill(first, signal.SIGKILL)
        eventually(lambda: pid_of(state, "one") not in (None, first))

    with asking(question):
        code = Supervisor([program("one", FOR_EVER)], state=state).run()
    assert (code, state.exists()) == (0, False)


def test_a_program_that_does_not_answer_any_more_is_killed(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    answers = iter([True])

    def question() -> None:
        eventually(lambda: pid_of(state, "deaf") is not None)
        first = pid_of(state, "deaf")
        eventually(lambda: pid_of(state, "deaf") not in (None, first))

    deaf = program("deaf", DEAF, is_well=lambda: next(answers, False), hang_seconds=3.0)
    with asking(question):
        Supervisor([deaf], state=state).run()


def test_it_is_announced_once_when_all_are_up() -> None:
    up: list[str] = []
    with asking(lambda: eventually(lambda: up == ["up"])):
        Supervisor(
            [program("one", FOR_EVER), program("two", FOR_EVER)], when_up=lambda: up.append("up")
        ).run()
    assert up == ["up"]


def test_a_mistake_of_the_caller_ends_it_at_once_with_2() -> None:
    programs = [
        program("engine", "raise SystemExit(2)", is_well=lambda: False),
        program("other", FOR_EVER),
    ]
    assert Supervisor(programs).run() == 2
    assert psutil.Process().children() == []


def test_a_program_that_never_comes_up_is_given_up() -> None:
    broken = program("broken", "raise SystemExit(1)", is_well=lambda: False)
    assert Supervisor([broken]).run() == 1


def test_the_ranks_end_one_after_the_other(tmp_path: Path) -> None:
    said = tmp_path / "said"
    code = (
        "import signal, sys, time\n"
        "def end(*_):\n"
        "    time.sleep(0.3); open({said!r}, 'a').write({name!r}); sys.exit()\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "open({said!r} + {name!r}, 'w').close()\n"
        "time.sleep(60)"
    )
    names = ["broker", "api", "worker"]

    def question() -> None:
        eventually(lambda: all(Path(f"{said}{name}").exists() for name in names))

    with asking(question):
        Supervisor(
            [
                program(name, code.format(said=str(said), name=name), rank=rank)
                for name, rank in zip(names, (2, 0, 1), strict=True)
            ]
        ).run()
    assert said.read_text() == "apiworkerbroker"


def test_what_does_not_end_in_time_is_killed(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    code = DEAF.replace("time.sleep", f"open({str(ready)!r}, 'w').close(); time.sleep")
    begun = time.monotonic()
    with asking(lambda: eventually(ready.exists)):
        assert Supervisor([program("deaf", code, drain_seconds=0.2)]).run() == 0
    assert time.monotonic() - begun < 10
    assert psutil.Process().children() == []


def test_no_program_outlives_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    script = (
        "import os, sys\nfrom pathlib import Path\n"
        "from api.supervisor import Program, Supervisor\n"
        f"command = (sys.executable, '-I', '-c', {DEAF!r})\n"
        "one = Program('one', command, dict(os.environ), lambda: True)\n"
        f"Supervisor([one], state=Path({str(state)!r})).run()\n"
    )
    supervisor = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT)
    eventually(lambda: pid_of(state, "one") is not None)
    child = pid_of(state, "one")
    assert child is not None
    assert psutil.pid_exists(child)
    supervisor.kill()
    supervisor.wait()
    eventually(lambda: not psutil.pid_exists(child))
