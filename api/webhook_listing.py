"""How does a terminal show webhooks, and what was sent to them?"""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from api.places import visible
from schemas.webhooks import ListedWebhookDelivery, Webhook


def webhook_table(webhooks: Sequence[Webhook]) -> Table:
    table = _table("webhook", "url", "events", "waiting", "state")
    for webhook in webhooks:
        table.add_row(
            webhook.id,
            visible(webhook.url),
            ", ".join(webhook.event_types),
            str(webhook.num_pending),
            visible(_state_of(webhook)),
        )
    return table


def _state_of(webhook: Webhook) -> str:
    if not webhook.is_enabled:
        return f"disabled: {webhook.disabled_reason}"
    if webhook.failing_since is not None:
        return f"{webhook.num_failed} failed since {webhook.failing_since:%Y-%m-%d %H:%M} UTC"
    return "on"


def _table(first: str, *others: str) -> Table:
    """Ids are whole, so that they can be copied."""
    table = Table()
    table.add_column(first, no_wrap=True)
    for head in others:
        table.add_column(head)
    return table


def delivery_table(found: Sequence[ListedWebhookDelivery]) -> Table:
    table = _table("delivery", "event", "made", "status", "tries", "last answer")
    for delivery in found:
        last = delivery.last_attempt
        answer = ""
        if last is not None:
            answer = f"{last.error or last.status_code} ({last.seconds * 1000:.0f} ms)"
        table.add_row(
            delivery.id,
            f"{delivery.event.type} {visible(str(delivery.event.data.get('id', '')))}",
            f"{delivery.created_at:%Y-%m-%d %H:%M:%S}",
            delivery.status.value,
            str(delivery.num_attempts),
            visible(answer),
        )
    return table
