"""What can go wrong that a caller or an operator can mend?

ServiceError
├── InvalidInput             the caller's mistake: a second try with the same input fails again
│   ├── InvalidSchema        the response_schema is not one we can fill
│   ├── UnsupportedFormat    a document of a kind that is not read (yet)
│   ├── UnreadableDocument   damaged, empty, or not what its name says
│   │   ├── PasswordRequired
│   │   └── WrongPassword
│   ├── TooLarge             past a limit on bytes, pages, cells or seconds
│   ├── PromptTooLong        more tokens than the model or the budget can take
│   ├── UnknownModel         a model or an adapter that is not there
│   ├── NotFound             nothing of that name that the caller may see
│   ├── Conflict             what is asked does not fit the state it is in
│   └── Unauthenticated      no API key, or none that is valid
│       └── Forbidden        a valid one that may not do this
├── ModelUnavailable         the model's files are missing or not the expected ones
├── Unavailable              a part of the service does not answer: try again
│   ├── Overloaded           too much is waiting: try again after `retry_after_seconds`
│   └── EngineUnavailable    the engine process is not there, or went away
├── DeadlineExceeded         a job's time was up
├── AttemptsExhausted        a job was lost as often as it may be: its worker or engine died
└── Cancelled                somebody asked for the work to be stopped
"""

from __future__ import annotations


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


class ModelUnavailable(ServiceError):
    code = "model_unavailable"


class NotFound(InvalidInput):
    code = "not_found"


class Conflict(InvalidInput):
    code = "conflict"


class Unauthenticated(InvalidInput):
    code = "unauthenticated"


class Forbidden(Unauthenticated):
    code = "forbidden"


class Unavailable(ServiceError):
    code = "unavailable"
    retryable = True


class Overloaded(Unavailable):
    code = "overloaded"

    def __init__(self, message: str, *, retry_after_seconds: int) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class EngineUnavailable(Unavailable):
    """`was_reached`: it had taken the request and was gone without a word, so that the request
    may be what ended it."""

    code = "engine_unavailable"

    def __init__(self, message: str, *, was_reached: bool = False) -> None:
        super().__init__(message)
        self.was_reached = was_reached


class DeadlineExceeded(ServiceError):
    code = "deadline_exceeded"


class AttemptsExhausted(ServiceError):
    code = "attempts_exhausted"


class Cancelled(ServiceError):
    """Raised by an `OnProgress` to stop the work it watches at its next step."""

    code = "cancelled"
