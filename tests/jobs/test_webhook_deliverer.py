import json
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from openai import OpenAI
from openai.types.webhooks import (
    BatchCancelledWebhookEvent,
    BatchCompletedWebhookEvent,
    BatchExpiredWebhookEvent,
    BatchFailedWebhookEvent,
    ResponseCancelledWebhookEvent,
    ResponseCompletedWebhookEvent,
    ResponseFailedWebhookEvent,
    ResponseIncompleteWebhookEvent,
)
from standardwebhooks.webhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from jobs.webhook_claims import WebhookClaims
from jobs.webhook_client import Answer
from schemas.settings import Settings
from schemas.webhooks import DeliveryStatus, WebhookUpdate
from tests.jobs.webhooks_here import Hooks
from tests.webhook_receiver import Received, Receiver, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def hooks(settings: Settings) -> Iterator[Hooks]:
    hooks = Hooks(settings)
    yield hooks
    hooks.database.dispose()


def _verified(secret: str, received: Received) -> object:
    return Verifier(secret).verify(received.body, dict(received.headers))


def test_an_event_comes_signed_as_the_library_checks_it(hooks: Hooks, receiver: Receiver) -> None:
    secret = hooks.create(receiver.url).secret
    event_id = hooks.emit()
    assert hooks.deliver() == 1
    assert _verified(secret, receiver.got[0]) == {
        "id": event_id,
        "object": "event",
        "type": "extraction.completed",
        "created_at": 1795327200,
        "data": {"id": "ext_1"},
    }
    assert receiver.got[0].headers["webhook-id"] == event_id
    assert receiver.got[0].path == "/hooks?from=needlepoint"


def test_the_openai_client_unwraps_it(hooks: Hooks, receiver: Receiver) -> None:
    secret = hooks.create(receiver.url).secret
    hooks.emit(event_type="batch.completed")
    hooks.wait(seconds=1)
    hooks.emit(event_type="document.ready")
    hooks.deliver()
    with OpenAI(api_key="none", webhook_secret=secret) as client:
        events = [client.webhooks.unwrap(got.body, got.headers) for got in receiver.got]
    assert [event.type for event in events] == ["batch.completed", "document.ready"]
    assert [event.to_dict()["data"] for event in events] == [{"id": "ext_1"}, {"id": "ext_1"}]


@pytest.mark.parametrize(
    ("event_type", "known_as"),
    [
        ("response.completed", ResponseCompletedWebhookEvent),
        ("response.incomplete", ResponseIncompleteWebhookEvent),
        ("response.failed", ResponseFailedWebhookEvent),
        ("response.cancelled", ResponseCancelledWebhookEvent),
        ("batch.completed", BatchCompletedWebhookEvent),
        ("batch.failed", BatchFailedWebhookEvent),
        ("batch.expired", BatchExpiredWebhookEvent),
        ("batch.cancelled", BatchCancelledWebhookEvent),
    ],
)
def test_the_openai_client_knows_it_for_its_own(
    hooks: Hooks, receiver: Receiver, event_type: str, known_as: type
) -> None:
    secret = hooks.create(receiver.url).secret
    hooks.emit(event_type=event_type)
    hooks.deliver()
    with OpenAI(api_key="none", webhook_secret=secret) as client:
        event = client.webhooks.unwrap(receiver.got[0].body, receiver.got[0].headers)
    assert type(event) is known_as
    assert event.id == receiver.got[0].headers["webhook-id"]


def test_another_secret_does_not_check(hooks: Hooks, receiver: Receiver) -> None:
    hooks.create(receiver.url)
    stranger = hooks.create(f"{receiver.url}&second").secret
    hooks.emit()
    hooks.deliver()
    first = next(got for got in receiver.got if not got.path.endswith("second"))
    with pytest.raises(WebhookVerificationError):
        _verified(stranger, first)


def test_a_receiver_that_is_down_for_a_day_gets_each_event_once_it_is_back(hooks: Hooks) -> None:
    with receiving() as receiver:
        port, webhook = receiver.port, hooks.create(receiver.url)
    events: list[str] = []
    for hour in range(24):
        events.append(hooks.emit(hour))
        hooks.deliver()
        hooks.wait(hours=1)
    with receiving(port) as receiver:
        hooks.wait(hours=2, minutes=30)  # the longest pause
        hooks.deliver()
        assert Counter(receiver.ids) == Counter(events)
        for received in receiver.got:
            _verified(webhook.secret, received)
    assert hooks.store.get(hooks.tenant, webhook.id).failing_since is None


def test_a_receiver_that_is_down_is_not_asked_for_each_event(hooks: Hooks) -> None:
    with receiving() as receiver:
        hooks.create(receiver.url)
    for number in range(50):
        hooks.emit(number)
    assert hooks.deliver() == 1


def test_one_that_is_down_keeps_nothing_from_another(hooks: Hooks, receiver: Receiver) -> None:
    with receiving() as other:
        hooks.create(other.url)
    hooks.create(receiver.url)
    for number in range(5):
        hooks.emit(number)
    hooks.deliver()
    assert len(receiver.got) == 5


def test_a_deliverer_that_dies_loses_no_event(hooks: Hooks, receiver: Receiver) -> None:
    hooks.create(receiver.url)
    event_id = hooks.emit()
    claims = WebhookClaims(hooks.database, hooks.settings.webhooks)
    dead = claims.claim()
    assert dead is not None
    assert hooks.deliver() == 0, "it is leased"
    hooks.wait(minutes=1)
    assert hooks.deliver() == 1
    assert receiver.ids == [event_id]
    assert not claims.finish(dead, Answer(500, 0.1, "late")), "what it would write is refused"


def test_what_is_given_up_after_72_hours_can_be_replayed(hooks: Hooks) -> None:
    with receiving() as receiver:
        port, webhook = receiver.port, hooks.create(receiver.url)
    began = hooks.database.at
    event_id = hooks.emit()
    for _ in range(80):
        hooks.deliver()
        hooks.wait(hours=1)
    listed, _ = hooks.log.list(hooks.tenant, webhook.id)
    assert [found.status for found in listed] == [DeliveryStatus.FAILED]
    assert listed[0].last_attempt is not None
    assert listed[0].last_attempt.started_at > began + timedelta(hours=65)
    with receiving(port) as receiver:
        hooks.wait(hours=3)
        assert hooks.log.replay_since(hooks.tenant, webhook.id, began) == 1
        hooks.deliver()
        assert receiver.ids == [event_id]


def test_what_waited_behind_others_is_given_up_too(hooks: Hooks) -> None:
    with receiving() as receiver:
        webhook = hooks.create(receiver.url)
    hooks.emit(1)
    hooks.emit(2)
    hooks.deliver()
    hooks.wait(hours=73)
    hooks.deliverer.tidy()
    statuses = [found.status for found in hooks.log.list(hooks.tenant, webhook.id)[0]]
    assert statuses == [DeliveryStatus.FAILED, DeliveryStatus.FAILED]


def test_one_that_fails_for_days_is_disabled_and_its_list_says_why(hooks: Hooks) -> None:
    with receiving() as receiver:
        receiver.always = 500
        webhook = hooks.create(receiver.url)
        for _ in range(6):
            hooks.emit()
            hooks.deliver()
            hooks.wait(hours=24)
    found = hooks.store.get(hooks.tenant, webhook.id)
    assert not found.is_enabled
    assert found.disabled_reason == (
        "nothing got through since 2026-11-22 06:00 UTC; at last it answered 500"
    )


def test_410_disables_and_what_it_missed_is_replayed(hooks: Hooks, receiver: Receiver) -> None:
    webhook = hooks.create(receiver.url)
    receiver.answers = [410]
    began = hooks.database.at
    first = hooks.emit(1)
    hooks.deliver()
    found = hooks.store.get(hooks.tenant, webhook.id)
    assert (found.is_enabled, found.disabled_reason) == (
        False,
        "it answered 410: it wants no more events",
    )
    second = hooks.emit(2)
    assert hooks.deliver() == 0
    hooks.store.update(hooks.tenant, webhook.id, WebhookUpdate(is_enabled=True))
    assert hooks.log.replay_since(hooks.tenant, webhook.id, began) == 2
    assert hooks.log.replay_since(hooks.tenant, webhook.id, began) == 0, "they wait already"
    hooks.deliver()
    assert Counter(receiver.ids) == Counter([first, first, second])


def test_retry_after_is_kept_to(hooks: Hooks, receiver: Receiver) -> None:
    hooks.create(receiver.url)
    receiver.answers = [(503, {"Retry-After": "3600"})]
    hooks.emit()
    hooks.deliver()
    hooks.wait(minutes=59)
    assert hooks.deliver() == 0
    hooks.wait(minutes=2)
    assert hooks.deliver() == 1


def test_an_event_that_is_not_taken_keeps_no_other_back(hooks: Hooks, receiver: Receiver) -> None:
    hooks.create(receiver.url)
    receiver.answers = [422]
    hooks.emit(1)
    hooks.wait(seconds=1)
    second = hooks.emit(2)
    hooks.deliver()
    assert receiver.ids[1:] == [second]


def test_a_redirect_is_not_followed(hooks: Hooks, receiver: Receiver) -> None:
    with receiving() as inside:
        webhook = hooks.create(receiver.url)
        receiver.answers = [(302, {"Location": inside.url})]
        hooks.emit()
        hooks.deliver()
        assert inside.got == []
    attempt = hooks.log.list(hooks.tenant, webhook.id)[0][0].last_attempt
    assert attempt is not None
    assert attempt.error == "it answered 302: redirects are not followed, set the URL itself"


def test_during_the_overlap_both_secrets_sign(hooks: Hooks, receiver: Receiver) -> None:
    made = hooks.create(receiver.url)
    rotated = hooks.store.rotate(hooks.tenant, made.id, 3600)
    hooks.emit()
    hooks.deliver()
    assert _verified(made.secret, receiver.got[0]) == _verified(rotated.secret, receiver.got[0])
    hooks.wait(hours=2)
    hooks.emit()
    hooks.deliver()
    _verified(rotated.secret, receiver.got[1])
    with pytest.raises(WebhookVerificationError):
        _verified(made.secret, receiver.got[1])


def test_the_log_shows_each_try(hooks: Hooks, receiver: Receiver) -> None:
    webhook = hooks.create(receiver.url)
    receiver.answers, receiver.body = [500], b"\x00no \x1b[31mroom" + b"." * 100_000
    hooks.emit()
    hooks.deliver()
    hooks.wait(minutes=1)
    hooks.deliver()
    delivery_id = hooks.log.list(hooks.tenant, webhook.id)[0][0].id
    delivery = hooks.log.get(hooks.tenant, webhook.id, delivery_id)
    assert delivery.status is DeliveryStatus.DELIVERED
    assert [found.status_code for found in delivery.attempts] == [500, 204]
    excerpt = delivery.attempts[0].response_excerpt
    assert excerpt is not None
    assert excerpt.startswith("no  [31mroom....")
    assert len(excerpt) <= 500


def test_old_events_are_forgotten_but_not_what_waits(hooks: Hooks, receiver: Receiver) -> None:
    webhook = hooks.create(receiver.url)
    hooks.emit(1)
    hooks.deliver()
    hooks.wait(days=31)
    hooks.emit(2)
    hooks.deliverer.tidy()
    listed, _ = hooks.log.list(hooks.tenant, webhook.id)
    assert [json.dumps(found.event.data) for found in listed] == ['{"id": "ext_2"}']
