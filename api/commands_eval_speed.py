"""Which command measures speed? Always as a ratio to a peer, both sides in one run."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.eval_options import OutOption, packages_of_measuring, print_record
from api.file_arguments import readable_file
from api.options import ModelOption, settings_with
from schemas.errors import InvalidInput

if TYPE_CHECKING:
    from schemas.settings import Settings


class SpeedOf(StrEnum):
    PREFILL = "prefill"
    DECODE = "decode"
    FIRST_TOKEN = "first-token"
    FIELDS = "fields"
    DISK = "disk"
    CHAT = "chat"


class Peer(StrEnum):
    TRANSFORMERS = "transformers"
    LLAMA_CPP = "llama.cpp"
    SELF = "self"


class Numbers(StrEnum):
    FLOAT32 = "float32"
    BFLOAT16 = "bfloat16"
    INT8 = "int8"


def speed(
    what: Annotated[SpeedOf, typer.Option("--what")] = SpeedOf.PREFILL,
    against: Annotated[
        Peer | None,
        typer.Option(
            "--against",
            help="prefill and decode: transformers (where none is named), llama.cpp, or self in "
            "float32; the others are measured against ourselves.",
        ),
    ] = None,
    tokens: Annotated[int, typer.Option("--tokens", min=16, help="Tokens to read.")] = 8000,
    weights: Annotated[
        Numbers | None, typer.Option("--weights", help="Of our side, as engine.weights.")
    ] = None,
    anew: Annotated[
        bool, typer.Option("--anew", help="first-token: the second question from the disk.")
    ] = False,
    text: Annotated[
        Path | None,
        typer.Option("--text", help="A text file to read; none: articles of the shared data."),
    ] = None,
    out: OutOption = None,
    model: ModelOption = None,
) -> None:
    """Prefill, decode, a second question, fields together, bytes on disk, a chat: as ratios."""
    settings = _with_weights(settings_with(model), weights)
    if against not in (None, Peer.SELF) and what not in (SpeedOf.PREFILL, SpeedOf.DECODE):
        raise InvalidInput(f"{what} is measured against self only", param="against")
    with packages_of_measuring():
        source = _text_of(settings, text, tokens)
        record = _measured(settings, what, against or Peer.TRANSFORMERS, source, tokens, anew)
    if out is not None:
        out.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    print_record(record)


def _measured(
    settings: Settings, what: SpeedOf, against: Peer, text: str, tokens: int, anew: bool
) -> dict[str, Any]:
    from evals import speed as speeds
    from evals import speed_answers as answers
    from evals.speed_chat import quoting

    if what is SpeedOf.DISK:
        return answers.bytes_on_disk(settings, text, tokens)
    if what is SpeedOf.FIRST_TOKEN:
        return answers.second_question(settings, text, tokens, anew=anew).record()
    if what is SpeedOf.FIELDS:
        return answers.fields_together(settings, text, tokens).record()
    if what is SpeedOf.CHAT:
        return quoting(settings, text, tokens).record()
    compared = speeds.prefill if what is SpeedOf.PREFILL else speeds.decode
    return compared(settings, speeds.Against(against.value), text, tokens).record()


def _with_weights(settings: Settings, weights: Numbers | None) -> Settings:
    if weights is None:
        return settings
    engine = settings.engine.model_copy(update={"weights": weights.value})
    return settings.model_copy(update={"engine": engine})


def _text_of(settings: Settings, file: Path | None, tokens: int) -> str:
    if file is not None:
        try:
            return readable_file(file).read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise InvalidInput(f"{file} is not a text in UTF-8") from error
    from engine.token_counter import TokenCounter
    from evals.lab.haystack import Hay
    from evals.lab.sources import Source, paragraphs_of

    return Hay(paragraphs_of(Source.MIXED, settings), TokenCounter(settings)).of(2 * tokens).text
