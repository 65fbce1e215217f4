"""What does the service say of those who are told of events?"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, StringConstraints, field_validator

from schemas.answers import LastId, Next
from schemas.extraction import ContractModel
from schemas.jobs import RequestModel
from schemas.webhook_events import EVERYTHING, EventType, is_known

MAX_URL_CHARACTERS = 2_048
_LONGEST_TYPE = 64
_FIRST, _LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)

Url = Annotated[
    str,
    StringConstraints(min_length=8, max_length=MAX_URL_CHARACTERS),
    Field(description="http:// or https://, of a public address where the settings say no other"),
]
Description = Annotated[str, StringConstraints(max_length=512)]
EventTypes = Annotated[
    list[Annotated[str, StringConstraints(max_length=_LONGEST_TYPE)]],
    Field(min_length=1, max_length=32, description=f"{', '.join(EventType)}; batch.* ; or *"),
]


class DeliveryStatus(StrEnum):
    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


def _known(event_types: list[str]) -> list[str]:
    for wanted in event_types:
        if not is_known(wanted):
            raise ValueError(f"{wanted} is no type of event: {', '.join(EventType)}, batch.* or *")
    return list(dict.fromkeys(event_types))


class WebhookCreate(RequestModel):
    url: Url
    event_types: EventTypes = Field(default_factory=lambda: [EVERYTHING])
    description: Description | None = None

    _known = field_validator("event_types")(_known)


class WebhookUpdate(RequestModel):
    """What is left out stays as it is."""

    url: Url | None = None
    event_types: EventTypes | None = None
    description: Description | None = None
    is_enabled: Annotated[bool | None, Field(description="false: nothing more is sent")] = None

    @field_validator("event_types")
    @classmethod
    def _known_or_none(cls, event_types: list[str] | None) -> list[str] | None:
        return None if event_types is None else _known(event_types)


class WebhookRotate(RequestModel):
    overlap_seconds: Annotated[
        float,
        Field(ge=0, le=30 * 86_400, description="for which the old secret signs, too"),
    ] = 86_400.0


class WebhookReplay(RequestModel):
    since: Annotated[
        AwareDatetime,
        Field(ge=_FIRST, le=_LAST, description="events from then on; a time with its zone"),
    ]


class Webhook(ContractModel):
    id: str
    object: Literal["webhook"] = "webhook"
    url: str
    event_types: list[str]
    description: str | None
    is_enabled: bool
    disabled_reason: str | None
    failing_since: Annotated[datetime | None, Field(description="no success since then")]
    num_failed: Annotated[int, Field(description="tries that failed, since the last success")]
    num_pending: Annotated[int, Field(description="events that are still to be sent")]
    next_try_at: Annotated[datetime | None, Field(description="it is left alone until then")]
    old_secret_until: Annotated[datetime | None, Field(description="until then two secrets sign")]
    created_at: datetime


class WebhookWithSecret(Webhook):
    secret: Annotated[str, Field(description="whsec_…; it is shown this once")]


class WebhookList(ContractModel):
    """Newest first."""

    object: Literal["list"] = "list"
    data: list[Webhook]
    has_more: Literal[False] = False


class WebhookDeleted(ContractModel):
    id: str
    object: Literal["webhook"] = "webhook"
    deleted: Literal[True] = True


class WebhookReplayed(ContractModel):
    num_replayed: Annotated[int, Field(description="events that are sent once more")]


class WebhookAttempt(ContractModel):
    number: int
    started_at: datetime
    seconds: float
    status_code: Annotated[int | None, Field(description="none: it did not answer")]
    error: str | None
    response_excerpt: str | None


class WebhookEvent(ContractModel):
    """As it is sent: `id` is the webhook-id, the same with each try."""

    id: str
    object: Literal["event"] = "event"
    type: str
    created_at: Annotated[int, Field(description="seconds since 1970")]
    data: dict[str, Any]


class ListedWebhookDelivery(ContractModel):
    id: str
    object: Literal["webhook.delivery"] = "webhook.delivery"
    event: WebhookEvent
    status: DeliveryStatus
    num_attempts: int
    last_attempt: WebhookAttempt | None
    next_try_at: Annotated[datetime | None, Field(description="not before")]
    delivered_at: datetime | None
    created_at: datetime


class WebhookDelivery(ListedWebhookDelivery):
    attempts: list[WebhookAttempt]


class WebhookDeliveryList(ContractModel):
    """Newest first."""

    object: Literal["list"] = "list"
    data: list[ListedWebhookDelivery]
    has_more: bool
    last_id: LastId
    next: Next
