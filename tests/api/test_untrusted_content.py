from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.served import Served, served

SCRIPTS = {
    "page.html": "<!doctype html><script>fetch('/v1/documents')</script>",
    "page.xhtml": '<html xmlns="http://www.w3.org/1999/xhtml"><script>1</script></html>',
    "picture.svg": '<svg xmlns="http://www.w3.org/2000/svg" onload="fetch(0)"/>',
    "data.xml": '<?xml-stylesheet type="text/xsl" href="data.xml"?><a/>',
}


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path) as service:
        yield service


def test_what_could_run_in_a_browser_is_only_ever_downloaded(service: Served) -> None:
    for name, content in SCRIPTS.items():
        document = service.upload(content, name)
        answer = service.client.get(f"/v1/documents/{document}/content")
        headers = answer.headers
        assert (answer.content, headers["content-type"]) == (
            content.encode(),
            "application/octet-stream",
        )
        assert headers["content-disposition"] == f'attachment; filename="{name}"'
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"] == "sandbox; default-src 'none'"


def test_text_of_a_document_is_never_taken_for_a_page(service: Served) -> None:
    document = service.ready_document()
    answer = service.client.get(f"/v1/documents/{document}/text", headers={"Accept": "text/plain"})
    assert answer.headers["content-type"].startswith("text/plain")
    assert "sandbox" in answer.headers["content-security-policy"]


def test_no_answer_may_run_or_load_anything(service: Served) -> None:
    for path in ("/v1/documents", "/nowhere", "/openapi.json", "/healthz"):
        headers = service.client.get(path).headers
        assert headers["content-security-policy"] == (
            "default-src 'none'; frame-ancestors 'none'; sandbox"
        )
        assert headers["x-content-type-options"] == "nosniff"
