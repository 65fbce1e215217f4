"""Which error is the end of a child process, in words for the caller?"""

from __future__ import annotations

import signal
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from schemas.errors import ServiceError, TooLarge, Unavailable, UnreadableDocument
from schemas.progress import Progress

_ALONE = "no other document is touched; open the file in another program and save it again"
_FROM_OUTSIDE = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_OUT_OF_MEMORY = (b"memory allocation of", b"std::bad_alloc", b"MemoryError")
Failure = TypeVar("Failure", bound=ServiceError)
_SAFE_LINES = ("Fatal Python error", '  File "')


class ChildLost(Unavailable):
    """Killed by somebody else: the system, being out of memory, or an operator."""

    code = "child_lost"


class LostPage(Exception):
    """The cause of an error that a single page brought about; `how` is the code of a warning."""

    def __init__(self, page: int, how: str, num_pages: int) -> None:
        super().__init__(f"page {page} of {num_pages}: {how}")
        self.page, self.how, self.num_pages = page, how, num_pages


@dataclass(frozen=True, slots=True)
class Ending:
    """The document, how far the work on it had come, and its limits."""

    name: str
    progress: Progress | None
    seconds: float
    if_slow: str
    if_large: str


def error_of(
    ending: Ending, last: Mapping[str, Any] | None, status: int | None, errors: bytes
) -> ServiceError:
    """What the child said of its failure, or else how it died and what stood in its errors."""
    if last is None:
        is_too_large = any(said in errors for said in _OUT_OF_MEMORY)
        return _too_large(ending) if is_too_large else _death(ending, status or 0)
    if "failure" in last:
        return _rebuilt(last["failure"])
    error = str(last.get("crash", {}).get("error", "without a reason"))
    if error == MemoryError.__name__:
        return _too_large(ending)
    return _crashed(ending, f"the parser failed ({error}) {_place(ending.progress)}")


def page_of(progress: Progress | None) -> int | None:
    """The page that is being worked on; none at the beginning, the end and of what has none."""
    if progress is None or progress.unit != "pages":
        return None
    if progress.at:
        return progress.at
    return progress.done + 1 if progress.done < progress.total else None


def page_too_slow(ending: Ending, seconds: float, advice: str) -> TooLarge:
    message = f"took more than {seconds:,.0f} s {_place(ending.progress)} alone; {advice}"
    return _caused(TooLarge(f"{ending.name}: {message}", param=ending.name), ending, "page_slow")


def too_slow(ending: Ending) -> TooLarge:
    message = f"took more than {ending.seconds:,.0f} s {_place(ending.progress)}; {ending.if_slow}"
    return TooLarge(f"{ending.name}: {message}", param=ending.name)


def out_of_order(ending: Ending, what: str) -> UnreadableDocument:
    return _unreadable(ending, f"the process that read it {what} {_place(ending.progress)}")


def safe_lines(errors: bytes, last: Mapping[str, Any] | None) -> list[str]:
    """Where in the code it ended. Nothing else that it wrote is taken: it may quote the text."""
    if last is not None:
        return [str(frame) for frame in last.get("crash", {}).get("frames", [])]
    lines = errors.decode("utf-8", "replace").splitlines()
    return [line.strip() for line in lines if line.startswith(_SAFE_LINES)][:20]


def _too_large(ending: Ending) -> TooLarge:
    message = f"needs more memory than it may have {_place(ending.progress)}; {ending.if_large}"
    return _caused(TooLarge(f"{ending.name}: {message}", param=ending.name), ending, "page_large")


def _death(ending: Ending, status: int) -> ServiceError:
    if status == -signal.SIGXCPU:
        return too_slow(ending)
    if status == -signal.SIGXFSZ:
        return _too_large(ending)
    place = _place(ending.progress)
    if -status in _FROM_OUTSIDE:
        return ChildLost(
            f"{ending.name}: the process that read it was killed from outside {place}, most "
            "likely because this machine ran out of memory"
        )
    how = f"died ({_signal_name(-status)})" if status < 0 else f"ended with status {status}"
    return _crashed(ending, f"the parser {how} {place}")


def _crashed(ending: Ending, what: str) -> ServiceError:
    return _caused(_unreadable(ending, what), ending, "page_crashed")


def _caused(error: Failure, ending: Ending, how: str) -> Failure:
    page = page_of(ending.progress)
    if page is not None and ending.progress is not None:
        error.__cause__ = LostPage(page, how, ending.progress.total)
    return error


def _unreadable(ending: Ending, what: str) -> UnreadableDocument:
    return UnreadableDocument(f"{ending.name}: {what}; {_ALONE}", param=ending.name)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _place(progress: Progress | None) -> str:
    """Progress counts what is done, so what was being read is the next."""
    if progress is None or not progress.total:
        return "at its beginning"
    unit = progress.unit.removesuffix("s")
    if progress.at:
        return f"on {unit} {progress.at:,} of {progress.total:,}"
    if progress.done >= progress.total:
        return f"after {unit} {progress.done:,} of {progress.total:,}"
    return f"on {unit} {progress.done + 1:,} of {progress.total:,}"


def _rebuilt(failure: Mapping[str, Any]) -> ServiceError:
    known = {kind.code: kind for kind in _kinds(ServiceError)}
    return known.get(failure["code"], ServiceError)(failure["message"], param=failure["param"])


def _kinds(kind: type[ServiceError]) -> Iterator[type[ServiceError]]:
    """Those that are made of a message alone, the base included."""
    if kind.__init__ is ServiceError.__init__:
        yield kind
    for below in kind.__subclasses__():
        yield from _kinds(below)
