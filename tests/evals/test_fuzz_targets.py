from __future__ import annotations

import dataclasses

import pytest

from evals.fuzz import targets
from evals.fuzz.targets import TARGETS, BrokenDocument
from evals.fuzz.templates import pdf_with_content, seeds_of
from schemas.document import Document
from schemas.ingest_settings import IngestSettings
from tests.ingest.pdf_maker import read


@pytest.mark.parametrize("target", TARGETS)
def test_no_seed_breaks_its_parser(target: str) -> None:
    seeds = list(seeds_of(target, None))
    assert seeds
    for seed in seeds:
        TARGETS[target](seed)


def test_what_is_drawn_in_the_frame_is_read() -> None:
    assert read(pdf_with_content(b"BT /helv 12 Tf 72 700 Td (drawn) Tj ET")).text == "drawn"


def test_a_document_that_is_none_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def cut_short(data: bytes, name: str, limits: IngestSettings) -> Document:
        return dataclasses.replace(read(data), text="")

    monkeypatch.setattr(targets, "document_of", cut_short)
    with pytest.raises(BrokenDocument, match="past the text"):
        TARGETS["pdf"](b"\1BT /helv 12 Tf 72 700 Td (drawn) Tj ET")
