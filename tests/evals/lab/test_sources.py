from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from evals.lab.sources import Source, paragraphs_of
from ingest.normalise import normalise
from schemas.settings import Settings
from tests.evals.lab import lab_data


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEEDLEPOINT_SHARED_DATA", str(lab_data.write(tmp_path / "data")))


@pytest.mark.usefixtures("small")
def test_articles_and_agreements_come_first_and_no_pdf_is_read_before_they_run_out() -> None:
    articles = list(paragraphs_of(Source.ARTICLES, Settings()))
    agreements = list(paragraphs_of(Source.AGREEMENTS, Settings()))
    both = [*articles, *agreements]
    mixed = paragraphs_of(Source.MIXED, Settings())
    assert list(itertools.islice(mixed, len(both))) == both
    assert (len(articles), len(agreements)) == (96, 200)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("source", [Source.ARTICLES, Source.AGREEMENTS])
def test_a_paragraph_is_one_line_as_our_ingest_writes_it(source: Source) -> None:
    for paragraph in paragraphs_of(source, Settings()):
        assert normalise(paragraph) == paragraph
        assert "\n" not in paragraph


def test_real_agreements_are_cut_into_paragraphs_that_passages_can_hold(
    shared_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEEDLEPOINT_SHARED_DATA", str(shared_data))
    sizes = [len(text.split()) for text in paragraphs_of(Source.AGREEMENTS, Settings())]
    assert sum(sizes) > 500_000
    assert sum(size > 400 for size in sizes) < 0.02 * len(sizes)
