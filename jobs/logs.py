"""How do all parts of the service write their log, and what never stands in it?

One event a line on standard error, as JSON or text, ours and the libraries' alike. Text of
documents stays out: an error of a kind that quotes the data it met is logged by its type and its
place in the code, without its message (level debug shows it).
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor

from schemas.errors import ServiceError
from schemas.settings import LogSettings

_SAFE_ERRORS = (ServiceError, OSError, ImportError, AttributeError, NameError, MemoryError)
_SAFE_LIBRARIES = ("celery", "httpx", "kombu", "redis")
_OURS = ("api", "engine", "evals", "ingest", "jobs", "schemas")
"""They alone write at the level debug: libraries log there what goes through their hands."""
_QUIET = ("uvicorn.access", "httpx", "httpcore", "fsspec", "botocore", "s3fs", "alembic")


def configure(settings: LogSettings, component: str, stream: TextIO | None = None) -> None:
    """Called once by each process, before its first line; what was set up before is replaced."""
    shows_messages = settings.level == "debug"
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(),
        _without_colours,
        _Component(component),
        _ErrorFormatter(shows_messages),
    ]
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _renderer(settings.format),
            ],
        )
    )
    _take_over(handler, settings.level.upper())
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """`logger(__name__).info("job finished", seconds=3)`: words, then values; never text."""
    bound: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return bound


@contextmanager
def bind(**ids: str) -> Iterator[None]:
    """Every line written inside, by whatever library, carries these: request_id, job_id…"""
    with structlog.contextvars.bound_contextvars(**ids):
        yield


def _take_over(handler: logging.Handler, level: str) -> None:
    """Loggers that libraries gave handlers of their own speak through the root again."""
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel("INFO" if level == "DEBUG" else level)
    for name in _OURS:
        logging.getLogger(name).setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "celery", "celery.task", "kombu", "sqlalchemy"):
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = True
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(True)


def _renderer(form: str) -> Processor:
    if form == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False, default=_type_name)
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), sort_keys=False)


def _type_name(value: object) -> str:
    """What is neither text nor a number is named by its type: it may hold anything."""
    return f"<{type(value).__name__}>"


def _without_colours(_: Any, __: str, event: EventDict) -> EventDict:
    """uvicorn says some things twice, once in colours."""
    event.pop("color_message", None)
    return event


class _Component:
    def __init__(self, component: str) -> None:
        self._component = component

    def __call__(self, _: Any, __: str, event: EventDict) -> EventDict:
        return {**event, "component": self._component}


class _ErrorFormatter:
    """`exc_info` as text: where it was raised, and its message where that is safe."""

    def __init__(self, shows_messages: bool) -> None:
        self._shows_messages = shows_messages

    def __call__(self, _: Any, __: str, event: EventDict) -> EventDict:
        error = _error_of(event.pop("exc_info", None))
        if error is not None:
            event["error"] = "\n".join(self._lines(error))
        return event

    def _lines(self, error: BaseException) -> Iterator[str]:
        earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if earlier is not None:
            yield from self._lines(earlier)
        for frame in traceback.extract_tb(error.__traceback__):
            yield f"{frame.filename}:{frame.lineno} in {frame.name}"
        if isinstance(error, BaseExceptionGroup):
            for part in error.exceptions:
                yield from self._lines(part)
        yield self._said(error)

    def _said(self, error: BaseException) -> str:
        name = type(error).__qualname__
        if self._shows_messages or _is_safe(error):
            return f"{name}: {error}"
        return name


def _error_of(exc_info: Any) -> BaseException | None:
    if isinstance(exc_info, BaseException):
        return exc_info
    if exc_info is True:
        exc_info = sys.exc_info()
    found = exc_info[1] if isinstance(exc_info, tuple) else None
    assert found is None or isinstance(found, BaseException)
    return found


def _is_safe(error: BaseException) -> bool:
    library = type(error).__module__.partition(".")[0]
    return isinstance(error, _SAFE_ERRORS) or library in _SAFE_LIBRARIES
