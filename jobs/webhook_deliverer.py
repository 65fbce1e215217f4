"""Who sends the events?

A thread of each worker process, which takes what is due and hands it to a few more; any number
of processes may do so at the same time.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from importlib.metadata import version

from standardwebhooks.webhooks import Webhook as Signer

from jobs.database import Database
from jobs.logs import logger
from jobs.patience import patiently
from jobs.webhook_addresses import Lookup, looked_up
from jobs.webhook_claims import SendClaim, WebhookClaims
from jobs.webhook_client import Answer, post
from jobs.webhook_secrets import SecretBox
from schemas.errors import ServiceError
from schemas.settings import Settings

_TIDY_SECONDS = 600.0

_log = logger(__name__)


class WebhookDeliverer:
    def __init__(self, database: Database, settings: Settings, lookup: Lookup = looked_up) -> None:
        self._settings, self._lookup = settings.webhooks, lookup
        self._claims = WebhookClaims(database, settings.webhooks)
        self._box = SecretBox(settings)
        self._wake = threading.Event()

    def wake(self) -> None:
        """There is something to send: it looks at once."""
        self._wake.set()

    def run_once(self) -> int:
        """Sends all that is due, one after the other; how many tries that were."""
        num_tries = 0
        while (claim := self._claims.claim()) is not None:
            self._send(claim)
            num_tries += 1
        return num_tries

    def run_until(self, ends: threading.Event) -> None:
        """An error is logged, and the next round is made all the same. It returns when what it
        had begun to send has come to its end."""
        if not self._settings.slots:
            return
        tidied = time.monotonic()
        free = threading.Semaphore(self._settings.slots)
        with ThreadPoolExecutor(self._settings.slots, thread_name_prefix="webhook") as pool:
            while not ends.is_set():
                try:
                    self._send_due(pool, free, ends.is_set)
                    if time.monotonic() - tidied > _TIDY_SECONDS:
                        tidied = time.monotonic()
                        self._claims.tidy()
                except Exception as error:
                    _log.warning("no event could be sent", exc_info=error)
                self._wake.wait(self._settings.poll_seconds)
                self._wake.clear()

    def tidy(self) -> int:
        return self._claims.tidy()

    def _send_due(
        self, pool: ThreadPoolExecutor, free: threading.Semaphore, is_over: Callable[[], bool]
    ) -> None:
        """A claim is made only where it can be sent at once: a lease has no time to lose."""

        def send(claim: SendClaim) -> None:
            try:
                self._send(claim)
            except Exception as error:  # its lease runs out, and it is sent again
                _log.warning("an event was lost sight of", event_id=claim.event_id, exc_info=error)
            finally:
                free.release()
                self.wake()

        while not is_over() and free.acquire(blocking=False):
            claim = None
            try:
                claim = self._claims.claim()
            finally:
                if claim is None:
                    free.release()
            if claim is None:
                return
            pool.submit(send, claim)

    def _send(self, claim: SendClaim) -> None:
        try:
            answer = self._posted(claim)
        except ServiceError as error:
            answer = Answer(None, 0.0, error.message)
        patiently(lambda: self._claims.finish(claim, answer), lambda: False)
        _log.info(
            "an event was sent" if answer.error is None else "an event was not taken",
            event_id=claim.event_id,
            webhook_id=claim.endpoint_id,
            attempt=claim.number,
            status=answer.status_code,
            seconds=round(answer.seconds, 3),
        )

    def _posted(self, claim: SendClaim) -> Answer:
        secrets = [self._box.opened(sealed) for sealed in claim.secrets]
        return post(
            claim.url,
            claim.body,
            signed_headers(claim.event_id, claim.body, secrets),
            allow_private=self._settings.allow_private,
            timeout_seconds=self._settings.timeout_seconds,
            lookup=self._lookup,
        )


def signed_headers(event_id: str, body: bytes, secrets: list[str]) -> dict[str, str]:
    """Of standard-webhooks. The time is that of this try, by which receivers know an old copy."""
    now = datetime.now(UTC)
    text = body.decode()
    signatures = [Signer(secret).sign(event_id, now, text) for secret in secrets]
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
        "User-Agent": f"needlepoint/{version('needlepoint')}",
    }
