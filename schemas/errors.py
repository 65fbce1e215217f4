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
│   └── UnknownModel         a model or an adapter that is not there
└── ModelUnavailable         the model's files are missing or not the expected ones
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
