"""Which command says what was used, and what it cost?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands_serve import DatabaseOption, DataOption, settings_of
from api.options import JsonOption
from schemas.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas.usage import UsageGroup, UsageReport, UsageSums

_HEADS = ("results", "prompt", "cached", "completion", "seconds", "USD")


def usage(
    start: Annotated[str | None, typer.Option("--from", help="2026-11-01, UTC; or a time.")] = None,
    stop: Annotated[str | None, typer.Option("--to", help="Before this.")] = None,
    group_by: Annotated[
        list[str] | None,
        typer.Option("--group-by", help="day, key, model or batch; may be repeated. [day]"),
    ] = None,
    tenant: Annotated[str, typer.Option("--tenant", help="Whose.")] = "default",
    data: DataOption = None,
    database_url: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add up the ledger: tokens, seconds and cost of what came to a result."""
    from api.standard_output import print_json, say, styled_output
    from jobs.database import Database
    from jobs.migrate import check_current
    from jobs.usage_report import usage_report

    settings = settings_of(None, None, data, database_url, None, None, None)
    check_current(settings)
    groups = _groups(group_by)
    report = usage_report(
        Database.of(settings),
        tenant,
        start=_moment(start, "from"),
        stop=_moment(stop, "to"),
        group_by=groups,
    )
    if as_json:
        print_json(report)
        return
    with styled_output() as console:
        console.print(_table(report, groups))
    if report.total.num_unpriced:
        say(f"{report.total.num_unpriced} results are from before costs were kept: not in USD")


def _groups(names: Sequence[str] | None) -> list[UsageGroup]:
    from schemas.usage import UsageGroup

    try:
        return [UsageGroup(name) for name in names or ["day"]]
    except ValueError as error:
        known = ", ".join(UsageGroup)
        raise InvalidInput(f"sums are by {known}", param="group-by") from error


def _moment(text: str | None, param: str) -> datetime | None:
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(f"{text!r} is no date such as 2026-11-01", param=param) from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _table(report: UsageReport, groups: Sequence[UsageGroup]) -> object:
    from rich.table import Table

    from api.places import visible

    table = Table(*groups, show_footer=False)
    for head in _HEADS:
        table.add_column(head, justify="right")
    for line in report.data:
        names = [visible(getattr(line, group.value) or "-") for group in groups]
        table.add_row(*names, *_numbers(line))
    table.add_section()
    table.add_row("all", *[""] * (len(groups) - 1), *_numbers(report.total))
    return table


def _numbers(sums: UsageSums) -> list[str]:
    tokens = (sums.num_results, sums.prompt_tokens, sums.cached_tokens, sums.completion_tokens)
    return [*(f"{number:,}" for number in tokens), f"{sums.seconds:,.1f}", f"{sums.cost_usd:.6f}"]
