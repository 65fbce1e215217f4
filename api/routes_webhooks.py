"""Who is told of events, what was sent to them, and what is sent once more?"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from api.arguments import Limit
from api.authentication import Reads, Writes
from api.context import ContextHere
from api.json_body import described, json_body
from api.problems import documented
from jobs.list_cursor import cursor_of
from schemas.webhooks import (
    DeliveryStatus,
    Webhook,
    WebhookCreate,
    WebhookDeleted,
    WebhookDelivery,
    WebhookDeliveryList,
    WebhookList,
    WebhookReplay,
    WebhookReplayed,
    WebhookRotate,
    WebhookUpdate,
    WebhookWithSecret,
)

BODIES = (WebhookCreate, WebhookUpdate, WebhookRotate, WebhookReplay)

router = APIRouter(tags=["webhooks"])

WebhookPath = Annotated[
    str, Path(pattern=r"^wh_[0-9a-f]{32}$", description="the webhook's id: wh_…")
]
DeliveryPath = Annotated[
    str, Path(pattern=r"^whd_[0-9a-f]{32}$", description="the delivery's id: whd_…")
]
AfterDelivery = Annotated[
    str | None,
    Query(
        pattern=r"^(at_[0-9]{1,17}_)?whd_[0-9a-f]{32}$",
        description="`next` or `last_id` of the page before",
    ),
]


@router.post(
    "/v1/webhooks",
    status_code=201,
    responses=documented(404, 408, 409),
    openapi_extra=described(WebhookCreate),
)
def create_webhook(
    response: Response,
    context: ContextHere,
    caller: Writes,
    create: Annotated[WebhookCreate, Depends(json_body(WebhookCreate))],
) -> WebhookWithSecret:
    """Events of these types are sent to the URL from now on. The secret, with which receivers
    check the signatures, is shown this once. Private addresses are refused where the settings do
    not allow them."""
    made = context.services.webhooks.create(caller.tenant, create)
    response.headers["Location"] = f"/v1/webhooks/{made.id}"
    return made


@router.get("/v1/webhooks", responses=documented(404))
def list_webhooks(context: ContextHere, caller: Reads) -> WebhookList:
    """All of them, and whether they fail or were disabled, and why."""
    return WebhookList(data=context.services.webhooks.list(caller.tenant))


@router.get("/v1/webhooks/{webhook_id}", responses=documented(404))
def get_webhook(context: ContextHere, caller: Reads, webhook_id: WebhookPath) -> Webhook:
    return context.services.webhooks.get(caller.tenant, webhook_id)


@router.patch(
    "/v1/webhooks/{webhook_id}",
    responses=documented(404, 408),
    openapi_extra=described(WebhookUpdate),
)
def update_webhook(
    context: ContextHere,
    caller: Writes,
    webhook_id: WebhookPath,
    update: Annotated[WebhookUpdate, Depends(json_body(WebhookUpdate))],
) -> Webhook:
    """What is named is changed. Another URL, or being enabled again, is a new beginning: what
    waits is sent at once."""
    return context.services.webhooks.update(caller.tenant, webhook_id, update)


@router.delete("/v1/webhooks/{webhook_id}", responses=documented(404))
def delete_webhook(context: ContextHere, caller: Writes, webhook_id: WebhookPath) -> WebhookDeleted:
    """With the log of what was sent to it, and what was to be."""
    context.services.webhooks.delete(caller.tenant, webhook_id)
    return WebhookDeleted(id=webhook_id)


@router.post(
    "/v1/webhooks/{webhook_id}/rotate",
    responses=documented(404, 408),
    openapi_extra=described(WebhookRotate),
)
def rotate_webhook_secret(
    context: ContextHere,
    caller: Writes,
    webhook_id: WebhookPath,
    rotate: Annotated[WebhookRotate, Depends(json_body(WebhookRotate))],
) -> WebhookWithSecret:
    """A new secret, shown this once. Events carry the signatures of both for a while."""
    return context.services.webhooks.rotate(caller.tenant, webhook_id, rotate.overlap_seconds)


@router.post("/v1/webhooks/{webhook_id}/test", status_code=202, responses=documented(404, 409))
def send_test_event(
    context: ContextHere, caller: Writes, webhook_id: WebhookPath
) -> WebhookDelivery:
    """An event `webhook.test` is sent to it; the delivery shows how that went."""
    services = context.services
    delivery_id = services.webhooks.test(caller.tenant, webhook_id)
    return services.webhook_log.get(caller.tenant, webhook_id, delivery_id)


@router.get("/v1/webhooks/{webhook_id}/deliveries", responses=documented(404))
def list_webhook_deliveries(
    context: ContextHere,
    caller: Reads,
    webhook_id: WebhookPath,
    limit: Limit = 20,
    after: AfterDelivery = None,
    status: DeliveryStatus | None = None,
) -> WebhookDeliveryList:
    """What was and is to be sent to it, and how the last try went."""
    found, has_more = context.services.webhook_log.list(
        caller.tenant, webhook_id, limit=limit, after=after, status=status
    )
    return WebhookDeliveryList(
        data=found,
        has_more=has_more,
        last_id=found[-1].id if found else None,
        next=cursor_of(found[-1].created_at, found[-1].id) if has_more else None,
    )


@router.get("/v1/webhooks/{webhook_id}/deliveries/{delivery_id}", responses=documented(404))
def get_webhook_delivery(
    context: ContextHere, caller: Reads, webhook_id: WebhookPath, delivery_id: DeliveryPath
) -> WebhookDelivery:
    """With all tries."""
    return context.services.webhook_log.get(caller.tenant, webhook_id, delivery_id)


@router.post(
    "/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/replay",
    status_code=202,
    responses=documented(404, 409),
)
def replay_webhook_delivery(
    context: ContextHere, caller: Writes, webhook_id: WebhookPath, delivery_id: DeliveryPath
) -> WebhookDelivery:
    """Once more, whatever became of it; under the same webhook-id."""
    return context.services.webhook_log.replay(caller.tenant, webhook_id, delivery_id)


@router.post(
    "/v1/webhooks/{webhook_id}/replay",
    status_code=202,
    responses=documented(404, 408, 409),
    openapi_extra=described(WebhookReplay),
)
def replay_webhook(
    context: ContextHere,
    caller: Writes,
    webhook_id: WebhookPath,
    replay: Annotated[WebhookReplay, Depends(json_body(WebhookReplay))],
) -> WebhookReplayed:
    """All events since then that it wants and did not get: given up, or of a time when it was
    disabled."""
    log = context.services.webhook_log
    return WebhookReplayed(num_replayed=log.replay_since(caller.tenant, webhook_id, replay.since))
