"""How does a result reach standard output or a file, whole and as it is?"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TextIO

import typer

from api.exit_codes import ExitCode
from schemas.errors import InvalidInput

if TYPE_CHECKING:
    from pydantic import BaseModel
    from rich.console import Console

_WIDTH_OF_A_FILE = 120


def json_of(result: BaseModel | Sequence[BaseModel]) -> str:
    """Indented, complete, with every character as itself."""
    if isinstance(result, Sequence):
        content: object = [item.model_dump(mode="json") for item in result]
    else:
        content = result.model_dump(mode="json")
    return json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def print_json(result: BaseModel | Sequence[BaseModel]) -> None:
    text = json_of(result)
    with standard_output() as out:
        out.write(text)


def print_line(line: str) -> None:
    with standard_output() as out:
        out.write(line + "\n")


@contextmanager
def styled_output() -> Iterator[Console]:
    """For people: colours and the terminal's width where there is a terminal."""
    from rich.console import Console

    class PlainConsole(Console):
        def on_broken_pipe(self) -> NoReturn:
            """Left to `standard_output`; rich would end the process as if we had failed."""
            raise BrokenPipeError

    with standard_output() as out:
        width = None if out.isatty() else _WIDTH_OF_A_FILE
        yield PlainConsole(file=out, width=width, highlight=False, markup=False, emoji=False)


@contextmanager
def standard_output() -> Iterator[TextIO]:
    """A reader that stops early, such as `head`, ends the command without a word."""
    try:
        yield sys.stdout
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(ExitCode.BROKEN_PIPE) from None


def say(message: str) -> None:
    """One line for the person at the terminal, on standard error."""
    sys.stderr.write(f"needlepoint: {' '.join(message.split())}\n")


def check_writable(path: Path) -> None:
    """Called before the work, so that an hour's result is not lost to a misspelt folder."""
    folder = path.parent
    try:
        is_refused = path.is_dir() or not folder.is_dir() or not os.access(folder, os.W_OK)
    except OSError:  # a name that no file can have
        is_refused = True
    if is_refused:
        raise InvalidInput(f"{path} cannot be written: name a file in a folder that you can write")


def write_whole(path: Path, text: str) -> None:
    """Under another name first and then renamed: nobody sees half a file."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8", errors="backslashreplace")
        os.replace(part, path)
    except OSError as error:
        raise InvalidInput(f"{path} cannot be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)
