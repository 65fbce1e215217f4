from __future__ import annotations

from pathlib import Path
from typing import Any

import pymupdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.read import read_document
from jobs import extraction as jobs
from jobs.inspection import inspect
from jobs.local_cache import clear, list_entries
from schemas.errors import InvalidInput, InvalidSchema, UnreadableDocument
from schemas.extraction import (
    Extraction,
    FieldStatus,
    LineRegion,
    Match,
    Mode,
    PageRegion,
    SheetRegion,
    Status,
)
from schemas.progress import Progress
from schemas.settings import CacheSettings, Settings

TEXT: dict[str, Any] = {"type": ["string", "null"]}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "agent": TEXT,
        "margin": {"type": ["number", "null"]},
        "signed": {"type": ["string", "null"], "format": "date"},
        "secured": {"type": ["boolean", "null"]},
        "currency": {"enum": ["EUR", "USD", None]},
        "lenders": {"type": "array", "items": {"type": "string"}},
        "notice": {"type": ["object", "null"], "properties": {"city": TEXT}},
    },
}
LINES = ["The agent is Ann Cole.", "The margin is 2.5 per cent.", "Signed on 3 May 2020 in Lyon."]
ROWS = "Store,City,Units sold\nNorth,Lyon,12\nSouth,Nice,7\nTotal,,19\n"
STORES: dict[str, Any] = {
    "type": "object",
    "properties": {
        "stores": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"store": {"type": "string"}, "units_sold": {"type": "integer"}},
            },
        }
    },
}
BOTH = {"type": "object", "properties": {**SCHEMA["properties"], **STORES["properties"]}}


@pytest.fixture
def text_file(tmp_path: Path) -> Path:
    path = tmp_path / "deal.txt"
    path.write_text("\n\n".join(LINES))
    return path


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "sales.csv"
    path.write_text(ROWS)
    return path


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    path = tmp_path / "deal.pdf"
    with pymupdf.open() as pdf:
        for line in LINES:
            pdf.new_page(width=300, height=200).insert_text((40, 60), line)
        pdf.save(path)
    return path


@pytest.fixture
def bold_settings(tiny_settings: Settings) -> Settings:
    """A model that never answers null where it can answer anything else."""
    engine = tiny_settings.engine.model_copy(update={"absent_threshold": 2.0})
    return tiny_settings.model_copy(update={"engine": engine})


def check_citations(extraction: Extraction, files: list[Path], settings: Settings) -> None:
    """Every quote stands where it is cited, and an exact value is its quote."""
    texts = {file.name: read_document(file, settings.ingest).text for file in files}
    for field in extraction.fields:
        for citation in field.citations:
            assert texts[citation.document][citation.start : citation.stop] == citation.quote
            assert citation.match is not Match.EXACT or citation.quote == field.value
            assert citation.regions or citation.quote == Path(citation.document).stem
        is_chosen = isinstance(field.value, bool) or field.value in ("EUR", "USD")
        assert field.citations or is_chosen or field.status is not FieldStatus.FOUND


def answers_of(extraction: Extraction) -> Any:
    return extraction.model_dump(include={"output", "fields", "coverage", "errors", "mode"})


@pytest.mark.slow
@pytest.mark.parametrize("name", ["text_file", "sheet", "pages"])
@pytest.mark.parametrize("mode", [None, Mode.DENSE, Mode.INDEXED])
def test_every_citation_stands_in_its_document(
    name: str, mode: Mode | None, request: pytest.FixtureRequest, bold_settings: Settings
) -> None:
    file: Path = request.getfixturevalue(name)
    extraction = jobs.extract([file], SCHEMA, bold_settings, mode=mode)
    assert any(field.citations for field in extraction.fields)
    check_citations(extraction, [file], bold_settings)


def test_the_second_time_nothing_is_read_again(pages: Path, tiny_settings: Settings) -> None:
    told: list[Progress] = []
    cold = jobs.extract([pages], SCHEMA, tiny_settings)
    warm = jobs.extract([pages], SCHEMA, tiny_settings, on_progress=told.append)
    assert answers_of(warm) == answers_of(cold)
    assert warm.id != cold.id
    assert (cold.usage.cached_tokens, warm.usage.cached_tokens > 0) == (0, True)
    assert [(p.done, p.unit) for p in told if p.stage == "parse"] == [(1, "files")]
    assert inspect(pages, tiny_settings).cached


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["documents", "index", "prefix"])
def test_what_was_let_go_is_read_again_and_says_the_same(
    kind: str, pages: Path, tiny_settings: Settings
) -> None:
    first = jobs.extract([pages], SCHEMA, tiny_settings)
    assert clear(tiny_settings, kind)[0] > 0
    assert answers_of(jobs.extract([pages], SCHEMA, tiny_settings)) == answers_of(first)


def test_without_room_for_a_cache_the_answer_is_the_same(
    text_file: Path, tiny_settings: Settings, tmp_path: Path
) -> None:
    roomless = tiny_settings.model_copy(
        update={"cache": CacheSettings(directory=tmp_path / "none", max_bytes=0)}
    )
    without = jobs.extract([text_file], SCHEMA, roomless)
    assert answers_of(without) == answers_of(jobs.extract([text_file], SCHEMA, tiny_settings))
    assert list_entries(roomless) == []


def test_a_damaged_cache_changes_nothing(text_file: Path, tiny_settings: Settings) -> None:
    first = jobs.extract([text_file], SCHEMA, tiny_settings)
    for file in tiny_settings.cache.directory.rglob("*.safetensors"):
        file.write_bytes(file.read_bytes()[:-1])
    assert answers_of(jobs.extract([text_file], SCHEMA, tiny_settings)) == answers_of(first)


def test_a_date_is_cited_by_the_page_it_stands_on(pages: Path, bold_settings: Settings) -> None:
    extraction = jobs.extract([pages], SCHEMA, bold_settings)
    (signed,) = [field for field in extraction.fields if field.path == "/signed"]
    (citation,) = signed.citations
    assert (signed.value, citation.quote) == ("2020-05-03", "3 May 2020")
    (region,) = citation.regions
    assert isinstance(region, PageRegion)
    assert (region.page, len(region.bboxes)) == (3, 1)
    left, top, right, bottom = region.bboxes[0]
    assert 40 < left < right < 300
    assert 45 < top < 60 < bottom < 70


def test_rows_of_a_sheet_are_cited_by_cell(sheet: Path, tiny_settings: Settings) -> None:
    extraction = jobs.extract([sheet], STORES, tiny_settings)
    assert extraction.status is Status.COMPLETED
    assert extraction.output == {
        "stores": [{"store": "North", "units_sold": 12}, {"store": "South", "units_sold": 7}]
    }
    regions = {field.path: field.citations[0].regions for field in extraction.fields}
    assert regions["/stores/1/units_sold"] == [SheetRegion(sheet="sales", range="C3")]


def test_several_documents_are_read_together(
    text_file: Path, sheet: Path, pages: Path, bold_settings: Settings
) -> None:
    files = [text_file, sheet, pages]
    extraction = jobs.extract(files, BOTH, bold_settings)
    assert extraction.output is not None
    assert extraction.output["stores"][0] == {"store": "North", "units_sold": 12}
    assert extraction.coverage.num_passages >= 3
    check_citations(extraction, files, bold_settings)


def test_the_order_of_the_files_is_the_order_of_reading(
    text_file: Path, sheet: Path, tiny_settings: Settings
) -> None:
    jobs.extract([text_file, sheet], SCHEMA, tiny_settings)
    again = jobs.extract([sheet, text_file], SCHEMA, tiny_settings)
    assert again.usage.cached_tokens == 0


def test_instructions_reach_the_model(text_file: Path, tiny_settings: Settings) -> None:
    plain = jobs.extract([text_file], SCHEMA, tiny_settings)
    told = jobs.extract([text_file], SCHEMA, tiny_settings, instructions="Names in full.")
    assert told.usage.prompt_tokens > plain.usage.prompt_tokens
    assert told.fields != plain.fields


def test_what_is_wrong_with_the_schema_is_said_before_a_file_is_opened(
    tmp_path: Path, tiny_settings: Settings
) -> None:
    with pytest.raises(InvalidSchema):
        jobs.extract([tmp_path / "gone.txt"], {"type": "object"}, tiny_settings)


def test_a_file_that_is_not_there_is_told(tmp_path: Path, tiny_settings: Settings) -> None:
    with pytest.raises(InvalidInput, match=r"gone\.txt: there is no such file"):
        jobs.extract([tmp_path / "gone.txt"], SCHEMA, tiny_settings)


def test_no_file_is_told(tiny_settings: Settings) -> None:
    with pytest.raises(InvalidInput, match="no file is given"):
        jobs.extract([], SCHEMA, tiny_settings)


def test_an_empty_file_is_told(tmp_path: Path, tiny_settings: Settings) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    with pytest.raises(UnreadableDocument, match=r"empty\.txt"):
        jobs.extract([tmp_path / "empty.txt"], SCHEMA, tiny_settings)


@pytest.mark.slow
def test_pages_without_text_hold_nothing_and_say_so(
    tmp_path: Path, tiny_settings: Settings
) -> None:
    path = tmp_path / "scan.pdf"
    with pymupdf.open() as pdf:
        picture = pymupdf.Pixmap(pymupdf.csRGB, (0, 0, 60, 80))
        picture.clear_with(9)  # what it was made of is not cleared
        pdf.new_page().insert_image((0, 0, 595, 842), pixmap=picture)
        pdf.save(path)
    extraction = jobs.extract([path], SCHEMA, tiny_settings)
    assert {field.status for field in extraction.fields} == {FieldStatus.ABSENT}
    assert extraction.warnings
    assert jobs.find([path], "agent", tiny_settings) == []


def test_find_ranks_passages_and_says_where_they_stand(
    text_file: Path, pages: Path, tiny_settings: Settings
) -> None:
    found = jobs.find([text_file, pages], "margin", tiny_settings)
    assert [passage.rank for passage in found] == list(range(1, len(found) + 1))
    assert {passage.document for passage in found} == {"deal.txt", "deal.pdf"}
    texts = {f.name: read_document(f, tiny_settings.ingest).text for f in (text_file, pages)}
    for passage in found:
        assert "margin" in passage.text
        assert texts[passage.document][passage.start : passage.stop] == passage.text
    assert [p.score for p in found] == sorted((p.score for p in found), reverse=True)
    assert {type(p.regions[0]) for p in found} == {LineRegion, PageRegion}


def test_find_gives_no_more_than_is_asked(
    text_file: Path, pages: Path, tiny_settings: Settings
) -> None:
    assert len(jobs.find([text_file, pages], "margin", tiny_settings, top=1)) == 1


def test_an_empty_query_is_refused(text_file: Path, tiny_settings: Settings) -> None:
    with pytest.raises(InvalidInput, match="the query is empty"):
        jobs.find([text_file], " \n", tiny_settings)


def test_an_inspection_counts_what_was_understood(sheet: Path, tiny_settings: Settings) -> None:
    inspection = inspect(sheet, tiny_settings)
    assert (inspection.name, inspection.tables, inspection.cached) == ("sales.csv", 1, False)
    assert [(s.name, s.rows, s.columns) for s in inspection.sheets] == [("sales", 4, 3)]
    assert inspection.characters == len(read_document(sheet, tiny_settings.ingest).text)
    assert inspection.tokens > 0


def test_models_of_the_same_name_do_not_share_what_was_counted(
    text_file: Path, tiny_settings: Settings, tmp_path: Path
) -> None:
    inspect(text_file, tiny_settings)
    folder = tmp_path / "other" / Path(tiny_settings.engine.model).name
    folder.mkdir(parents=True)
    for file in Path(tiny_settings.engine.model).iterdir():
        (folder / file.name).write_bytes(file.read_bytes() + b"\n")
    engine = tiny_settings.engine.model_copy(update={"model": str(folder)})
    assert not inspect(text_file, tiny_settings.model_copy(update={"engine": engine})).cached


words = st.text(
    st.sampled_from("ab Zé京€😀\u00ad\u200b\ufb01'’-–.,;:()$%0123456789\n\t|<>"),
    min_size=1,
    max_size=80,
)


@pytest.mark.slow
@settings(
    deadline=None, max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=words, is_sheet=st.booleans(), mode=st.sampled_from([Mode.DENSE, Mode.INDEXED]))
def test_whatever_a_document_says_its_values_stand_in_it(
    text: str, is_sheet: bool, mode: Mode, tmp_path: Path, bold_settings: Settings
) -> None:
    file = tmp_path / ("any.csv" if is_sheet else "any.txt")
    file.write_text(f"agent {text}")
    extraction = jobs.extract([file], SCHEMA, bold_settings, mode=mode)
    check_citations(extraction, [file], bold_settings)
    assert (extraction.status is Status.COMPLETED) == (extraction.errors == [])
    again = jobs.extract([file], SCHEMA, bold_settings, mode=mode)
    assert answers_of(again) == answers_of(extraction)


def test_two_files_of_one_name_are_refused(tmp_path: Path, tiny_settings: Settings) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.txt").write_text("the agent")
    with pytest.raises(InvalidInput, match=r"several files are named x\.txt"):
        jobs.find([tmp_path / "a" / "x.txt", tmp_path / "b" / "x.txt"], "agent", tiny_settings)
