"""What does `needlepoint` do on the command line, and how does it end?"""

from __future__ import annotations

import io
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated

import typer

from api.commands_answer import ask, extract
from api.commands_batch import batch
from api.commands_cache import delete, pin, ttl, unpin, warm
from api.commands_db import config, db_app
from api.commands_eval import eval_app
from api.commands_keys import keys_app
from api.commands_models import models
from api.commands_read import find, inspect, prepare
from api.commands_schedules import schedules_app
from api.commands_schemas import schemas_app
from api.commands_serve import api, engine, serve, worker
from api.commands_show import show
from api.commands_system import cache_clear, cache_list, doctor, print_version
from api.commands_tenants import audit, tenants_app
from api.commands_tune import tune
from api.commands_usage import usage
from api.commands_webhooks import webhooks_app
from api.exit_codes import ExitCode, code_of_error
from schemas.errors import InvalidInput, ServiceError

app = typer.Typer(
    help="Read very long documents; take out values, each with the place where it was read.",
    add_completion=False,
    pretty_exceptions_enable=False,
)
cache_app = typer.Typer(help="What is kept on this machine, so that nothing is read twice.")

_READING = (extract, batch, ask, find, prepare, inspect, show, tune)
for command in (*_READING, serve, api, worker, engine, config, usage, audit, doctor, models):
    app.command()(command)
cache_app.command("list")(cache_list)
cache_app.command("clear")(cache_clear)
for change in (warm, pin, unpin, ttl, delete):
    cache_app.command()(change)
app.add_typer(cache_app, name="cache")
app.add_typer(keys_app, name="keys")
app.add_typer(schemas_app, name="schemas")
app.add_typer(schedules_app, name="schedule")
app.add_typer(webhooks_app, name="webhooks")
app.add_typer(tenants_app, name="tenants")
app.add_typer(db_app, name="db")
app.add_typer(eval_app, name="eval")


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=print_version)
    ] = False,
) -> None:
    """Options before the command."""


def main() -> None:
    """The entry point of the `needlepoint` command."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Carry out one command line; whatever goes wrong becomes one line on standard error."""
    _speak_utf8()
    try:
        code = int(app(list(arguments) or ["--help"], "needlepoint", standalone_mode=False) or 0)
    except typer.TyperException as error:
        return _complain(_usage_message(error), ExitCode.CALLERS_MISTAKE)
    except ServiceError as error:
        return _complain(error.message, code_of_error(error))
    except KeyboardInterrupt:
        code = ExitCode.INTERRUPTED
    except Exception as error:
        return _report_internal(error)
    return _complain("interrupted", code) if code == ExitCode.INTERRUPTED else code


def _speak_utf8() -> None:
    """JSON is UTF-8 whatever the locale; half a surrogate pair is written as its escape."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _usage_message(error: typer.TyperException) -> str:
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "needlepoint"
    missing = getattr(getattr(error, "param", None), "name", None)
    if missing == "files" and context and context.info_name in ("ask", "find"):
        return f"the files or the question are missing: {path} FILE… QUESTION, see {path} --help"
    return f"{error.format_message().rstrip('.')}: see {path} --help"


def _report_internal(error: Exception) -> int:
    if _wants_traceback():
        traceback.print_exception(error)
    name = type(error).__name__
    hint = "run with NEEDLEPOINT_DEBUG=1 for the traceback"
    return _complain(f"internal error: {name}; {hint}", ExitCode.OURS)


def _wants_traceback() -> bool:
    from schemas.settings import load_settings

    try:
        return load_settings().debug
    except InvalidInput:
        return False


def _complain(message: str, code: int) -> int:
    sys.stderr.write(f"needlepoint: {' '.join(message.split())}\n")
    return int(code)


if __name__ == "__main__":
    main()
