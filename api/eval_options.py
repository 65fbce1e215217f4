"""What do the commands that measure have in common?"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.options import settings_with
from schemas.errors import InvalidInput

if TYPE_CHECKING:
    from schemas.settings import Settings

AdapterOption = Annotated[
    str | None, typer.Option("--adapter", help="Adapter to measure; none: the base model.")
]
EveryOption = Annotated[int, typer.Option("--every", min=1, help="Ask every n-th only.")]
OutOption = Annotated[
    Path | None, typer.Option("--json", help="Write the figures and every answer here.")
]


def adapted_settings(model: str | None, adapter: str | None) -> Settings:
    from schemas.settings import with_adapter

    settings = settings_with(model)
    if adapter is None:
        return settings
    return with_adapter(settings, None if adapter == "none" else adapter)


def print_record(record: Mapping[str, Any]) -> None:
    from api.standard_output import print_line

    if not record:
        raise InvalidInput("nothing was measured")
    print_line(json.dumps(record))


@contextmanager
def packages_of_measuring() -> Iterator[None]:
    """Documents to measure on are written by packages that reading does without."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise InvalidInput(
            f"measuring needs the package {error.name}: pip install 'needlepoint[dev]'"
        ) from error
