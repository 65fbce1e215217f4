"""What can go wrong that a caller or an operator can mend?

ServiceError
├── InvalidInput             the caller's mistake: a second try with the same input fails again
│   ├── InvalidSchema        the response_schema is not one we can fill
│   ├── InvalidManifest      lines of a batch that can not be read, all of them
│   ├── InvalidTrainingFile  lines that nothing can be learnt from, all of them
│   ├── UnsupportedFormat    a document of a kind that is not read (yet)
│   ├── UnreadableDocument   damaged, empty, or not what its name says
│   │   ├── PasswordRequired
│   │   └── WrongPassword
│   ├── TooLarge             past a limit on bytes, pages, cells or seconds
│   ├── PromptTooLong        more tokens than the model or the budget can take
│   ├── UnknownModel         a model or an adapter that is not there
│   ├── NotForChat           the model that is served was not made to chat
│   ├── QuotaExceeded        past what its tenant may keep: something must go first
│   ├── NotFound             nothing of that name that the caller may see
│   ├── Conflict             what is asked does not fit the state it is in
│   └── Unauthenticated      no API key, or none that is valid
│       └── Forbidden        a valid one that may not do this
├── ModelUnavailable         the model's files are missing or not the expected ones
├── NotBetter                what was trained reads no better, so it is not offered
├── Unavailable              a part of the service does not answer: try again
│   ├── Overloaded           too much is waiting: try again after `retry_after_seconds`
│   ├── RateLimited          the tenant used up what it may for now: `quota` says what
│   └── EngineUnavailable    the engine process is not there, or went away
├── CapacityExceeded         more memory or room than there is: this one is refused alone
├── DeadlineExceeded         a job's time was up
├── AttemptsExhausted        a job was lost as often as it may be: its worker or engine died
└── Cancelled                somebody asked for the work to be stopped
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class QuotaUse:
    """A limit of a tenant, how much of it is used, how much more was wanted, and when it is free
    again, where that is known."""

    name: str
    limit: int
    used: int
    wanted: int
    resets_at: datetime | None = None


class ServiceError(Exception):
    """Base of every error whose message is written for a caller or an operator.

    `param` names the argument, field or document that is at fault, where there is one.
    """

    code = "service_error"
    retryable = False

    def __init__(self, message: str, *, param: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.param = param


class InvalidInput(ServiceError):
    code = "invalid_input"


class InvalidSchema(InvalidInput):
    code = "invalid_schema"


class InvalidManifest(InvalidInput):
    """`problems` are all that is wrong with it: the line, and what."""

    code = "invalid_manifest"

    def __init__(self, problems: Sequence[tuple[int, str]]) -> None:
        line, message = problems[0]
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        super().__init__(f"line {line}: {message}{more}", param=f"line {line}")
        self.problems = problems


class InvalidTrainingFile(InvalidInput):
    """`param` says which of the files of a training."""

    code = "invalid_training_file"


class UnsupportedFormat(InvalidInput):
    code = "unsupported_format"


class UnreadableDocument(InvalidInput):
    code = "unreadable_document"


class PasswordRequired(UnreadableDocument):
    code = "password_required"


class WrongPassword(UnreadableDocument):
    code = "wrong_password"


class TooLarge(InvalidInput):
    code = "too_large"


class PromptTooLong(InvalidInput):
    code = "prompt_too_long"


class UnknownModel(InvalidInput):
    code = "unknown_model"


class NotForChat(InvalidInput):
    code = "model_not_for_chat"


class ModelUnavailable(ServiceError):
    code = "model_unavailable"


class NotFound(InvalidInput):
    code = "not_found"


class Conflict(InvalidInput):
    code = "conflict"


class QuotaExceeded(InvalidInput):
    code = "quota_exceeded"

    def __init__(self, message: str, *, quota: QuotaUse) -> None:
        super().__init__(message, param=quota.name)
        self.quota = quota


class Unauthenticated(InvalidInput):
    code = "unauthenticated"


class Forbidden(Unauthenticated):
    code = "forbidden"


class NotBetter(ServiceError):
    """The message has both scores."""

    code = "not_better_than_base"


class Unavailable(ServiceError):
    code = "unavailable"
    retryable = True


class Overloaded(Unavailable):
    code = "overloaded"

    def __init__(self, message: str, *, retry_after_seconds: int) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class RateLimited(Unavailable):
    code = "rate_limited"

    def __init__(self, message: str, *, quota: QuotaUse, retry_after_seconds: int) -> None:
        super().__init__(message, param=quota.name)
        self.quota, self.retry_after_seconds = quota, retry_after_seconds


class EngineUnavailable(Unavailable):
    """`was_reached`: it had taken the request and was gone without a word, so that the request
    may be what ended it."""

    code = "engine_unavailable"

    def __init__(self, message: str, *, was_reached: bool = False) -> None:
        super().__init__(message)
        self.was_reached = was_reached


class CapacityExceeded(ServiceError):
    """The message says what was wanted, what there is, and what to do."""

    code = "capacity_exceeded"


class DeadlineExceeded(ServiceError):
    code = "deadline_exceeded"


class AttemptsExhausted(ServiceError):
    code = "attempts_exhausted"


class Cancelled(ServiceError):
    """Raised by an `OnProgress` to stop the work it watches at its next step."""

    code = "cancelled"
