from __future__ import annotations

from pathlib import Path

import pytest

from api.evidence import (
    boxes_by_page,
    cited_cells,
    cited_files,
    missing_quotes,
    write_page_images,
)
from ingest.read import document_of
from schemas.errors import InvalidInput
from schemas.extraction import (
    Box,
    Citation,
    Coverage,
    Extraction,
    FieldResult,
    FieldStatus,
    Match,
    Mode,
    PageRegion,
    Region,
    SheetRegion,
    Status,
)
from schemas.ingest_settings import IngestSettings

BOX: Box = (1.0, 2.0, 3.0, 4.0)


def test_boxes_of_one_page_are_drawn_together() -> None:
    regions: list[Region] = [PageRegion(page=2, bboxes=[BOX]), PageRegion(page=3, bboxes=[BOX])]
    assert boxes_by_page([cite(regions), cite(regions[:1])]) == {2: [BOX, BOX], 3: [BOX]}


def test_a_cited_file_is_looked_up_beside_the_result(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("")
    assert cited_files(extraction_of("a.txt"), [], [tmp_path]) == {"a.txt": tmp_path / "a.txt"}


def test_a_given_file_goes_before_one_beside_the_result(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("")
    given = Path("elsewhere/a.txt")
    assert cited_files(extraction_of("a.txt"), [given], [tmp_path]) == {"a.txt": given}


def test_a_given_file_that_is_not_cited_is_a_mistake() -> None:
    with pytest.raises(InvalidInput, match=r"b\.txt is not cited: the result cites a\.txt"):
        cited_files(extraction_of("a.txt"), [Path("b.txt")], [])


def test_a_name_that_leads_elsewhere_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("")
    (tmp_path / "results").mkdir()
    assert cited_files(extraction_of("../secret.txt"), [], [tmp_path / "results"]) == {}


def test_a_quote_that_stands_elsewhere_is_told() -> None:
    document = document_of(b"rent is 94 euros\n", "a.txt", IngestSettings())
    standing = cite([], quote="94", start=8)
    changed = cite([], quote="93", start=8)
    [sentence] = missing_quotes([standing, changed], document)
    assert "“93” does not stand there" in sentence


def test_a_cited_cell_is_shown_with_what_stands_in_it() -> None:
    document = document_of(b"month,rent\nmay,93\n", "rents.csv", IngestSettings())
    start = document.text.rindex("93")
    citation = cite([SheetRegion(sheet="rents", range="B2")], quote="93", start=start)
    assert list(cited_cells([citation], document)) == ["rents!B2  93"]


def test_page_images_are_named_after_the_document_and_the_page(tmp_path: Path) -> None:
    drawn = tmp_path / "12.png"
    drawn.write_bytes(b"png")
    paths = list(write_page_images("a.pdf", {12: drawn}, tmp_path))
    assert paths == [tmp_path / "a.pdf-p0012.png"]
    assert paths[0].read_bytes() == b"png"


def cite(regions: list[Region], *, quote: str = "93", start: int = 0) -> Citation:
    return Citation(
        document="a.txt",
        quote=quote,
        start=start,
        stop=start + len(quote),
        regions=regions,
        match=Match.EXACT,
    )


def extraction_of(document: str) -> Extraction:
    citation = cite([]).model_copy(update={"document": document})
    field = FieldResult(
        path="/a", value="93", status=FieldStatus.FOUND, confidence=0.5, citations=[citation]
    )
    coverage = Coverage(
        num_tokens=8, num_tokens_read=8, num_passages=1, num_passages_read=1, share_read=1.0
    )
    return Extraction(
        id="ext_1",
        status=Status.COMPLETED,
        model="fake",
        mode=Mode.DENSE,
        output={"a": "93"},
        fields=[field],
        coverage=coverage,
    )
