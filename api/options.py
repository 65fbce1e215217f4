"""Which arguments do several commands share?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.reading_mode import ReadingMode

if TYPE_CHECKING:
    from schemas.settings import Settings


Files = Annotated[
    list[Path], typer.Argument(metavar="FILE", help="Documents: PDF, XLSX, CSV, TXT, MD.")
]
ModeOption = Annotated[
    ReadingMode,
    typer.Option(
        "--mode",
        help="Read whole (dense), the best passages (indexed) or every one, part by part (scan).",
    ),
]
ModelOption = Annotated[
    str | None, typer.Option("--model", help="Model to read with; default: the embedded one.")
]
AdapterOption = Annotated[
    str | None,
    typer.Option("--adapter", metavar="DIR", help="One that `needlepoint tune` made, or none."),
]
PasswordOption = Annotated[
    str | None, typer.Option("--password", help="Password of encrypted documents.")
]
AttachmentsOption = Annotated[
    bool,
    typer.Option(
        "--attachments", help="Read the files that documents carry, too; else they are named."
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the whole result as JSON.")]


def settings_with(model: str | None, adapter: str | None = None) -> Settings:
    """The settings of the environment, with the model and the adapter of the command line."""
    from schemas.settings import load_settings, with_adapter, with_model

    settings = with_model(load_settings(), model)
    if adapter is None:
        return settings
    return with_adapter(settings, None if adapter == "none" else adapter)
