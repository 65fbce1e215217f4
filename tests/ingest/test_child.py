from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from ingest.child import ChildLimits, run_child
from ingest.child_end import ChildLost
from schemas.errors import Cancelled, PasswordRequired, TooLarge, UnreadableDocument
from schemas.progress import Progress

pytestmark = pytest.mark.slow

MEMORY = 1 << 29


def run(deed: str, *, seconds: float = 50.0, output_bytes: int = 1 << 20, **more: Any) -> Any:
    limits = ChildLimits(seconds, MEMORY, "split it", "make it smaller", output_bytes)
    request = {"deed": deed, **more.pop("request", {})}
    return run_child("tests.ingest.fake_child", request, limits, name="a.pdf", **more)


def is_running(pid: int) -> bool:
    """Not of a process that ended and was not waited for."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def ended(pid: int) -> bool:
    """Within a few seconds."""
    stop_at = time.monotonic() + 5
    while is_running(pid) and time.monotonic() < stop_at:
        time.sleep(0.02)
    return not is_running(pid)


def test_it_answers_from_a_process_that_is_gone_afterwards() -> None:
    said = run("echo", request={"say": "ä\ud800" * 30_000})
    assert said["said"] == "ä\ud800" * 30_000
    assert said["pid"] != os.getpid()
    assert not is_running(said["pid"])


def test_progress_arrives_under_the_name_of_the_document() -> None:
    heard: list[Progress] = []
    run("echo", request={"say": 1}, on_progress=heard.append)
    assert heard == [Progress("parse", 2, 7, "pages", "a.pdf")]


def test_it_is_given_no_secret_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEEDLEPOINT_ENGINE_SERVER__TOKEN", "secret")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    assert "secret" not in run("environment").values()


def test_a_service_error_comes_back_as_it_was() -> None:
    with pytest.raises(PasswordRequired) as caught:
        run("refuse")
    assert (caught.value.message, caught.value.param) == ("a.pdf: it is locked", "a.pdf")


def test_any_other_error_says_where_but_not_what_it_quoted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with pytest.raises(UnreadableDocument) as caught:
        run("fail")
    assert caught.value.message == (
        "a.pdf: the parser failed (KeyError) on page 3 of 7; no other document is touched; open "
        "the file in another program and save it again"
    )
    assert "fake_child.py" in caplog.text
    assert "a word" not in caplog.text


def test_one_that_sleeps_is_killed_when_its_time_is_up() -> None:
    with pytest.raises(TooLarge, match=r"a\.pdf: took more than 1 s .*; split it") as caught:
        run("sleep", seconds=1.0)
    assert caught.value.param == "a.pdf"


def test_one_that_spins_is_killed_when_its_time_is_up() -> None:
    with pytest.raises(TooLarge, match="took more than 1 s on page 3 of 7"):
        run("spin", seconds=1.2)


@pytest.mark.parametrize("deed", ["eat", "eat_slowly", "abort"])
def test_one_that_wants_more_memory_than_it_may_have_is_too_large(deed: str) -> None:
    with pytest.raises(TooLarge, match=r"needs more memory .* on page 3 of 7; make it smaller"):
        run(deed)


def test_one_that_writes_more_than_it_may_is_stopped(tmp_path: Path) -> None:
    with pytest.raises(TooLarge):
        run("write", request={"file": str(tmp_path / "large")}, folder=tmp_path)
    assert (tmp_path / "large").stat().st_size <= MEMORY


def test_a_crash_of_the_parser_names_the_signal_and_the_page(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with pytest.raises(UnreadableDocument, match=r"the parser died \(SIGSEGV\) on page 3 of 7"):
        run("segfault")
    assert "_segfault" in caplog.text


def test_an_exit_without_an_answer_is_an_error() -> None:
    with pytest.raises(UnreadableDocument, match="the parser ended with status 3"):
        run("exit")


def test_one_that_was_killed_from_outside_may_be_tried_again() -> None:
    with pytest.raises(ChildLost, match="killed from outside") as caught:
        run("be_killed")
    assert caught.value.retryable


def test_one_that_says_too_much_is_killed_and_nothing_of_it_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with pytest.raises(UnreadableDocument, match="said more than it may"):
        run("print")
    assert "a word" not in caplog.text


def test_what_it_left_behind_is_gone_too() -> None:
    said = run("fork", is_trusted=True)
    assert ended(said["left"])


def test_a_thread_that_still_runs_does_not_hold_the_answer_up() -> None:
    began = time.monotonic()
    assert run("thread")["threads"] == 2
    assert time.monotonic() - began < 10


def test_it_is_killed_when_it_should_stop(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    with pytest.raises(Cancelled):
        run("sleep", request={"mark": str(mark)}, folder=tmp_path, should_stop=mark.exists)
    assert ended(int(mark.read_text()))


def test_what_the_listener_raises_ends_it() -> None:
    def refuse(_: Progress) -> None:
        raise ValueError("no longer ours")

    began = time.monotonic()
    with pytest.raises(ValueError, match="no longer ours"):
        run("sleep", on_progress=refuse)
    assert time.monotonic() - began < 10


def test_it_dies_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    program = (
        "from pathlib import Path\nfrom tests.ingest.test_child import run\n"
        f"run('sleep', request={{'mark': {str(mark)!r}}}, folder=Path({str(tmp_path)!r}))\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program])
    try:
        stop_at = time.monotonic() + 20
        while not (mark.exists() and mark.read_text()) and time.monotonic() < stop_at:
            time.sleep(0.05)
        parent.send_signal(signal.SIGKILL)
    finally:
        parent.kill()
        parent.wait()
    assert ended(int(mark.read_text()))


def test_several_run_at_the_same_time() -> None:
    said: list[Any] = []
    threads = [
        threading.Thread(target=lambda n=n: said.append(run("echo", request={"say": n})["said"]))
        for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == [0, 1, 2, 3]
