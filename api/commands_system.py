"""Which commands tell about this installation and what it keeps?"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as version_of
from typing import TYPE_CHECKING, Annotated

import typer

from api.exit_codes import ExitCode
from api.options import ModelOption, settings_with

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jobs.local_cache import CacheEntry
    from schemas.caches import Cache


def doctor(model: ModelOption = None) -> None:
    """Check versions, device, model and cache; say what is missing and how to get it."""
    from api.doctor import report_table
    from api.standard_output import styled_output
    from engine.doctor import examine

    report = examine(settings_with(model))
    with styled_output() as console:
        console.print(report_table(report))
    raise typer.Exit(ExitCode.COMPLETED if report.is_ready else ExitCode.OURS)


def cache_list() -> None:
    """List what is kept: kind, size, last use, and what it belongs to."""
    from api.standard_output import say, styled_output
    from jobs.local_cache import list_entries

    settings = settings_with(None)
    entries = list_entries(settings)
    if entries:
        with styled_output() as console:
            console.print(_entry_table(entries))
    else:
        say(f"nothing is kept in {settings.cache.directory}")


def cache_clear(
    kind: Annotated[
        str | None, typer.Argument(metavar="KIND", help="Only this kind, as `list` names it.")
    ] = None,
) -> None:
    """Remove what is kept; it is made again when it is needed."""
    from api.standard_output import say
    from jobs.local_cache import clear

    num_entries, num_bytes = clear(settings_with(None), kind)
    noun = "entry" if num_entries == 1 else "entries"
    say(f"removed {num_entries:,} {noun}, {size_text(num_bytes)}")


def print_version(value: bool) -> None:
    if value:
        typer.echo(f"needlepoint {_own_version()}")
        raise typer.Exit


def size_text(num_bytes: int) -> str:
    if num_bytes < 1_000_000:
        return f"{num_bytes / 1e3:.1f} kB"
    return f"{num_bytes / 1e6:,.1f} MB"


def _own_version() -> str:
    try:
        return version_of("needlepoint")
    except PackageNotFoundError:
        return "(a checkout that is not installed)"


def _entry_table(entries: Sequence[CacheEntry]) -> object:
    from rich.table import Table

    from api.places import visible

    total = sum(entry.num_bytes for entry in entries)
    heads = ("kind", "size", "last used", "of", "tokens", "hits", "kept", "id")
    table = Table(*heads, caption=f"{size_text(total)} in all")
    table.columns[-1].no_wrap = True
    for entry in entries:
        used = entry.last_used.astimezone().strftime("%Y-%m-%d %H:%M")
        told = ("", "", "", "") if entry.prompt is None else _prompt_cells(entry.prompt)
        table.add_row(entry.kind, size_text(entry.num_bytes), used, visible(entry.label), *told)
    return table


def _prompt_cells(prompt: Cache) -> tuple[str, str, str, str]:
    kept = "pinned" if prompt.pinned else ""
    if prompt.expires_at is not None:
        kept = f"until {prompt.expires_at.astimezone():%Y-%m-%d %H:%M}"
    return f"{prompt.num_tokens:,}", str(prompt.num_hits), kept, prompt.id
