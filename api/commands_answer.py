"""Which commands fill a schema or answer a question?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.exit_codes import code_of_extraction
from api.options import (
    AdapterOption,
    AttachmentsOption,
    Files,
    JsonOption,
    ModelOption,
    ModeOption,
    PasswordOption,
    settings_with,
)
from api.reading_mode import ReadingMode, mode_of
from schemas.errors import InvalidInput

if TYPE_CHECKING:
    from schemas.extraction import Extraction


def extract(
    files: Files,
    schema: Annotated[
        str, typer.Option("--schema", help="A JSON Schema file, or module:Model (pydantic).")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", help="Write the result here, not to standard output.")
    ] = None,
    instructions: Annotated[
        str | None, typer.Option("--instructions", help="What the reader should know besides.")
    ] = None,
    mode: ModeOption = ReadingMode.AUTO,
    model: ModelOption = None,
    adapter: AdapterOption = None,
    password: PasswordOption = None,
    attachments: AttachmentsOption = False,
) -> None:
    """Fill a schema from the files; print one Extraction as JSON.

    Several files make one extraction. Exit code: 0 completed, 3 incomplete, 2 your mistake, 1 ours.
    """
    from api.schema_argument import response_schema_of
    from api.standard_output import check_writable, json_of, print_json, say, write_whole

    response_schema = response_schema_of(schema)
    if out is not None:
        check_writable(out)
    extraction = _extraction(
        files, response_schema, instructions, mode, (model, adapter), password, attachments
    )
    if out is None:
        print_json(extraction)
    else:
        write_whole(out, json_of(extraction))
        say(f"{extraction.status}: the result is in {out}")
    _finish(extraction)


def ask(
    files: Files,
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="In quotes, last.")],
    mode: ModeOption = ReadingMode.AUTO,
    model: ModelOption = None,
    adapter: AdapterOption = None,
    password: PasswordOption = None,
    attachments: AttachmentsOption = False,
    as_json: JsonOption = False,
) -> None:
    """Answer one question from the files, with the quote, its place and the confidence."""
    from api.answer_table import answer_lines
    from api.schema_argument import question_schema
    from api.standard_output import print_json, styled_output

    refuse_file(question, "question")
    schema = question_schema(question, mode)
    extraction = _extraction(files, schema, None, mode, (model, adapter), password, attachments)
    if as_json:
        print_json(extraction)
    else:
        with styled_output() as console:
            for line in answer_lines(extraction):
                console.print(line, soft_wrap=True)
    _finish(extraction)


def refuse_file(text: str, what: str) -> None:
    """`ask a.pdf b.pdf` has lost its question."""
    from api.file_arguments import names_a_file

    if names_a_file(text):
        raise InvalidInput(f"the last argument is the {what}, but {text} is a file", param=what)


def _extraction(
    files: list[Path],
    schema: dict[str, Any],
    instructions: str | None,
    mode: ReadingMode,
    model: tuple[str | None, str | None],
    password: str | None,
    attachments: bool,
) -> Extraction:
    from api.file_arguments import readable_files
    from api.progress_bar import progress_shown

    settings, paths = settings_with(*model), readable_files(files)
    with progress_shown() as on_progress:
        from jobs.extraction import extract as run_extraction

        return run_extraction(
            paths,
            schema,
            settings,
            instructions=instructions,
            mode=mode_of(mode),
            password=password,
            attachments=attachments,
            on_progress=on_progress,
        )


def _finish(extraction: Extraction) -> None:
    """Say what went wrong, which the JSON holds too, and end with the status' exit code."""
    from api.problem_lines import say_problems

    say_problems("error", extraction.errors)
    say_problems("warning", extraction.warnings)
    raise typer.Exit(code_of_extraction(extraction))
