"""Which commands make, show, limit and remove tenants, and show what was done in their names?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands_serve import DatabaseOption, DataOption, settings_of
from schemas.errors import InvalidInput

if TYPE_CHECKING:
    from pathlib import Path

    from jobs.database import Database
    from jobs.tenant_store import TenantStore
    from schemas.settings import Settings
    from schemas.tenants import AuditEvent

tenants_app = typer.Typer(help="Tenants: whose documents and jobs are whose, and their limits.")

_TIMES = ("document_seconds", "result_seconds")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_FACTORS = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}

Tenant = Annotated[str, typer.Argument(metavar="TENANT")]
_Limits = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="LIMIT=VALUE",
        help="requests_per_minute, tokens_per_minute, queued_tokens, storage_bytes, documents "
        "(such as 600, 20k, 5G), document_seconds, result_seconds (such as 3600, 12h, 30d); none: "
        "no limit; default: the settings'.",
    ),
]


@tenants_app.command("create")
def create(
    tenant: Tenant,
    limits: _Limits = None,
    data: DataOption = None,
    database_url: DatabaseOption = None,
) -> None:
    """Make a tenant, with limits of its own or the settings'. `keys create` makes one, too."""
    from api.standard_output import say
    from jobs.audit import OPERATOR, Actor, acting

    found = parsed_limits(limits or [])
    with acting(Actor(OPERATOR)):
        info = _store(data, database_url, makes_tables=True).create(tenant, found)
    say(f"the tenant {info.id} is there: needlepoint keys create --tenant {info.id}")


@tenants_app.command("list")
def list_tenants(data: DataOption = None, database_url: DatabaseOption = None) -> None:
    """List tenants and their limits in force; * marks those of the settings."""
    from rich.table import Table

    from api.standard_output import styled_output
    from jobs.tenant_store import LIMITS

    table = Table("tenant", *(name.replace("_", " ") for name in LIMITS))
    for info in _store(data, database_url).list():
        limits = info.limits.model_dump()
        table.add_row(info.id, *(_shown(limits[name], name in info.own) for name in LIMITS))
    with styled_output() as console:
        console.print(table)


@tenants_app.command("show")
def show(tenant: Tenant, data: DataOption = None, database_url: DatabaseOption = None) -> None:
    """Show a tenant's limits and what it uses, as JSON."""
    from api.standard_output import print_line

    info, use = _store(data, database_url).get(tenant)
    print_line(f'{{"tenant":{info.model_dump_json()},"use":{use.model_dump_json()}}}')


@tenants_app.command("set")
def set_limits(
    tenant: Tenant,
    limits: _Limits = None,
    data: DataOption = None,
    database_url: DatabaseOption = None,
) -> None:
    """Change limits; a server that runs heeds them within seconds, and ends nothing for them."""
    from api.standard_output import print_line
    from jobs.audit import OPERATOR, Actor, acting

    found = parsed_limits(limits or [])
    if not found:
        raise InvalidInput("name a limit: requests_per_minute=600", param="limit")
    with acting(Actor(OPERATOR)):
        info = _store(data, database_url).change(tenant, found)
    print_line(info.model_dump_json())


@tenants_app.command("delete")
def delete(tenant: Tenant, data: DataOption = None, database_url: DatabaseOption = None) -> None:
    """Remove a tenant and its keys; it must have no documents and extractions left."""
    from api.standard_output import say
    from jobs.audit import OPERATOR, Actor, acting

    with acting(Actor(OPERATOR)):
        _store(data, database_url).delete(tenant)
    say(f"the tenant {tenant} is gone, and its keys with it")


def audit(
    tenant: Annotated[str | None, typer.Option("--tenant", help="Only this tenant's.")] = None,
    key: Annotated[str | None, typer.Option("--key", help="Only by this key.")] = None,
    action: Annotated[
        str | None, typer.Option("--action", help='"document.delete", or "document.*".')
    ] = None,
    object_id: Annotated[str | None, typer.Option("--object", help="Only to this id.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000)] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON object a line.")] = False,
    data: DataOption = None,
    database_url: DatabaseOption = None,
) -> None:
    """Show who did what, when and from where, the newest first; it holds no contents."""
    from rich.table import Table

    from api.standard_output import print_line, styled_output
    from jobs.audit import AuditFilter, events

    database, _ = _opened(data, database_url)
    found, _ = events(database, AuditFilter(tenant, key, action, object_id), limit=limit)
    if as_json:
        for event in found:
            print_line(event.model_dump_json())
        return
    table = Table("at", "tenant", "by", "from", "action", "object", "status")
    for event in found:
        table.add_row(*_row_of(event))
    with styled_output() as console:
        console.print(table)


def parsed_limits(texts: list[str]) -> dict[str, int | None]:
    """None for `default`. Raises `InvalidInput`."""
    from jobs.tenant_store import LIMITS, NO_LIMIT

    found: dict[str, int | None] = {}
    for text in texts:
        name, is_given, value = text.partition("=")
        if not is_given or name not in LIMITS:
            raise InvalidInput(f"{text!r} is no LIMIT=VALUE of {', '.join(LIMITS)}", param=name)
        if value in ("none", "default"):
            found[name] = NO_LIMIT if value == "none" else None
            continue
        units = _SECONDS if name in _TIMES else _FACTORS
        parts = re.fullmatch(r"(\d{1,15})([a-zA-Z]?)", value)
        if parts is None or (parts[2] not in units and parts[2]):
            raise InvalidInput(f"{value!r} is no value of {name}: 600, 20k, 5G, 30d", param=name)
        found[name] = int(parts[1]) * (units[parts[2]] if parts[2] else 1)
    return found


def _shown(value: int | None, is_own: bool) -> str:
    text = "none" if value is None else f"{value:,}"
    return text if is_own else text + "*"


def _row_of(event: AuditEvent) -> tuple[str, ...]:
    return (
        f"{event.at:%Y-%m-%d %H:%M:%S}",
        event.tenant,
        event.key or event.actor,
        event.address or "",
        event.action,
        event.object or "",
        str(event.status),
    )


def _opened(
    data: Path | None, database_url: str | None, *, makes_tables: bool = False
) -> tuple[Database, Settings]:
    from jobs.database import Database
    from jobs.migrate import check_current, upgrade

    settings = settings_of(None, None, data, database_url, None, None, None)
    if makes_tables:
        upgrade(settings)
    else:
        check_current(settings)
    return Database.of(settings), settings


def _store(
    data: Path | None, database_url: str | None, *, makes_tables: bool = False
) -> TenantStore:
    from jobs.tenant_store import TenantStore

    database, settings = _opened(data, database_url, makes_tables=makes_tables)
    return TenantStore(database, settings.tenants)
