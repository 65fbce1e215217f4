"""Which status of HTTP does an error have?"""

from __future__ import annotations

from schemas.errors import Conflict, InvalidInput, ServiceError

STATUS_BY_CODE = {
    "invalid_input": 422,
    "invalid_schema": 422,
    "invalid_manifest": 422,
    "invalid_training_file": 422,
    "not_better_than_base": 409,
    "unsupported_format": 415,
    "unreadable_document": 422,
    "password_required": 422,
    "wrong_password": 422,
    "too_large": 413,
    "prompt_too_long": 422,
    "unknown_model": 422,
    "model_not_for_chat": 422,
    "not_found": 404,
    "conflict": 409,
    "unauthenticated": 401,
    "forbidden": 403,
    "cancelled": 409,
    "overloaded": 429,
    "rate_limited": 429,
    "quota_exceeded": 413,
    "unavailable": 503,
    "engine_unavailable": 503,
    "model_unavailable": 503,
    "capacity_exceeded": 507,
    "deadline_exceeded": 504,
    "attempts_exhausted": 503,
    "service_error": 500,
}


def status_of(error: ServiceError) -> int:
    if isinstance(error, Conflict):
        return 409  # also where its code is that of the failure behind it
    if error.code in STATUS_BY_CODE:
        return STATUS_BY_CODE[error.code]
    if isinstance(error, InvalidInput):
        return 422
    return 503 if error.retryable else 500
