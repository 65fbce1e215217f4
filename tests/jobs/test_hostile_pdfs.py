"""PDFs that are made to harm end in a document or in words, and harm nothing."""

from __future__ import annotations

import hashlib
import itertools
import socket
from pathlib import Path
from types import SimpleNamespace

import pytest

from ingest import pdf_pages
from ingest.read import document_of
from jobs.page_drawing import drawn_pages
from jobs.parsing import parsed_document
from schemas.document import Document
from schemas.document_invariants import broken_invariants
from schemas.errors import TooLarge, UnreadableDocument
from schemas.ingest_settings import IngestSettings
from tests.ingest import hostile_pdfs
from tests.ingest.pdf_maker import pdf_of, read

pytestmark = pytest.mark.slow

LIMITS = IngestSettings(max_seconds=60, max_page_seconds=1.5, max_memory_bytes=2 << 30)


def parse(data: bytes, tmp_path: Path, limits: IngestSettings = LIMITS) -> Document:
    """In a child process, as a hostile file is always read."""
    file = tmp_path / "a.pdf"
    file.write_bytes(data)
    document = parsed_document(file, hashlib.sha256(data).hexdigest(), limits)
    assert broken_invariants(document) == []
    return document


def codes(document: Document) -> list[str]:
    return [problem.code for problem in document.warnings]


def test_a_page_tree_that_bites_its_tail_is_a_damaged_page() -> None:
    assert codes(read(hostile_pdfs.pdf_with_cyclic_page_tree())) == ["unreadable_page"]


def test_a_page_twenty_thousand_levels_deep_ends(tmp_path: Path) -> None:
    assert len(parse(hostile_pdfs.pdf_with_deep_page_tree(), tmp_path).pages) == 1


def test_of_a_hundred_thousand_pages_those_past_the_limit_are_left_out(tmp_path: Path) -> None:
    limits = IngestSettings(max_pages=20)
    document = parse(hostile_pdfs.pdf_with_many_pages(100_000), tmp_path, limits)
    assert (len(document.pages), codes(document)) == (20, ["past_max_pages"])
    assert "pages 21-100000 were not read" in document.warnings[0].message


def test_pages_that_are_claimed_and_not_there_are_not_counted_on() -> None:
    with pytest.raises(UnreadableDocument, match="the list of pages is damaged; check that"):
        read(hostile_pdfs.pdf_that_claims_pages())


def test_arrays_two_hundred_thousand_deep_harm_nothing(tmp_path: Path) -> None:
    assert parse(hostile_pdfs.pdf_with_deep_arrays(), tmp_path).text == "one"


def test_a_form_that_calls_itself_is_drawn_once() -> None:
    assert read(hostile_pdfs.pdf_with_form_that_calls_itself()).text == "form"


def test_an_outline_and_object_streams_in_circles_are_left() -> None:
    assert read(hostile_pdfs.pdf_with_cyclic_outline()).text == "one"
    assert read(hostile_pdfs.pdf_with_cyclic_object_streams()).text == "one"


def test_pages_without_a_size_still_have_finite_places() -> None:
    document = read(hostile_pdfs.pdf_with_odd_boxes())
    assert document.text == "one\n\ntwo\n\nthree"
    assert broken_invariants(document) == []


def test_a_font_of_absurd_size_does_not_keep_the_rest_from_being_read(tmp_path: Path) -> None:
    assert "after" in parse(hostile_pdfs.pdf_with_huge_font(), tmp_path).text


def test_forms_that_multiply_cost_their_page(tmp_path: Path) -> None:
    document = parse(hostile_pdfs.pdf_with_nested_forms(), tmp_path)
    assert (document.text, len(document.pages)) == ("one\n\nthree", 3)
    [problem] = document.warnings
    assert problem.message == (
        "a.pdf: page 2 took more time than a page may and was left out; raise "
        "NEEDLEPOINT_INGEST__MAX_PAGE_SECONDS"
    )


def test_a_page_that_unpacks_to_gigabytes_costs_that_page(tmp_path: Path) -> None:
    """Of blanks, and of text that is shown."""
    patient = LIMITS.model_copy(update={"max_page_seconds": 5.0})  # with the pages beside it
    for data in (hostile_pdfs.pdf_with_content_bomb(), hostile_pdfs.pdf_with_text_bomb()):
        assert len(data) < 20_000
        document = parse(data, tmp_path, patient)
        assert (document.text, codes(document)) == ("one\n\nthree", ["page_slow"])


def test_a_page_with_more_text_than_memory_costs_that_page(tmp_path: Path) -> None:
    limits = IngestSettings(max_memory_bytes=1 << 29, max_page_seconds=100)
    document = parse(hostile_pdfs.pdf_with_text_bomb(), tmp_path, limits)
    assert (document.text, codes(document)) == ("one\n\nthree", ["page_large"])
    limits = IngestSettings(max_memory_bytes=1 << 29, max_page_seconds=100, max_lost_pages=0)
    with pytest.raises(
        TooLarge, match=r"a\.pdf: needs more memory than it may have on page 2 of 3"
    ):
        parse(hostile_pdfs.pdf_with_text_bomb(), tmp_path, limits)


def test_pages_with_which_the_text_is_too_long_are_left_out(tmp_path: Path) -> None:
    data = hostile_pdfs.pages_of([hostile_pdfs.said("word " * 15)] * 4)
    document = parse(data, tmp_path, IngestSettings(max_characters=160))
    assert (len(document.pages), document.text.count("word")) == (4, 30)
    [problem] = document.warnings
    assert problem.code == "past_max_characters"
    assert problem.message.startswith("a.pdf: pages 3-4 were not read")
    with pytest.raises(TooLarge, match=r"page 1 alone holds more characters than the limit of 50"):
        parse(data, tmp_path, IngestSettings(max_characters=50))


def test_pages_that_are_not_begun_in_time_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second goes by with each look at the clock."""
    clock = SimpleNamespace(monotonic=itertools.count().__next__)
    monkeypatch.setattr(pdf_pages, "time", clock)
    data = pdf_of([[(72, 72, "one")], [(72, 72, "two")], [(72, 72, "three")]])
    document = document_of(data, "a.pdf", IngestSettings(max_seconds=2))
    assert (document.text, len(document.pages)) == ("one", 3)
    assert [problem.message for problem in document.warnings] == [
        "a.pdf: pages 2-3 were not read: NEEDLEPOINT_INGEST__MAX_SECONDS were over"
    ]


def test_a_picture_of_sixty_thousand_pixels_each_way_is_read_round_and_not_drawn(
    tmp_path: Path,
) -> None:
    data = hostile_pdfs.pdf_with_huge_picture(60_000)
    assert len(parse(data, tmp_path).pages) == 1
    with (
        pytest.raises(TooLarge, match=r"page 1 .* a picture of 60,000 × 60,000 pixels"),
        drawn_pages(tmp_path / "a.pdf", {1: []}, LIMITS, name="a.pdf"),
    ):
        pass


def test_nothing_in_it_is_run_fetched_or_written(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        data = hostile_pdfs.pdf_that_acts("caught/left-behind", url)
        (tmp_path / "caught").mkdir()
        assert parse(data, tmp_path).text == "one"
        with drawn_pages(tmp_path / "a.pdf", {1: [], 2: []}, LIMITS, name="a.pdf") as images:
            assert len(images) == 2
        with pytest.raises(TimeoutError):
            server.accept()
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.pdf", "caught"]
