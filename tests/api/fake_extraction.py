"""Which reader do the tests of the faces stand on?

It has the signatures of `jobs.extraction` and answers at once; `calls` is what it was asked.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from schemas.document import SegmentKind
from schemas.extraction import (
    Citation,
    Coverage,
    Extraction,
    FieldResult,
    FieldStatus,
    FoundPassage,
    LineRegion,
    Match,
    Mode,
    Problem,
    Status,
)
from schemas.inspection import Inspection
from schemas.progress import OnProgress, Progress, ignore_progress
from schemas.settings import Settings

calls: list[dict[str, Any]] = []


def install(monkeypatch: pytest.MonkeyPatch) -> None:
    calls.clear()
    for name in ("jobs.extraction", "jobs.inspection"):
        monkeypatch.setitem(sys.modules, name, sys.modules[__name__])


def extract(
    files: Sequence[Path],
    response_schema: Mapping[str, Any],
    settings: Settings,
    *,
    instructions: str | None = None,
    mode: Mode | None = None,
    password: str | None = None,
    attachments: bool = False,
    on_progress: OnProgress = ignore_progress,
) -> Extraction:
    """The first line of the first file, for every field."""
    calls.append(
        {
            "files": list(files),
            "response_schema": response_schema,
            "settings": settings,
            "instructions": instructions,
            "mode": mode,
            "password": password,
            "attachments": attachments,
        }
    )
    if instructions == "interrupt":
        raise KeyboardInterrupt
    if instructions == "crash":
        raise RuntimeError("a secret of the document")
    on_progress(Progress("read", 1, 2, "fields"))
    names = list(response_schema["properties"])
    return extraction_of(names, files[0], incomplete=instructions == "be incomplete")


def find(
    files: Sequence[Path],
    query: str,
    settings: Settings,
    *,
    top: int = 10,
    password: str | None = None,
    on_progress: OnProgress = ignore_progress,
) -> list[FoundPassage]:
    calls.append({"files": list(files), "query": query, "top": top, "password": password})
    text = files[0].read_text(encoding="utf-8")
    region = LineRegion(first_line=1, last_line=2)
    found = FoundPassage(
        rank=1,
        score=2.5,
        document=files[0].name,
        start=0,
        stop=len(text),
        section="Lease",
        text=text,
        regions=[region],
    )
    return [found]


def inspect(
    file: Path,
    settings: Settings,
    *,
    password: str | None = None,
    on_progress: OnProgress = ignore_progress,
) -> Inspection:
    return Inspection(
        name=file.name,
        id="0" * 64,
        media_type="text/plain",
        pages=0,
        sheets=[],
        tables=0,
        segments={SegmentKind.PARAGRAPH: 2},
        characters=1234,
        tokens=300,
        passages=2,
        warnings=[Problem(code="odd", message="a line was odd", document=file.name)],
        seconds=0.25,
        cached=False,
    )


def extraction_of(names: Sequence[str], file: Path, *, incomplete: bool = False) -> Extraction:
    line = file.read_text(encoding="utf-8").splitlines()[0]
    region = LineRegion(first_line=1, last_line=1)
    citation = Citation(
        document=file.name, quote=line, start=0, stop=len(line), regions=[region], match=Match.EXACT
    )
    fields = [
        FieldResult(
            path=f"/{name}",
            value=line,
            status=FieldStatus.FOUND,
            confidence=0.875,
            citations=[citation],
        )
        for name in names
    ]
    problem = Problem(code="required", message="is not in the document", path="/rent")
    return Extraction(
        id="ext_1",
        status=Status.INCOMPLETE if incomplete else Status.COMPLETED,
        model="fake",
        mode=Mode.DENSE,
        output=dict.fromkeys(names, line),
        fields=fields,
        coverage=Coverage(
            num_tokens=8, num_tokens_read=8, num_passages=1, num_passages_read=1, share_read=1.0
        ),
        errors=[problem] if incomplete else [],
    )
