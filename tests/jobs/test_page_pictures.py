from __future__ import annotations

from pathlib import Path

import pymupdf
import pytest

from jobs import page_pictures
from jobs.page_pictures import draw_page
from jobs.services import Services
from schemas.errors import (
    Conflict,
    InvalidInput,
    NotFound,
    PasswordRequired,
    UnsupportedFormat,
)
from tests.ingest.pdf_maker import pdf_of
from tests.jobs.asked import TENANT
from tests.jobs.ingesting import files_of, ingest, upload, with_tiny_model
from tests.jobs.test_run_ingest import PDF, locked_pdf


@pytest.fixture
def services(services: Services, tiny_folder: Path) -> Services:
    return with_tiny_model(services, tiny_folder)


def ready(services: Services, name: str, data: bytes, password: str | None = None) -> str:
    document_id = upload(services, name, data, password)
    ingest(services)
    return document_id


def pictures(services: Services) -> list[str]:
    return [name for name in files_of(services) if name.endswith(".png")]


def test_a_page_is_drawn_as_large_as_asked_and_kept(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = ready(services, "a.pdf", PDF)
    png = draw_page(services, TENANT, document, 2, 72)
    pixels = pymupdf.Pixmap(png)
    assert (pixels.width, pixels.height) == (612, 792)
    assert pictures(services) == ["2-72.png"]
    monkeypatch.setattr(page_pictures, "drawn_pages", None)
    assert draw_page(services, TENANT, document, 2, 72) == png


def test_boxes_are_drawn_over_it_and_that_is_not_kept(services: Services) -> None:
    document = ready(services, "a.pdf", pdf_of([[]]))
    png = draw_page(services, TENANT, document, 1, 72, boxes=[(100, 100, 200, 150)])
    pixels = pymupdf.Pixmap(png)
    assert pixels.pixel(150, 125) != pixels.pixel(300, 300)
    assert pictures(services) == []


@pytest.mark.slow
def test_an_encrypted_document_asks_for_its_password_each_time(services: Services) -> None:
    document = ready(services, "a.pdf", locked_pdf(), password="open")
    assert draw_page(services, TENANT, document, 1, 20, "open").startswith(b"\x89PNG")
    with pytest.raises(PasswordRequired):
        draw_page(services, TENANT, document, 1, 20)
    assert pictures(services) == []


def test_a_page_that_is_not_there_is_not_found(services: Services) -> None:
    document = ready(services, "a.pdf", PDF)
    with pytest.raises(NotFound, match="page 3 is not in the document of 2 pages"):
        draw_page(services, TENANT, document, 3, 72)


def test_what_has_no_pages_says_so(services: Services) -> None:
    document = ready(services, "a.txt", b"text")
    with pytest.raises(UnsupportedFormat, match=r"a\.txt is no PDF and no picture"):
        draw_page(services, TENANT, document, 1, 72)


def test_a_document_that_is_not_read_yet_and_one_of_another_tenant_are_refused(
    services: Services,
) -> None:
    document = upload(services, "a.pdf", PDF)
    with pytest.raises(Conflict):
        draw_page(services, TENANT, document, 1, 72)
    with pytest.raises(NotFound):
        draw_page(services, "other", document, 1, 72)


@pytest.mark.parametrize("dpi", [0, 17, 401])
def test_dots_an_inch_have_bounds(services: Services, dpi: int) -> None:
    with pytest.raises(InvalidInput, match="18 to 400"):
        draw_page(services, TENANT, "doc_x", 1, dpi)
