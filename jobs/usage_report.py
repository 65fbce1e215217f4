"""What does the ledger add up to?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, func, select

from jobs.database import Database
from jobs.prices import usd_of
from jobs.tables import LedgerRecord
from schemas.errors import TooLarge
from schemas.usage import UsageGroup, UsageLine, UsageReport, UsageSums

_MOST_LINES = 10_000
_SUMS = (
    func.count(),
    func.coalesce(func.sum(LedgerRecord.prompt_tokens), 0),
    func.coalesce(func.sum(LedgerRecord.cached_tokens), 0),
    func.coalesce(func.sum(LedgerRecord.completion_tokens), 0),
    func.coalesce(func.sum(LedgerRecord.seconds), 0.0),
    func.coalesce(func.sum(LedgerRecord.cost_micro_usd), 0),
    func.coalesce(func.sum(case((LedgerRecord.cost_micro_usd.is_(None), 1), else_=0)), 0),
)


def usage_report(
    database: Database,
    tenant: str,
    *,
    start: datetime | None = None,
    stop: datetime | None = None,
    group_by: Sequence[UsageGroup] = (UsageGroup.DAY,),
) -> UsageReport:
    """From `start`, before `stop`. Costs are added as whole millionths of a dollar. Raises
    `TooLarge` for more groups than anybody reads."""
    groups = list(dict.fromkeys(group_by))
    columns = [_column(database, group).label(group.value) for group in groups]
    with database.reading() as session:
        grouped = _within(select(*columns, *_SUMS), tenant, start, stop)
        rows = session.execute(
            grouped.group_by(*columns).order_by(*columns).limit(_MOST_LINES + 1)
        ).all()
        total = session.execute(_within(select(*_SUMS), tenant, start, stop)).one()
    if len(rows) > _MOST_LINES:
        raise TooLarge(f"more than {_MOST_LINES:,} groups: ask for a shorter time", param="from")
    lines = [_line(groups, row) for row in rows] if groups else []
    return UsageReport(start=start, stop=stop, data=lines, total=UsageSums(**_sums(total)))


def _column(database: Database, group: UsageGroup) -> ColumnElement[Any]:
    if group is UsageGroup.KEY:
        return LedgerRecord.key_id.expression
    if group is UsageGroup.MODEL:
        return LedgerRecord.model.expression
    if group is UsageGroup.BATCH:
        return LedgerRecord.batch_id.expression
    if database.is_sqlite:
        return func.date(LedgerRecord.created_at)
    return func.to_char(func.timezone("UTC", LedgerRecord.created_at), "YYYY-MM-DD")


def _within(
    wanted: Select[Any], tenant: str, start: datetime | None, stop: datetime | None
) -> Select[Any]:
    wanted = wanted.where(LedgerRecord.tenant_id == tenant)
    if start is not None:
        wanted = wanted.where(LedgerRecord.created_at >= start)
    if stop is not None:
        wanted = wanted.where(LedgerRecord.created_at < stop)
    return wanted


def _line(groups: Sequence[UsageGroup], row: Row[Any]) -> UsageLine:
    named = {group.value: row[place] for place, group in enumerate(groups)}
    return UsageLine(**named, **_sums(row[len(groups) :]))


def _sums(sums: Sequence[Any]) -> dict[str, Any]:
    number, prompt, cached, completion, seconds, cost, unpriced = sums
    return {
        "num_results": int(number),
        "prompt_tokens": int(prompt),
        "cached_tokens": int(cached),
        "completion_tokens": int(completion),
        "seconds": round(float(seconds), 3),
        "cost_usd": usd_of(int(cost)),
        "num_unpriced": int(unpriced),
    }
