"""Stores of webhooks whose clock a test sets, and whose receivers are on this machine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from jobs.database import Database, url_of
from jobs.outbox import emit
from jobs.tables import DEFAULT_TENANT
from jobs.webhook_deliverer import WebhookDeliverer
from jobs.webhook_log import WebhookLog
from jobs.webhook_store import WebhookStore
from schemas.settings import Settings
from schemas.webhook_settings import WebhookSettings
from schemas.webhooks import WebhookCreate, WebhookWithSecret

KEY = "a key of thirty-two characters or more"


class ClockedDatabase(Database):
    """It is the time that the test says."""

    at = datetime(2026, 11, 22, 6, tzinfo=UTC)

    def now(self, session: Session) -> datetime:
        return self.at


class Hooks:
    """`deliver` sends what is due by the test's clock."""

    tenant = DEFAULT_TENANT

    def __init__(self, settings: Settings, **changed: object) -> None:
        group = WebhookSettings.model_validate(
            {"allow_private": True, "secret_key": KEY, "timeout_seconds": 2.0, **changed}
        )
        self.settings = settings.model_copy(update={"webhooks": group})
        self.database = ClockedDatabase(url_of(self.settings))
        self.store = WebhookStore(self.database, self.settings)
        self.log = WebhookLog(self.database)
        self.deliverer = WebhookDeliverer(self.database, self.settings)

    def create(self, url: str, *event_types: str) -> WebhookWithSecret:
        create = WebhookCreate(url=url, event_types=list(event_types) or ["*"])
        return self.store.create(self.tenant, create)

    def emit(self, number: int = 1, event_type: str = "extraction.completed") -> str:
        with self.database.transaction() as session:
            return emit(
                session,
                tenant_id=self.tenant,
                event_type=event_type,
                data={"id": f"ext_{number}"},
                now=self.database.now(session),
            )

    def deliver(self) -> int:
        return self.deliverer.run_once()

    def wait(self, **span: float) -> None:
        self.database.at += timedelta(**span)
