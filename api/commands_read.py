"""Which commands show what a document holds, without answering?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.options import Files, JsonOption, ModelOption, PasswordOption, settings_with
from schemas.errors import InvalidInput

if TYPE_CHECKING:
    from schemas.inspection import Inspection
    from schemas.settings import Settings


def find(
    files: Files,
    query: Annotated[str, typer.Argument(metavar="QUERY", help="In quotes, last.")],
    top: Annotated[int, typer.Option("--top", min=1, help="How many passages.")] = 10,
    model: ModelOption = None,
    password: PasswordOption = None,
    as_json: JsonOption = False,
) -> None:
    """Rank the passages of the files for a query, each with its place."""
    from api.answer_table import passage_lines
    from api.commands_answer import refuse_file
    from api.file_arguments import readable_files
    from api.progress_bar import progress_shown
    from api.standard_output import print_json, say, styled_output

    refuse_file(query, "query")
    if not query.strip():
        raise InvalidInput("the query is empty", param="query")
    settings, paths = settings_with(model), readable_files(files)
    with progress_shown() as on_progress:
        from jobs.extraction import find as run_find

        passages = run_find(
            paths, query, settings, top=top, password=password, on_progress=on_progress
        )
    if as_json:
        print_json(passages)
        return
    with styled_output() as console:
        for line in (line for passage in passages for line in passage_lines(passage)):
            console.print(line, soft_wrap=True)
    if not passages:
        say("nothing was found")


def prepare(
    files: Files,
    model: ModelOption = None,
    password: PasswordOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read the files into the index now, so that questions about them wait for nothing. What was
    read is kept when it is interrupted."""
    from api.file_arguments import readable_files
    from api.progress_bar import progress_shown
    from api.standard_output import print_json, say

    settings, paths = settings_with(model), readable_files(files)
    with progress_shown() as on_progress:
        from jobs.extraction import prepare as run_prepare

        done = run_prepare(paths, settings, password=password, on_progress=on_progress)
    if as_json:
        print_json(done)
        return
    say(
        f"{done.num_tokens_indexed:,} of {done.num_tokens:,} tokens are in the index, "
        f"{done.num_tokens_read:,} of them read now in {done.seconds:.1f} s"
    )
    if not done.num_tokens_indexed:
        say("words alone look documents up, as is set (engine.index_model): nothing was read")


def inspect(
    files: Files,
    page_images: Annotated[
        Path | None,
        typer.Option(
            "--page-images",
            metavar="DIR",
            help="Write PNGs of the pages here, with reading order, kinds and cells drawn on.",
        ),
    ] = None,
    pages: Annotated[
        str | None,
        typer.Option("--pages", metavar="LIST", help="Which pages to draw: 1,5-7; default: all."),
    ] = None,
    attachments: Annotated[
        Path | None,
        typer.Option(
            "--attachments", metavar="DIR", help="Write the files that documents carry here."
        ),
    ] = None,
    password: PasswordOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what was understood of each file: pages or sheets, tables, characters, warnings."""
    from api.file_arguments import readable_files
    from api.inspection_table import inspection_table
    from api.problem_lines import say_problems
    from api.standard_output import print_json, styled_output

    settings, paths = settings_with(None), readable_files(files)
    inspections = [_inspection(path, settings, password) for path in paths]
    if as_json:
        print_json(inspections[0] if len(inspections) == 1 else inspections)
    else:
        with styled_output() as console:
            for inspection in inspections:
                console.print(inspection_table(inspection))
        for inspection in inspections:
            say_problems("warning", inspection.warnings)
    if page_images is not None or attachments is not None:
        for path in paths:
            _write_files(path, settings, password, page_images, pages, attachments)


def _write_files(
    path: Path,
    settings: Settings,
    password: str | None,
    page_images: Path | None,
    pages: str | None,
    attachments: Path | None,
) -> None:
    from api.commands_show import document_of
    from api.inspected_files import write_attachments, write_layouts
    from api.problem_lines import say_problems
    from api.standard_output import say

    document, limits = document_of(path, password), settings.ingest
    if page_images is not None:
        for written in write_layouts(path, document, pages, page_images, limits, password):
            say(str(written))
    if attachments is not None:
        for outcome in write_attachments(path, document, attachments, limits, password):
            if isinstance(outcome, Path):
                say(str(outcome))
            else:
                say_problems("warning", [outcome])


def _inspection(path: Path, settings: Settings, password: str | None) -> Inspection:
    from api.progress_bar import progress_shown

    with progress_shown() as on_progress:
        from jobs.inspection import inspect as run_inspect

        return run_inspect(path, settings, password=password, on_progress=on_progress)
