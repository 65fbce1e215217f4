"""Which commands look after the settings and the database?"""

from __future__ import annotations

import json
import os
from typing import Annotated

import typer

from api.commands_serve import DatabaseOption, DataOption, settings_of
from api.options import settings_with

db_app = typer.Typer(help="The database of the service.")


@db_app.command("upgrade")
def upgrade(data: DataOption = None, database_url: DatabaseOption = None) -> None:
    """Bring the tables to what this version needs; a new database gets them all."""
    from api.config_report import without_password
    from api.standard_output import say
    from jobs.database import url_of
    from jobs.migrate import upgrade as run_upgrade

    settings = settings_of(None, None, data, database_url, None, None, None)
    run_upgrade(settings)
    say(f"{without_password(url_of(settings))} is up to date")


def config(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show the settings in force and where each comes from; secrets are hidden."""
    from api.config_report import record_of, settings_in_force, text_of
    from api.standard_output import print_line, styled_output

    settings = settings_in_force(settings_with(None), os.environ)
    if as_json:
        print_line(json.dumps(record_of(settings), ensure_ascii=False, indent=2))
        return
    from rich.table import Table

    table = Table("setting", "value", "from", caption="set by NEEDLEPOINT_GROUP__NAME")
    for setting in settings:
        table.add_row(setting.name, text_of(setting.value), setting.source)
    with styled_output() as console:
        console.print(table)
