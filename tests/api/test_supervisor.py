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
import pytest

from api.supervisor import Child, Health, Program, Supervisor

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
FOR_EVER = "import time; time.sleep(60)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"


@pytest.fixture
def others() -> set[psutil.Process]:
    """Processes that tests before this one left to run."""
    return set(psutil.Process().children())


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


def test_a_mistake_of_the_caller_ends_it_at_once_with_2(others: set[psutil.Process]) -> None:
    programs = [
        program("engine", "raise SystemExit(2)", is_well=lambda: False),
        program("other", FOR_EVER),
    ]
    assert Supervisor(programs).run() == 2
    assert set(psutil.Process().children()) <= others


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


def test_what_does_not_end_in_time_is_killed(tmp_path: Path, others: set[psutil.Process]) -> None:
    ready = tmp_path / "ready"
    code = DEAF.replace("time.sleep", f"open({str(ready)!r}, 'w').close(); time.sleep")
    begun = time.monotonic()
    with asking(lambda: eventually(ready.exists)):
        assert Supervisor([program("deaf", code, drain_seconds=0.2)]).run() == 0
    assert time.monotonic() - begun < 10
    assert set(psutil.Process().children()) <= others


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


def test_nobody_is_blamed_for_time_in_which_nobody_looked() -> None:
    is_well = [True]
    child = Child(program("one", FOR_EVER, is_well=lambda: is_well[0]))
    now = time.monotonic()
    child.tend(now)
    try:
        eventually(lambda: child.tend(time.monotonic()) or child.was_up)
        is_well[0] = False
        later = time.monotonic() + 3600
        child.tend(later)
        for seconds in range(30):
            child.tend(later + seconds)
        assert child.is_running
        child.tend(later + 31)
        eventually(lambda: not child.is_running)
    finally:
        child.kill("the test is over")


def test_a_question_from_before_a_gap_is_asked_again() -> None:
    asked, ends = threading.Semaphore(0), threading.Event()

    def hang() -> bool:
        asked.release()
        return ends.wait(30)

    health = Health(hang)
    health.begin(100.0)
    health.look(100.0)
    health.look(102.0)
    assert asked.acquire(timeout=10)
    assert not asked.acquire(timeout=0.1)
    health.look(1000.0)
    assert asked.acquire(timeout=10)
    assert health.last_yes == 1000.0
    ends.set()


def test_a_supervisor_that_was_stopped_kills_nobody(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    script = (
        "import os, sys\nfrom pathlib import Path\n"
        "from api.supervisor import Program, Supervisor\n"
        f"command = (sys.executable, '-I', '-c', {FOR_EVER!r})\n"
        "def up(): print('up', flush=True)\n"
        "one = Program('one', command, dict(os.environ), lambda: True, hang_seconds=3.0)\n"
        f"Supervisor([one], state=Path({str(state)!r}), when_up=up).run()\n"
    )
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as supervisor:
        assert supervisor.stdout is not None
        try:
            assert b"up\n" in supervisor.stdout
            first = pid_of(state, "one")
            supervisor.send_signal(signal.SIGSTOP)
            time.sleep(4)
            supervisor.send_signal(signal.SIGCONT)
            time.sleep(1)
            assert pid_of(state, "one") == first is not None
        finally:
            supervisor.kill()


def test_a_state_that_cannot_be_written_ends_nothing(tmp_path: Path) -> None:
    state = tmp_path / "gone" / "state.json"
    up: list[str] = []
    with asking(lambda: eventually(lambda: up == ["up"])):
        code = Supervisor(
            [program("one", FOR_EVER)], state=state, when_up=lambda: up.append("up")
        ).run()
    assert code == 0


def test_a_process_that_cannot_be_made_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    problems = [BlockingIOError("no process to be had"), OSError("no memory")]
    popen, up = subprocess.Popen, list[str]()

    def failing(*arguments: Any, **named: Any) -> Any:
        if problems:
            raise problems.pop()
        return popen(*arguments, **named)

    monkeypatch.setattr(subprocess, "Popen", failing)
    with asking(lambda: eventually(lambda: up == ["up"])):
        code = Supervisor([program("one", FOR_EVER)], when_up=lambda: up.append("up")).run()
    assert (code, problems) == (0, [])


def test_a_probe_without_a_thread_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    health = Health(lambda: True)
    now = time.monotonic()
    health.begin(now)
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", _no_thread)
        health.look(now)
    assert not health.is_up
    health.look(now + 2)
    eventually(lambda: health.is_up)


def _no_thread(_: threading.Thread) -> None:
    raise RuntimeError("can't start new thread")


def test_what_was_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    up: list[str] = []

    def question() -> None:
        eventually(lambda: up == ["up"])
        os.kill(os.getpid(), signal.SIGHUP)
        time.sleep(0.3)
        assert psutil.Process().children() != []

    try:
        with asking(question):
            Supervisor([program("one", FOR_EVER)], when_up=lambda: up.append("up")).run()
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
