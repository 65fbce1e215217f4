"""What is a caller told of a job that went wrong?"""

from __future__ import annotations

from jobs.engine_client import RemoteFailure
from jobs.logs import logger
from schemas.errors import ServiceError
from schemas.jobs import Failure

_log = logger(__name__)


def failure_of(error: Exception) -> Failure:
    """An error of ours says so itself, one of the engine's too. Any other is logged in full and
    told as internal, without its text: that may hold what was read."""
    if isinstance(error, RemoteFailure):
        return error.failure
    if isinstance(error, ServiceError):
        return Failure(
            code=error.code,
            message=error.message,
            param=error.param,
            retryable=error.retryable,
        )
    _log.error("a job failed by a mistake of ours", exc_info=error)
    return Failure(code="internal", message="something went wrong on our side: see the log")
