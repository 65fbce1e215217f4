"""What trains, what sets thresholds and what measures are documents of their own."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import pytest

from evals import kleister_data, squad_data, tatqa_data
from evals.cases import Case, Row
from evals.confidence import development_rows, held_out_rows
from evals.generated.documents import CHOOSE_KINDS, HELD_OUT_KINDS, TRAIN_KINDS
from evals.product import Product
from evals.training_materials import SourceOf, agreements, reports, source_maker
from ingest.read import document_of
from schemas.document import Document
from schemas.ingest_settings import IngestSettings
from tests.engine.sources import count_words
from tests.evals import small_data


class Recorder:
    """Is asked like the product and notes the texts that it is asked about."""

    def __init__(self) -> None:
        self.texts: set[str] = set()

    def read(self, data: bytes, name: str) -> Document:
        return document_of(data, name, IngestSettings())

    def rows(self, document: Document, cases: Sequence[Case]) -> list[Row]:
        self.texts.add(document.text)
        return []


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = small_data.write(tmp_path / "data")
    monkeypatch.setenv("NEEDLEPOINT_SHARED_DATA", str(folder))
    return folder


def test_no_document_both_sets_a_threshold_and_is_measured() -> None:
    chosen, measured = Recorder(), Recorder()
    development_rows(cast(Product, chosen), 1)
    held_out_rows(cast(Product, measured), 1)
    assert chosen.texts
    assert measured.texts
    assert not chosen.texts & measured.texts


def test_no_paragraph_that_trains_is_asked_about_later(data: Path) -> None:
    later = Recorder()
    development_rows(cast(Product, later), 1)
    held_out_rows(cast(Product, later), 1)
    trained = [paragraph.text for paragraph in squad_data.paragraphs(data, squad_data.TRAIN)]
    assert trained
    assert not [text for text in trained if any(text in other for other in later.texts)]


def test_no_report_that_trains_is_measured(data: Path) -> None:
    measured = Recorder()
    held_out_rows(cast(Product, measured), 1)
    trained = {m.source.document.text for m in reports(data, source_of(), random.Random(0))}
    assert len(trained) == len(tatqa_data.documents(data, held_out=False))
    assert not trained & measured.texts


def test_no_agreement_that_trains_is_measured(data: Path) -> None:
    trained = {material.source.document.text for material in agreements(data, source_of())}
    held_out = {
        document_of(text.encode(), "agreement.txt", IngestSettings()).text
        for text, _ in kleister_data.documents(data, held_out=True)
    }
    assert held_out
    assert not trained & held_out


def test_a_kind_of_generated_document_is_for_one_use() -> None:
    kinds = [*TRAIN_KINDS, *CHOOSE_KINDS, *HELD_OUT_KINDS]
    assert len(set(kinds)) == len(kinds)


def source_of() -> SourceOf:
    return source_maker(count_words)
