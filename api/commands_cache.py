"""Which commands say what is kept of the prompts that the model has read?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.commands_system import size_text
from api.options import JsonOption, ModelOption, ModeOption, PasswordOption, settings_with
from api.reading_mode import ReadingMode, mode_of

_Id = Annotated[str, typer.Argument(metavar="ID", help="As `cache list` shows it: cache_…")]


def warm(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Read together, whole.")],
    schema: Annotated[
        str | None,
        typer.Option("--schema", help="Read what an extraction with this schema would read."),
    ] = None,
    mode: ModeOption = ReadingMode.AUTO,
    model: ModelOption = None,
    password: PasswordOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read files with the model before anyone asks; stopped, it goes on where it was."""
    from api.file_arguments import readable_files
    from api.progress_bar import progress_shown
    from api.schema_argument import response_schema_of
    from api.standard_output import print_json, say

    settings, paths = settings_with(model), readable_files(files)
    asked = None if schema is None else response_schema_of(schema)
    with progress_shown() as on_progress:
        from jobs.extraction import warm as run_warm

        warmed = run_warm(
            paths,
            settings,
            response_schema=asked,
            mode=mode_of(mode),
            password=password,
            on_progress=on_progress,
        )
    if as_json:
        print_json(warmed)
        return
    for cache in warmed.data:
        tokens, size = f"{cache.num_tokens:,} tokens", size_text(cache.num_bytes)
        typer.echo(f"{cache.id}  {tokens}, {size}")
    say(f"{warmed.num_tokens_read:,} of {warmed.num_tokens:,} tokens were read just now")


def pin(cache_id: _Id) -> None:
    """Keep it when room is made for others."""
    _change(cache_id, pinned=True)


def unpin(cache_id: _Id) -> None:
    """Let it go when room is made for others."""
    _change(cache_id, pinned=False)


def ttl(
    cache_id: _Id,
    seconds: Annotated[str, typer.Argument(metavar="SECONDS", help="Or none: without an end.")],
) -> None:
    """Let it go so many seconds after its last use."""
    from schemas.errors import InvalidInput

    try:
        _change(cache_id, ttl_seconds=None if seconds == "none" else float(seconds))
    except ValueError as error:
        raise InvalidInput(
            f"{seconds!r} is no number of seconds above 0, and not none", param="seconds"
        ) from error


def delete(cache_id: _Id) -> None:
    """Remove it; what other prompts begin with, too, stays."""
    from api.standard_output import say
    from jobs.local_cache import delete_prompt

    say(f"removed {size_text(delete_prompt(settings_with(None), cache_id))}")


def _change(cache_id: str, **changes: bool | float | None) -> None:
    from api.standard_output import say
    from jobs.local_cache import change_prompt
    from schemas.caches import CacheChange

    changed = change_prompt(settings_with(None), cache_id, CacheChange.model_validate(changes))
    kept = "pinned" if changed.pinned else "not pinned"
    until = changed.expires_at
    say(f"{kept}, {'no end' if until is None else f'until {until.astimezone():%Y-%m-%d %H:%M:%S}'}")
