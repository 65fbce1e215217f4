"""Which commands make, show and steer schedules?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands_serve import DatabaseOption, DataOption, settings_of
from schemas.errors import InvalidInput

if TYPE_CHECKING:
    from jobs.schedule_store import ScheduleStore

schedules_app = typer.Typer(help="Schedules: documents read again and again, as they come.")
TenantOption = Annotated[str, typer.Option("--tenant", help="Whose schedules.")]
ScheduleArgument = Annotated[
    str, typer.Argument(metavar="SCHEDULE", help="Its name, or its id: sch_…")
]
JsonOption = Annotated[bool, typer.Option("--json", help="As the API gives it.")]
Patterns = list[str] | None


@schedules_app.command("create")
def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Results lie in a folder of it.")],
    source: Annotated[
        str,
        typer.Option("--from", metavar="PLACE", help="A folder, a URL such as s3://…, or inbox."),
    ],
    schema: Annotated[str, typer.Option("--schema", help="JSON Schema file, or module:Model.")],
    to: Annotated[
        str | None, typer.Option("--to", metavar="PLACE", help="A folder or URL for results.")
    ] = None,
    cron: Annotated[str | None, typer.Option("--cron", help='Such as "0 2 * * 1-5".')] = None,
    every: Annotated[
        float | None, typer.Option("--every", help="Seconds between runs, instead of --cron.")
    ] = None,
    zone: Annotated[str, typer.Option("--zone", help="Time zone of --cron.")] = "UTC",
    include: Annotated[Patterns, typer.Option("--include", help="Glob; repeatable.")] = None,
    exclude: Annotated[Patterns, typer.Option("--exclude", help="Glob; repeatable.")] = None,
    grid: Annotated[str, typer.Option("--grid", help="csv, xlsx, jsonl or none.")] = "csv",
    instructions: Annotated[str | None, typer.Option("--instructions")] = None,
    connection: Annotated[
        str | None, typer.Option("--connection", help="A name of schedules.connections.")
    ] = None,
    catch_up: Annotated[
        str, typer.Option("--catch-up", help="Of missed times: none, latest or all.")
    ] = "latest",
    overlap: Annotated[
        str, typer.Option("--overlap", help="Of a run still under way: skip, queue or cancel.")
    ] = "skip",
    jitter: Annotated[float, typer.Option("--jitter", help="Seconds at most.")] = 0,
    warm_before: Annotated[
        float, typer.Option("--warm-before", help="Seconds before a run to look for documents.")
    ] = 0,
    tenant: TenantOption = "default",
    data: DataOption = None,
    database_url: DatabaseOption = None,
) -> None:
    """Make a schedule. A `needlepoint serve` on the same data carries it out."""
    from pydantic import ValidationError

    from api.schema_argument import response_schema_of
    from api.standard_output import print_line, say
    from jobs.schema_store import check_schema
    from schemas.schedules import ScheduleCreate

    response_schema = response_schema_of(schema)
    check_schema(response_schema)
    target = None if to is None else {**_place(to, connection), "grid": _grid(grid)}
    asked: dict[str, Any] = {
        "name": name,
        "cron": cron,
        "every_seconds": every,
        "zone": zone,
        "source": {"kind": "inbox"} if source == "inbox" else _place(source, connection),
        "include": include or [],
        "exclude": exclude or [],
        "extraction": {"response_schema": response_schema, "instructions": instructions},
        "target": target,
        "catch_up": catch_up,
        "overlap": overlap,
        "jitter_seconds": jitter,
        "warm_before_seconds": warm_before,
    }
    try:
        create = ScheduleCreate.model_validate(asked)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InvalidInput(f"{place}: {first['msg']}" if place else first["msg"]) from error
    made = _store(data, database_url, makes_tables=True).create(tenant, None, create)
    print_line(made.id)
    say(f"{made.name} runs next at {made.next_run:%Y-%m-%d %H:%M:%S} UTC")


@schedules_app.command("list")
def list_schedules(
    as_json: JsonOption = False,
    tenant: TenantOption = "default",
    data: DataOption = None,
    database_url: DatabaseOption = None,
) -> None:
    """List them: when, from where, to where, and when next."""
    from api.schedule_listing import schedule_table
    from api.standard_output import print_json, say, styled_output

    schedules = _store(data, database_url).list(tenant)
    if as_json:
        print_json(schedules)
    elif not schedules:
        say("there is no schedule: needlepoint schedule create NAME makes one")
    else:
        with styled_output() as console:
            console.print(schedule_table(schedules))


@schedules_app.command("show")
def show(
    schedule: ScheduleArgument,
    tenant: TenantOption = "default",
    data: DataOption = None,
    database_url: DatabaseOption = None,
) -> None:
    """All of one schedule, as JSON."""
    from api.standard_output import print_json

    print_json(_store(data, database_url).get(tenant, schedule))


@schedules_app.command("history")
def history(
    schedule: ScheduleArgument,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100)] = 20,
    as_json: JsonOption = False,
    tenant: TenantOption = "default",
    data: DataOption = None,
    database_url: DatabaseOption = None,
) -> None:
    """Its runs, the newest first: what each found, and what came of it."""
    from api.schedule_listing import run_table
    from api.standard_output import print_json, say, styled_output

    runs = _store(data, database_url).runs(tenant, schedule, limit=limit).data
    if as_json:
        print_json(runs)
    elif not runs:
        say("it has not run yet")
    else:
        with styled_output() as console:
            console.print(run_table(runs))


@schedules_app.command("next")
def next_runs(
    schedule: ScheduleArgument,
    number: Annotated[int, typer.Option("--number", "-n", min=1, max=100)] = 5,
    tenant: TenantOption = "default",
    data: DataOption = None,
    database_url: DatabaseOption = None,
) -> None:
    """The times to come, in its time zone."""
    from zoneinfo import ZoneInfo

    from api.standard_output import print_line

    store = _store(data, database_url)
    zone = ZoneInfo(store.get(tenant, schedule).zone)
    for moment in store.next_runs(tenant, schedule, number):
        print_line(f"{moment.astimezone(zone):%a %Y-%m-%d %H:%M:%S %z}")


@schedules_app.command("run")
def run(
    schedule: ScheduleArgument,
    tenant: TenantOption = "default",
    data: DataOption = None,
    database_url: DatabaseOption = None,
) -> None:
    """Run it now, also while it is paused."""
    from api.standard_output import print_line, say

    made = _store(data, database_url).run_now(tenant, schedule)
    print_line(made.id)
    say(f"it is asked for: needlepoint schedule history {schedule} shows what comes of it")


@schedules_app.command("pause")
def pause(
    schedule: ScheduleArgument,
    tenant: TenantOption = "default",
    data: DataOption = None,
    database_url: DatabaseOption = None,
) -> None:
    """Begin nothing more; a run that is under way goes on."""
    from api.standard_output import say

    say(f"{_store(data, database_url).pause(tenant, schedule).name} is paused")


@schedules_app.command("resume")
def resume(
    schedule: ScheduleArgument,
    tenant: TenantOption = "default",
    data: DataOption = None,
    database_url: DatabaseOption = None,
) -> None:
    """Go on from now; what was missed is not made up for."""
    from api.standard_output import say

    resumed = _store(data, database_url).resume(tenant, schedule)
    say(f"{resumed.name} runs next at {resumed.next_run:%Y-%m-%d %H:%M:%S} UTC")


@schedules_app.command("delete")
def delete(
    schedule: ScheduleArgument,
    tenant: TenantOption = "default",
    data: DataOption = None,
    database_url: DatabaseOption = None,
) -> None:
    """Delete it with its history; batches and what was written stay."""
    from api.standard_output import say

    _store(data, database_url).delete(tenant, schedule)
    say(f"{schedule} is deleted")


def _place(text: str, connection: str | None) -> dict[str, Any]:
    if "://" in text:
        return {"kind": "url", "url": text, "connection": connection}
    return {"kind": "folder", "path": str(Path(text).absolute())}


def _grid(name: str) -> str | None:
    return None if name == "none" else name


def _store(
    data: Path | None, database_url: str | None, *, makes_tables: bool = False
) -> ScheduleStore:
    from jobs.database import Database
    from jobs.migrate import check_current, upgrade
    from jobs.schedule_store import ScheduleStore

    settings = settings_of(None, None, data, database_url, None, None, None)
    if makes_tables:
        upgrade(settings)
    else:
        check_current(settings)
    return ScheduleStore(Database.of(settings), settings.schedules)
