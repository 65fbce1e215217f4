"""Which command reads a folder full of documents?"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.exit_codes import ExitCode
from api.options import AttachmentsOption, ModelOption, ModeOption, settings_with
from api.reading_mode import ReadingMode
from schemas.errors import InvalidInput, InvalidManifest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jobs.folder_batch import FolderBatch, FolderItem
    from schemas.batches import BatchItem, BatchItemCreate, BatchShared


def batch(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Documents, also in folders.")],
    out: Annotated[Path, typer.Option("--out", help="A folder for the results; made if missing.")],
    schema: Annotated[
        str | None, typer.Option("--schema", help="A JSON Schema file, or module:Model.")
    ] = None,
    manifest: Annotated[
        Path | None,
        typer.Option("--manifest", help="JSON Lines: which files, each with schema and custom_id."),
    ] = None,
    instructions: Annotated[
        str | None, typer.Option("--instructions", help="What the reader should know besides.")
    ] = None,
    retry: Annotated[
        bool, typer.Option("--retry", help="Try again what failed the last time.")
    ] = False,
    mode: ModeOption = ReadingMode.AUTO,
    model: ModelOption = None,
    attachments: AttachmentsOption = False,
) -> None:
    """Fill a schema from every document of a folder; no server is needed.

    Broken off, the same command goes on where it was. Results: results.csv, results.xlsx and
    results.jsonl, a row an item. Exit code: 0 all completed, 3 some are not.
    """
    from jobs.folder_batch import FolderBatch

    if not folder.is_dir():
        raise InvalidInput(f"{folder} is no folder", param="folder")
    shared = _shared(schema, instructions, mode, attachments)
    asked, whole = _asked(folder, out, manifest, shared)
    items = _items(folder, asked, whole)
    batch = FolderBatch(settings_with(model), out, retries_failed=retry)
    counts = _run(batch, items)
    _write_grids(batch, items, out)
    _finish(counts, out)


def _shared(
    schema: str | None, instructions: str | None, mode: ReadingMode, attachments: bool
) -> BatchShared:
    from api.schema_argument import response_schema_of
    from jobs.schema_store import check_schema
    from schemas.batches import BatchShared

    response_schema = None if schema is None else response_schema_of(schema)
    if response_schema is not None:
        check_schema(response_schema)
    given = {"instructions": instructions, "attachments": attachments, "mode": mode.value}
    return BatchShared.model_validate({"response_schema": response_schema, **given})


def _asked(
    folder: Path, out: Path, manifest: Path | None, shared: BatchShared
) -> tuple[Sequence[BatchItemCreate], BatchShared]:
    if manifest is not None:
        return _of_manifest(manifest, shared)
    if shared.response_schema is None:
        raise InvalidInput("what is to be read? --schema, or --manifest", param="schema")
    from schemas.batches import BatchItemCreate

    names = _names(folder, out)
    if not names:
        raise InvalidInput(f"{folder} has no files", param="folder")
    return [BatchItemCreate(document=name, custom_id=name[-255:]) for name in names], shared


def _of_manifest(
    manifest: Path, shared: BatchShared
) -> tuple[Sequence[BatchItemCreate], BatchShared]:
    """Its own defaults go before what the command line says."""
    from api.file_arguments import readable_file
    from api.manifest import asked_of_lines
    from api.standard_output import say

    try:
        defaults, items = asked_of_lines(
            readable_file(manifest).read_bytes(), has_schema=shared.response_schema is not None
        )
    except InvalidManifest as error:
        for line, message in error.problems:
            say(f"{manifest}, line {line}: {message}")
        raise
    given = defaults.model_dump(exclude_unset=True)
    return items, shared.model_copy(update=given)


def _names(folder: Path, out: Path) -> list[str]:
    """Relative, in order; hidden files and the results are left out."""
    found = []
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        is_hidden = any(part.startswith(".") for part in relative.parts)
        if path.is_file() and not is_hidden and not path.resolve().is_relative_to(out.resolve()):
            found.append(relative.as_posix())
    return found


def _items(folder: Path, asked: Sequence[BatchItemCreate], shared: BatchShared) -> list[FolderItem]:
    from jobs.folder_batch import FolderItem
    from jobs.new_batches import custom_id_of
    from schemas.extraction import Mode

    items = []
    for position, item in enumerate(asked, 1):
        mode = item.mode or shared.mode
        items.append(
            FolderItem(
                position=position,
                custom_id=custom_id_of(item, position),
                files=tuple(folder / name for name in item.named),
                response_schema=item.response_schema or shared.response_schema or {},
                instructions=item.instructions or shared.instructions,
                mode=None if mode == "auto" else Mode(mode),
                attachments=shared.attachments if item.attachments is None else item.attachments,
                metadata=tuple(item.metadata.items()),
            )
        )
    return items


def _run(batch: FolderBatch, items: Sequence[FolderItem]) -> Counter[str]:
    from api.progress_bar import progress_shown
    from api.standard_output import say

    counts: Counter[str] = Counter()
    num_known = 0
    with progress_shown() as on_progress:
        for number, item in enumerate(items, 1):
            ended = batch.kept(item)
            if ended is not None:
                num_known += 1
            else:
                ended = batch.run(item, on_progress)
                say(f"{number} of {len(items)}: {_said(ended)}")
            counts[ended.status.value] += 1
    if num_known:
        say(f"{num_known} of {len(items)} were there from before")
    return counts


def _said(ended: BatchItem) -> str:
    reason = f": {ended.failure.message}" if ended.failure else ""
    return f"{ended.custom_id} {ended.status}{reason}"


def _write_grids(batch: FolderBatch, items: Sequence[FolderItem], out: Path) -> None:
    from jobs.grid import grid_csv, grid_lines, write_grid_xlsx

    columns = batch.columns(items)
    with (out / "results.csv").open("w", encoding="utf-8", newline="") as stream:
        stream.writelines(grid_csv(columns, batch.rows(items), with_places=True))
    with (out / "results.jsonl").open("w", encoding="utf-8") as stream:
        stream.writelines(grid_lines(batch.rows(items)))
    write_grid_xlsx(columns, lambda: batch.rows(items), out / "results.xlsx", with_places=True)


def _finish(counts: Counter[str], out: Path) -> None:
    from api.standard_output import say

    told = ", ".join(f"{number} {status}" for status, number in sorted(counts.items()))
    say(f"{told}: results.csv, results.xlsx and results.jsonl are in {out}")
    if set(counts) - {"completed"}:
        raise typer.Exit(ExitCode.INCOMPLETE)
