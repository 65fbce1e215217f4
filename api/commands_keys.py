"""Which commands make, show, rotate and revoke API keys?"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands_serve import DatabaseOption, DataOption, settings_of
from schemas.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from jobs.key_store import KeyInfo, KeyStore, Scope

keys_app = typer.Typer(help="API keys. As long as none was made, only this machine is served.")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


@keys_app.command("create")
def create(
    name: Annotated[str, typer.Option("--name", help="What it is for.")] = "key",
    tenant: Annotated[
        str, typer.Option("--tenant", help="Whose documents and jobs it opens.")
    ] = "default",
    scope: Annotated[
        list[str] | None,
        typer.Option(
            "--scope", help="read, write, metrics or audit; may be repeated. [read, write]"
        ),
    ] = None,
    expires: Annotated[
        str | None, typer.Option("--expires", help="Such as 90d, 12h; default: never.")
    ] = None,
    data: DataOption = None,
    database_url: DatabaseOption = None,
) -> None:
    """Make a key and print its secret, which is shown this once."""
    from api.standard_output import print_line, say
    from jobs.audit import OPERATOR, Actor, acting

    scopes, lifetime = _scopes_of(scope), _lifetime_of(expires)
    store = _store(data, database_url, makes_tables=True)
    with acting(Actor(OPERATOR)):
        info, secret = store.create(tenant, name, scopes, _moment_after(lifetime))
    print_line(secret)
    until = f"until {info.expires_at:%Y-%m-%d %H:%M} UTC" if info.expires_at else "for good"
    say(
        f"{info.id} of tenant {tenant} may {', '.join(info.scopes)}, {until}; the secret is kept "
        "nowhere: send it as Authorization: Bearer np_…"
    )


@keys_app.command("list")
def list_keys(
    tenant: Annotated[str | None, typer.Option("--tenant", help="Only this tenant's.")] = None,
    data: DataOption = None,
    database_url: DatabaseOption = None,
) -> None:
    """List all keys: id, tenant, name, scopes, dates. Secrets are kept nowhere."""
    from api.standard_output import say, styled_output

    keys = _store(data, database_url).list(tenant)
    if not keys:
        say("there is no key: only loopback is served")
        return
    with styled_output() as console:
        console.print(_key_table(keys))


@keys_app.command("revoke")
def revoke(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Its id: key_…")],
    data: DataOption = None,
    database_url: DatabaseOption = None,
) -> None:
    """Refuse a key from now on; a server that runs does so within seconds."""
    from api.standard_output import say
    from jobs.audit import OPERATOR, Actor, acting

    with acting(Actor(OPERATOR)):
        info = _store(data, database_url).revoke(key)
    say(f"{info.id} ({info.name}, of tenant {info.tenant}) is revoked")


@keys_app.command("rotate")
def rotate(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Its id: key_…")],
    overlap: Annotated[
        str, typer.Option("--overlap", help="How long the old secret is still valid; 0: not.")
    ] = "24h",
    data: DataOption = None,
    database_url: DatabaseOption = None,
) -> None:
    """Give a key a new secret, and print it, this once; what the key may stays as it is."""
    from api.standard_output import print_line, say
    from jobs.audit import OPERATOR, Actor, acting

    span = timedelta() if overlap == "0" else _lifetime_of(overlap)
    assert span is not None
    with acting(Actor(OPERATOR)):
        info, secret = _store(data, database_url).rotate(key, span)
    print_line(secret)
    until = f"{info.previous_until:%Y-%m-%d %H:%M} UTC"
    say(f"{info.id} has a new secret; the one before is valid until {until}")


def _store(data: Path | None, database_url: str | None, *, makes_tables: bool = False) -> KeyStore:
    from jobs.database import Database
    from jobs.key_store import KeyStore
    from jobs.migrate import check_current, upgrade

    settings = settings_of(None, None, data, database_url, None, None, None)
    if makes_tables:
        upgrade(settings)
    else:
        check_current(settings)
    return KeyStore(Database.of(settings))


def _scopes_of(names: Sequence[str] | None) -> list[Scope]:
    from jobs.key_store import Scope

    known = ", ".join(Scope)
    try:
        return [Scope(name) for name in names] if names else [Scope.READ, Scope.WRITE]
    except ValueError as error:
        raise InvalidInput(f"a scope is one of {known}", param="scope") from error


def _lifetime_of(text: str | None) -> timedelta | None:
    if text is None:
        return None
    found = re.fullmatch(r"([1-9]\d{0,4})([mhdw])", text)
    if found is None:
        raise InvalidInput(f"{text!r} is no time span: 30m, 12h, 90d or 52w", param="expires")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _moment_after(lifetime: timedelta | None) -> datetime | None:
    return None if lifetime is None else datetime.now(UTC) + lifetime


def _key_table(keys: Sequence[KeyInfo]) -> object:
    from rich.table import Table

    from api.places import visible

    table = Table(
        "key", "tenant", "name", "scopes", "made", "expires", "revoked", "rotated", "used"
    )
    for key in keys:
        dates = [
            f"{moment:%Y-%m-%d %H:%M}" if moment else ""
            for moment in (
                key.created_at,
                key.expires_at,
                key.revoked_at,
                key.rotated_at,
                key.last_used_at,
            )
        ]
        table.add_row(key.id, key.tenant, visible(key.name), ", ".join(key.scopes), *dates)
    return table
