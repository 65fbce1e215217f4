"""What do the commands of the lab have in common: whom they ask, where answers go, what is told?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from api.eval_options import adapted_settings, print_record
from schemas.errors import InvalidInput

if TYPE_CHECKING:
    from engine.token_counter import TokenCounter
    from evals.lab.experiment import Chat, Experiment
    from schemas.settings import Settings

Named = TypeVar("Named", bound=StrEnum)

LengthsOption = Annotated[
    str, typer.Option("--lengths", help="In tokens, prompt included: 4k,128k,1M.")
]
SamplesOption = Annotated[
    int, typer.Option("--samples", min=1, help="Of each kind and each length.")
]
SeedOption = Annotated[int, typer.Option("--seed", help="Another one makes other haystacks.")]
HaystackOption = Annotated[
    str, typer.Option("--haystack", help="mixed, articles, agreements, manual or report.")
]
FolderOption = Annotated[
    Path | None,
    typer.Option("--out", help="Rows, figures, heatmap; a run that was ended goes on there."),
]
UrlOption = Annotated[
    str | None, typer.Option("--url", help="Ask this OpenAI-compatible server: http://host/v1.")
]
ServedModelOption = Annotated[
    str, typer.Option("--served-model", help="The model's name at that server.")
]
KeyFileOption = Annotated[
    Path | None, typer.Option("--api-key-file", help="A file that holds the key for it.")
]
LabJsonOption = Annotated[bool, typer.Option("--json", help="Print the line of JSON alone.")]


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is asked, as the command line says it."""

    model: str | None
    adapter: str | None
    url: str | None
    served_model: str
    key_file: Path | None
    out: Path | None


def run_lab(
    build: Callable[[Settings, TokenCounter], Experiment], asked: Asked, *, as_json: bool
) -> None:
    from engine.token_counter import TokenCounter
    from evals.lab.experiment import carry_out

    settings = adapted_settings(asked.model, asked.adapter)
    experiment = build(settings, TokenCounter(settings))
    folder = asked.out or Path("lab-results") / experiment.benchmark
    record = carry_out(experiment, settings, folder, _chat_of(asked))
    if not as_json:
        _show(record)
    print_record({**record, "folder": str(folder)})


def names_of(text: str, known: type[Named], param: str) -> tuple[Named, ...]:
    """Members of an enumeration, of "numbers,uuids", each once."""
    try:
        return tuple(dict.fromkeys(known(part.strip()) for part in text.split(",")))
    except ValueError as error:
        there = ", ".join(member.value for member in known)
        raise InvalidInput(f"{error}; there is {there}", param=param) from error


def name_of(text: str, known: type[Named], param: str) -> Named:
    names = names_of(text, known, param)
    if len(names) > 1:
        raise InvalidInput(f"--{param} takes one, not {text}", param=param)
    return names[0]


def _chat_of(asked: Asked) -> Chat | None:
    from evals.lab.experiment import Chat

    if asked.url is None:
        if asked.key_file is not None:
            raise InvalidInput("--api-key-file goes with --url", param="api_key_file")
        return None
    return Chat(asked.url, asked.served_model, _key_of(asked.key_file))


def _key_of(file: Path | None) -> str | None:
    from api.file_arguments import readable_file

    return None if file is None else readable_file(file).read_text(encoding="utf-8").strip()


def _show(record: Mapping[str, Any]) -> None:
    from rich.table import Table

    from api.standard_output import styled_output

    table = Table("kind", "length", "score", "95 %", "n")
    for name, figures in record["kinds_at_lengths"].items():
        kind, _, length = name.rpartition(" ")
        low, high = figures["interval"]
        table.add_row(kind, length, f"{figures['score']}", f"{low} to {high}", f"{figures['n']}")
    with styled_output() as console:
        console.print(table)
