"""Which commands save response schemas, and show them?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.commands_serve import DatabaseOption, DataOption, settings_of
from api.options import Files, ModelOption, PasswordOption, settings_with
from schemas.errors import InvalidInput

if TYPE_CHECKING:
    from pathlib import Path

    from jobs.schema_store import SchemaStore
    from schemas.saved_schemas import ListedSavedSchema

schemas_app = typer.Typer(
    help="Response schemas that are saved, versioned, and named by extractions."
)
TenantOption = Annotated[str, typer.Option("--tenant", help="Whose schemas.")]
ReferenceArgument = Annotated[
    str, typer.Argument(metavar="NAME[@VERSION]", help="Without a version: the latest.")
]
_PAGE = 100


@schemas_app.command("save")
def save(
    name: Annotated[str, typer.Argument(metavar="NAME")],
    schema: Annotated[
        str,
        typer.Argument(metavar="SCHEMA", help="A JSON Schema file, or module:Model (pydantic)."),
    ],
    description: Annotated[str | None, typer.Option("--description", help="What it is for.")] = (
        None
    ),
    tenant: TenantOption = "default",
    data: DataOption = None,
    database_url: DatabaseOption = None,
) -> None:
    """Save a schema as the next version of a name, and print how to name it."""
    from pydantic import ValidationError

    from api.schema_argument import response_schema_of
    from api.standard_output import print_line, say
    from schemas.saved_schemas import SavedSchemaCreate

    response_schema = response_schema_of(schema)
    try:
        asked = SavedSchemaCreate(
            name=name, response_schema=response_schema, description=description
        )
    except ValidationError as error:
        first = error.errors()[0]
        param = str(first["loc"][0]) if first["loc"] else None
        raise InvalidInput(f"{param}: {first['msg']}", param=param) from error
    saved, is_new = _store(data, database_url, makes_tables=True).save(tenant, asked)
    print_line(saved.id)
    if not is_new:
        say("it was saved already")


@schemas_app.command("list")
def list_schemas(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="All versions of this one.")
    ] = None,
    tenant: TenantOption = "default",
    data: DataOption = None,
    database_url: DatabaseOption = None,
) -> None:
    """List the latest version of each, or all versions of one."""
    from rich.table import Table

    from api.places import visible
    from api.standard_output import say, styled_output

    found = _all(_store(data, database_url), tenant, name)
    if not found:
        say("no schema is saved: needlepoint schemas save NAME SCHEMA")
        return
    table = Table("schema", "saved", "description")
    for schema in found:
        table.add_row(
            schema.id, f"{schema.created_at:%Y-%m-%d %H:%M}", visible(schema.description or "")
        )
    with styled_output() as console:
        console.print(table)


@schemas_app.command("show")
def show(
    reference: ReferenceArgument,
    tenant: TenantOption = "default",
    data: DataOption = None,
    database_url: DatabaseOption = None,
) -> None:
    """Print the JSON Schema."""
    import json

    from api.standard_output import print_line

    saved = _store(data, database_url).get(tenant, reference)
    print_line(json.dumps(saved.response_schema, ensure_ascii=False, indent=2))


@schemas_app.command("delete")
def delete(
    reference: ReferenceArgument,
    tenant: TenantOption = "default",
    data: DataOption = None,
    database_url: DatabaseOption = None,
) -> None:
    """Delete one version, or all of a name; extractions keep what they were asked with."""
    from api.standard_output import say

    number = _store(data, database_url).delete(tenant, reference)
    say(f"{number} {'version is' if number == 1 else 'versions are'} deleted")


@schemas_app.command("suggest")
def suggest(
    files: Files,
    wanted: Annotated[
        str, typer.Argument(metavar="SENTENCE", help="What you want of them, in quotes, last.")
    ],
    max_fields: Annotated[int, typer.Option("--max-fields", min=1, max=40)] = 12,
    model: ModelOption = None,
    password: PasswordOption = None,
) -> None:
    """Print a schema for what you want of files such as these, by a model that chats.

    Look at it before it is used: needlepoint schemas save NAME SCHEMA.
    """
    import json

    from api.commands_answer import refuse_file
    from api.file_arguments import readable_files
    from api.progress_bar import progress_shown
    from api.standard_output import print_line, say

    refuse_file(wanted, "sentence")
    settings, paths = settings_with(model), readable_files(files)
    with progress_shown() as on_progress:
        from jobs.file_suggestion import suggest as run_suggestion

        found = run_suggestion(
            paths,
            wanted,
            settings,
            max_fields=max_fields,
            password=password,
            on_progress=on_progress,
        )
    print_line(json.dumps(found.response_schema, ensure_ascii=False, indent=2))
    number = len(found.response_schema["properties"])
    say(f"{number} {'field' if number == 1 else 'fields'}, as {found.model} suggests")


def _all(store: SchemaStore, tenant: str, name: str | None) -> list[ListedSavedSchema]:
    found: list[ListedSavedSchema] = []
    has_more, after = True, None
    while has_more:
        if name is None:
            page, has_more = store.listed(tenant, limit=_PAGE, after=after)
        else:
            page, has_more = store.versions(tenant, name, limit=_PAGE, after=after)
        found += page
        after = page[-1].id if page else None
    return found


def _store(
    data: Path | None, database_url: str | None, *, makes_tables: bool = False
) -> SchemaStore:
    from jobs.database import Database
    from jobs.migrate import check_current, upgrade
    from jobs.schema_store import SchemaStore

    settings = settings_of(None, None, data, database_url, None, None, None)
    if makes_tables:
        upgrade(settings)
    else:
        check_current(settings)
    return SchemaStore(Database.of(settings))
