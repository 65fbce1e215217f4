"""Which commands say who is told of events, and what became of them?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.commands_serve import DatabaseOption, DataOption, settings_of
from schemas.errors import InvalidInput

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from jobs.services import Services
    from schemas.webhooks import DeliveryStatus

webhooks_app = typer.Typer(
    help="Webhooks: who is told, by signed requests, of what happens to documents and jobs."
)
TenantOption = Annotated[str, typer.Option("--tenant", help="Whose events.")]
WebhookArgument = Annotated[str, typer.Argument(metavar="WEBHOOK", help="Its id: wh_…")]
JsonOption = Annotated[bool, typer.Option("--json", help="As the API gives it.")]


@webhooks_app.command("create")
def create(
    url: Annotated[str, typer.Argument(metavar="URL", help="Where events are sent.")],
    event: Annotated[
        list[str] | None,
        typer.Option("--event", help="Such as batch.completed or extraction.*; repeatable. [all]"),
    ] = None,
    description: Annotated[str | None, typer.Option("--description", help="What it is for.")] = (
        None
    ),
    tenant: TenantOption = "default",
    data: DataOption = None,
    database_url: DatabaseOption = None,
) -> None:
    """Tell a URL of events, and print the secret that signs them, which is shown this once."""
    from pydantic import ValidationError

    from api.standard_output import print_line, say
    from schemas.webhooks import WebhookCreate

    try:
        asked = WebhookCreate(url=url, event_types=event or ["*"], description=description)
    except ValidationError as error:
        raise InvalidInput(error.errors()[0]["msg"], param="event") from error
    made = _services(data, database_url, makes_tables=True).webhooks.create(tenant, asked)
    print_line(made.secret)
    say(
        f"{made.id} is told of {', '.join(made.event_types)} from now on; receivers check the "
        "signatures with this secret, which is not shown again"
    )


@webhooks_app.command("list")
def list_webhooks(
    as_json: JsonOption = False,
    tenant: TenantOption = "default",
    data: DataOption = None,
    database_url: DatabaseOption = None,
) -> None:
    """List them: where, what, and whether they take what they are sent."""
    from api.standard_output import print_json, say, styled_output
    from api.webhook_listing import webhook_table

    webhooks = _services(data, database_url).webhooks.list(tenant)
    if as_json:
        print_json(webhooks)
    elif not webhooks:
        say("there is no webhook: needlepoint webhooks create URL makes one")
    else:
        with styled_output() as console:
            console.print(webhook_table(webhooks))


@webhooks_app.command("enable")
def enable(
    webhook: WebhookArgument,
    tenant: TenantOption = "default",
    data: DataOption = None,
    database_url: DatabaseOption = None,
) -> None:
    """Send to it again, and at once what waits."""
    _set_enabled(True, webhook, tenant, data, database_url)


@webhooks_app.command("disable")
def disable(
    webhook: WebhookArgument,
    tenant: TenantOption = "default",
    data: DataOption = None,
    database_url: DatabaseOption = None,
) -> None:
    """Send nothing more to it; `replay` can send what it missed."""
    _set_enabled(False, webhook, tenant, data, database_url)


@webhooks_app.command("delete")
def delete(
    webhook: WebhookArgument,
    tenant: TenantOption = "default",
    data: DataOption = None,
    database_url: DatabaseOption = None,
) -> None:
    """Delete it, with the log of what was sent to it."""
    from api.standard_output import say

    _services(data, database_url).webhooks.delete(tenant, webhook)
    say(f"{webhook} is deleted")


@webhooks_app.command("rotate")
def rotate(
    webhook: WebhookArgument,
    overlap: Annotated[
        str, typer.Option("--overlap", help="For how long the old secret signs, too: 12h, 0m.")
    ] = "1d",
    tenant: TenantOption = "default",
    data: DataOption = None,
    database_url: DatabaseOption = None,
) -> None:
    """Print a new secret; events carry the signatures of both for a while."""
    from api.standard_output import print_line, say
    from api.time_spans import span_of

    seconds = span_of(overlap, "overlap").total_seconds()
    made = _services(data, database_url).webhooks.rotate(tenant, webhook, seconds)
    print_line(made.secret)
    until = made.old_secret_until
    say(
        f"the old secret of {made.id} signs no more"
        if until is None
        else f"the old secret of {made.id} signs, too, until {until:%Y-%m-%d %H:%M} UTC"
    )


@webhooks_app.command("test")
def send_test(
    webhook: WebhookArgument,
    tenant: TenantOption = "default",
    data: DataOption = None,
    database_url: DatabaseOption = None,
) -> None:
    """Have the service that runs send it an event `webhook.test`."""
    from api.standard_output import say

    _services(data, database_url).webhooks.test(tenant, webhook)
    say(f"an event is on its way: needlepoint webhooks deliveries {webhook}")


@webhooks_app.command("deliveries")
def deliveries(
    webhook: WebhookArgument,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000)] = 20,
    status: Annotated[
        str | None, typer.Option("--status", help="pending, delivered or failed.")
    ] = None,
    as_json: JsonOption = False,
    tenant: TenantOption = "default",
    data: DataOption = None,
    database_url: DatabaseOption = None,
) -> None:
    """List what was and is to be sent to it, newest first."""
    from api.standard_output import print_json, say, styled_output
    from api.webhook_listing import delivery_table

    log = _services(data, database_url).webhook_log
    found, _ = log.list(tenant, webhook, limit=limit, status=_status_of(status))
    if as_json:
        print_json(found)
    elif not found:
        say("nothing was sent to it yet")
    else:
        with styled_output() as console:
            console.print(delivery_table(found))


@webhooks_app.command("replay")
def replay(
    webhook: WebhookArgument,
    delivery: Annotated[
        list[str] | None, typer.Argument(metavar="[DELIVERY]...", help="Their ids: whd_…")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--since", help="All it did not get: 3d, or 2026-11-22T06:00:00Z."),
    ] = None,
    tenant: TenantOption = "default",
    data: DataOption = None,
    database_url: DatabaseOption = None,
) -> None:
    """Send once more: single deliveries, or all that failed since a time."""
    from api.standard_output import say

    if (since is None) == (not delivery):
        raise InvalidInput("name deliveries, or --since a time", param="since")
    log = _services(data, database_url).webhook_log
    if since is not None:
        number = log.replay_since(tenant, webhook, _moment_of(since))
    else:
        number = len([log.replay(tenant, webhook, delivery_id) for delivery_id in delivery or []])
    say(f"{number} on their way" if number != 1 else "1 on its way")


def _services(
    data: Path | None, database_url: str | None, *, makes_tables: bool = False
) -> Services:
    from jobs.migrate import check_current, upgrade
    from jobs.services import Services

    settings = settings_of(None, None, data, database_url, None, None, None)
    if makes_tables:
        upgrade(settings)
    else:
        check_current(settings)
    return Services.of(settings)


def _set_enabled(
    is_enabled: bool, webhook: str, tenant: str, data: Path | None, database_url: str | None
) -> None:
    from api.standard_output import say
    from schemas.webhooks import WebhookUpdate

    update = WebhookUpdate(is_enabled=is_enabled)
    found = _services(data, database_url).webhooks.update(tenant, webhook, update)
    what = f"enabled; {found.num_pending} events wait for it" if is_enabled else "disabled"
    say(f"{found.id} is {what}")


def _status_of(name: str | None) -> DeliveryStatus | None:
    from schemas.webhooks import DeliveryStatus

    try:
        return None if name is None else DeliveryStatus(name)
    except ValueError as error:
        known = ", ".join(DeliveryStatus)
        raise InvalidInput(f"a status is one of {known}", param="status") from error


def _moment_of(text: str) -> datetime:
    """A span back from now, or a time with a zone."""
    from datetime import UTC, datetime

    from api.time_spans import SPAN, span_of

    if SPAN.fullmatch(text):
        return datetime.now(UTC) - span_of(text, "since")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(f"{text!r} is no time: 3d, 2026-11-22T06:00:00Z", param="since") from (
            error
        )
    if moment.tzinfo is None:
        raise InvalidInput("a time with its zone: 2026-11-22T06:00:00Z", param="since")
    return moment
