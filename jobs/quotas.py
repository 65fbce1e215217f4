"""May this tenant bring one more document, and ask for one more extraction?

Looked at in the transaction that would make it, with the tenant's record locked, so that of two
at the same time one is told so. What was let in is never ended by a limit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from jobs.database import Database
from jobs.rate_limits import REQUESTS, TOKENS, RateLimits, Window
from jobs.tables import DocumentRecord
from jobs.tenant_store import TenantStore, queued_tokens_of, stored_of
from schemas.engine_settings import EngineSettings
from schemas.errors import InvalidInput, QuotaExceeded, QuotaUse, RateLimited
from schemas.jobs import ExtractionCreate
from schemas.settings import Settings
from schemas.tenants import TenantLimits

_QUEUE_SECONDS = 10  # after which it may be worth to ask again


class Quotas:
    """One a process: tenants, their limits, and what they used."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database, self._engine = database, settings.engine
        self.tenants = TenantStore(database, settings.tenants)
        self.rates = RateLimits(settings.broker)

    def costs_no_wait(self, tenant: str) -> bool:
        """Whether rates are taken and seen in memory just now."""
        limits = self.tenants.known_limits(tenant)
        return limits is not None and (not _has_rates(limits) or not self.rates.is_shared)

    def take_request(self, tenant: str) -> Mapping[str, Window]:
        """How the tenant's rates stand, by the words that headers use. Raises `RateLimited`, and
        `QuotaExceeded` where there may be no request."""
        limits = self.tenants.limits_of(tenant)
        found: dict[str, Window] = {}
        if limits.requests_per_minute is not None:
            taken = self.rates.take(tenant, REQUESTS, limits.requests_per_minute)
            found["requests"] = taken
        if limits.tokens_per_minute is not None:
            found["tokens"] = self.rates.seen(tenant, TOKENS, limits.tokens_per_minute)
        return found

    def windows(self, tenant: str) -> Mapping[str, Window]:
        """How they stand, with nothing taken."""
        limits = self.tenants.limits_of(tenant)
        named = {
            "requests": (REQUESTS, limits.requests_per_minute),
            "tokens": (TOKENS, limits.tokens_per_minute),
        }
        return {
            word: self.rates.seen(tenant, name, limit)
            for word, (name, limit) in named.items()
            if limit is not None
        }

    def check_upload(
        self, session: Session, tenant: str, num_bytes: int, *, is_locked: bool = True
    ) -> None:
        """Raises `QuotaExceeded`."""
        if not _has_room_limits(self.tenants.limits_of(tenant)):
            return
        limits = self.tenants.limits_in(session, tenant, is_locked=is_locked)
        _check_documents(limits, *stored_of(session, tenant), num_bytes)

    def check_extraction(self, session: Session, tenant: str, tokens: int) -> None:
        """Raises `RateLimited` where it has to wait, `QuotaExceeded` where it never fits."""
        limits = self.tenants.limits_of(tenant)
        if limits.queued_tokens is not None:
            locked = self.tenants.limits_in(session, tenant, is_locked=True)
            _check_queued(locked.queued_tokens, queued_tokens_of(session, tenant), tokens)
        if limits.tokens_per_minute is not None:
            self.rates.take(tenant, TOKENS, limits.tokens_per_minute, tokens)

    def check_item(self, session: Session, tenant: str, tokens: int) -> None:
        """The same for an item of a batch, which leaves half of each limit to what is asked one
        by one; one that is larger than that goes alone."""
        limits = self.tenants.limits_of(tenant)
        if limits.queued_tokens is not None:
            used = queued_tokens_of(session, tenant)
            _leave_half(QuotaUse("queued_tokens", limits.queued_tokens, used, tokens))
        if limits.tokens_per_minute is not None and tokens:
            window = self.rates.seen(tenant, TOKENS, limits.tokens_per_minute)
            _leave_half(QuotaUse(TOKENS, window.limit, window.limit - window.remaining, tokens))
        self.check_extraction(session, tenant, tokens)

    def take_chat(self, tenant: str, tokens: int) -> None:
        """About the tokens of a prompt. Raises `RateLimited`, `QuotaExceeded`."""
        limits = self.tenants.limits_of(tenant)
        if limits.tokens_per_minute is not None:
            self.rates.take(tenant, TOKENS, limits.tokens_per_minute, tokens)

    def take_rest_of_chat(self, tenant: str, tokens: int) -> None:
        """What it used besides: that is known at its end, and refuses nothing."""
        if tokens > 0 and self.tenants.limits_of(tenant).tokens_per_minute is not None:
            self.rates.add(tenant, TOKENS, tokens)

    def hold(self, session: Session, tenant: str) -> None:
        """Of two that are about to count what the tenant has waiting, one waits here."""
        if self.tenants.limits_of(tenant).queued_tokens is not None:
            self.tenants.limits_in(session, tenant, is_locked=True)

    def expiry_of_document(
        self, tenant: str, now: datetime, asked: datetime | None, seconds: int | None
    ) -> datetime | None:
        """What was asked, else the tenant's default."""
        if asked is not None or seconds is not None:
            return expiry_of(now, asked, seconds)
        return expiry_of(now, None, self.tenants.limits_of(tenant).document_seconds)

    def keep_seconds_of(self, create: ExtractionCreate, tenant: str) -> int | None:
        """From its end; None: for ever, or until a time that was asked for."""
        if create.expires_at is not None:
            return None
        return create.expires_after_seconds or self.tenants.limits_of(tenant).result_seconds

    def tokens_of(self, create: ExtractionCreate, documents: Sequence[DocumentRecord]) -> int:
        return estimated_tokens(create, documents, self._engine)


def expiry_of(now: datetime, asked: datetime | None, seconds: int | None) -> datetime | None:
    """Raises `InvalidInput` for both, or for a time that is over."""
    if asked is not None and seconds is not None:
        raise InvalidInput("either expires_at or expires_after_seconds", param="expires_at")
    if asked is not None and asked <= now:
        raise InvalidInput("expires_at has passed already", param="expires_at")
    return now + timedelta(seconds=seconds) if seconds is not None else asked


def estimated_tokens(
    create: ExtractionCreate, documents: Sequence[DocumentRecord], settings: EngineSettings
) -> int:
    """What the engine will about read: whole documents that are short, or in mode dense; of the
    others what is looked up, and passages for each name of the schema. A document that is not
    read yet counts nothing until it is."""
    total = sum(int((document.summary or {}).get("tokens", 0)) for document in documents)
    if create.mode == "dense" or (create.mode == "auto" and total <= settings.dense_tokens):
        return total
    if create.mode == "scan":
        return min(total, settings.scan_tokens)
    names = create.response_schema.get("properties")
    num_fields = len(names) if isinstance(names, dict) else 1
    return min(total, settings.lookup_tokens + settings.read_tokens * max(1, num_fields))


def _has_rates(limits: TenantLimits) -> bool:
    return limits.requests_per_minute is not None or limits.tokens_per_minute is not None


def _has_room_limits(limits: TenantLimits) -> bool:
    return limits.storage_bytes is not None or limits.documents is not None


def _check_documents(limits: TenantLimits, number: int, num_bytes: int, wanted: int) -> None:
    if limits.documents is not None and number >= limits.documents:
        raise QuotaExceeded(
            f"the tenant has {number} documents and may have {limits.documents}: delete some",
            quota=QuotaUse("documents", limits.documents, number, 1),
        )
    if limits.storage_bytes is not None and num_bytes + wanted > limits.storage_bytes:
        raise QuotaExceeded(
            f"the tenant's documents have {num_bytes} bytes, of {limits.storage_bytes}, and this "
            f"one has {wanted}: delete some",
            quota=QuotaUse("storage_bytes", limits.storage_bytes, num_bytes, wanted),
        )


def _leave_half(quota: QuotaUse) -> None:
    if quota.used and quota.used + quota.wanted > quota.limit // 2:
        raise RateLimited(
            f"batches leave half of {quota.name} to what is asked one by one",
            quota=quota,
            retry_after_seconds=_QUEUE_SECONDS,
        )


def _check_queued(limit: int | None, used: int, wanted: int) -> None:
    if limit is None or used + wanted <= limit:
        return
    quota = QuotaUse("queued_tokens", limit, used, wanted)
    if wanted > limit:
        raise QuotaExceeded(
            f"about {wanted} tokens are more than the tenant may have waiting, {limit}", quota=quota
        )
    raise RateLimited(
        f"about {used} tokens of the tenant's extractions wait or run, of {limit}, and this one "
        f"has about {wanted}: again when some have ended",
        quota=quota,
        retry_after_seconds=_QUEUE_SECONDS,
    )
