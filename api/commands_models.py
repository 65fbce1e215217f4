"""Which models are recommended for this machine?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.known_models import KnownModel

_GIGABYTE = 1e9


def models(
    memory: Annotated[
        float | None, typer.Option(metavar="GB", min=0.1, help="Default: what is free here.")
    ] = None,
    tokens: Annotated[
        int, typer.Option(min=1, help="Of the documents that are read at once.")
    ] = 32_768,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON list.")] = False,
) -> None:
    """List the models that fit in a memory, by what a token of a document costs in them."""
    import json

    from api.standard_output import print_line, say, styled_output
    from engine.known_models import free_memory, recommended

    num_bytes = free_memory() if memory is None else round(memory * _GIGABYTE)
    found = recommended(num_bytes, tokens)
    if as_json:
        print_line(json.dumps([_record(model, tokens) for model in found]))
    elif not found:
        say(f"no model that is known fits {tokens:,} tokens in {num_bytes / _GIGABYTE:.1f} GB")
    else:
        with styled_output() as console:
            console.print(_table(found, tokens, num_bytes))


def _record(model: KnownModel, tokens: int) -> dict[str, object]:
    return {
        "model": model.name,
        "is_packaged": model.is_packaged,
        "kv_bytes_per_token": model.shape.bytes_on_disk,
        "memory_bytes": model.bytes_for(min(tokens, model.longest)),
        "longest": model.longest,
        "chats": model.chats,
        "licence": model.licence,
    }


def _table(found: Sequence[KnownModel], tokens: int, num_bytes: int) -> object:
    from rich.table import Table

    caption = (
        f"that read {tokens:,} tokens in {num_bytes / _GIGABYTE:.1f} GB; set one with --model or "
        "NEEDLEPOINT_ENGINE__MODEL"
    )
    table = Table("model", "KV/token", "memory", "longest", "chats", "licence", caption=caption)
    for model in found:
        needed = model.bytes_for(min(tokens, model.longest))
        table.add_row(
            model.name,
            f"{model.shape.bytes_on_disk:,} B",
            f"{needed / _GIGABYTE:.1f} GB",
            f"{model.longest:,}",
            "yes" if model.chats else "no",
            model.licence,
        )
    return table
