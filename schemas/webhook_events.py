"""What can happen that somebody may want to be told of?"""

from __future__ import annotations

from enum import StrEnum

EVERYTHING = "*"
"""As a wanted type: all there are, and all that will be."""

_ALL_OF = ".*"


class EventType(StrEnum):
    EXTRACTION_COMPLETED = "extraction.completed"
    EXTRACTION_INCOMPLETE = "extraction.incomplete"
    EXTRACTION_FAILED = "extraction.failed"
    EXTRACTION_CANCELLED = "extraction.cancelled"
    DOCUMENT_READY = "document.ready"
    DOCUMENT_FAILED = "document.failed"
    BATCH_COMPLETED = "batch.completed"
    BATCH_FAILED = "batch.failed"
    BATCH_EXPIRED = "batch.expired"
    BATCH_CANCELLED = "batch.cancelled"
    RESPONSE_COMPLETED = "response.completed"
    RESPONSE_INCOMPLETE = "response.incomplete"
    RESPONSE_FAILED = "response.failed"
    RESPONSE_CANCELLED = "response.cancelled"
    SCHEDULE_RUN_COMPLETED = "schedule.run.completed"
    SCHEDULE_RUN_FAILED = "schedule.run.failed"
    FINE_TUNING_JOB_SUCCEEDED = "fine_tuning.job.succeeded"
    FINE_TUNING_JOB_FAILED = "fine_tuning.job.failed"
    FINE_TUNING_JOB_CANCELLED = "fine_tuning.job.cancelled"
    WEBHOOK_TEST = "webhook.test"


def is_wanted(event_type: str, wanted: str) -> bool:
    """`batch.completed` is wanted by `batch.completed`, by `batch.*` and by `*`."""
    if wanted == EVERYTHING:
        return True
    if wanted.endswith(_ALL_OF):
        return event_type.startswith(wanted.removesuffix("*"))
    return event_type == wanted


def is_known(wanted: str) -> bool:
    """Whether any type there is could be meant."""
    return any(is_wanted(event_type, wanted) for event_type in EventType)
