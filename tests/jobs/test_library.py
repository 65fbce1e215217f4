from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from engine.disk_cache import DiskCache
from engine.token_counter import TokenCounter
from jobs.library import Library
from schemas.errors import ServiceError
from schemas.ingest_settings import IngestSettings
from schemas.settings import Settings


def count_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def library(
    tmp_path: Path, *, limits: IngestSettings | None = None, tokenizer: str = "t"
) -> Library:
    cache = DiskCache(tmp_path / "cache", 1 << 24)
    return Library(cache, limits or IngestSettings(), count_words, tokenizer)


def written(tmp_path: Path, name: str = "a.csv", text: str = "name,age\nAnn,41\nBob,39\n") -> Path:
    path = tmp_path / name
    path.write_text(text)
    return path


def test_the_second_time_a_file_is_not_read_again(tmp_path: Path) -> None:
    path = written(tmp_path)
    first, second = (library(tmp_path).open(path) for _ in range(2))
    assert (first.is_cached, second.is_cached) == (False, True)
    assert second.document.text == first.document.text
    assert second.passages == first.passages


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    library(tmp_path).open(written(tmp_path))
    entry = library(tmp_path).open(written(tmp_path, text="name,age\nCy,7\n"))
    assert not entry.is_cached
    assert "Cy" in entry.document.text


def test_other_limits_and_another_tokenizer_read_again(tmp_path: Path) -> None:
    path = written(tmp_path)
    library(tmp_path).open(path)
    assert not library(tmp_path, limits=IngestSettings(passage_tokens=64)).open(path).is_cached
    assert not library(tmp_path, tokenizer="u").open(path).is_cached


def test_a_large_file_is_cut_into_the_same_passages_where_it_is_parsed(
    tmp_path: Path, tiny_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, text="name,age\n" + "Ann,41\nBob,39\n" * 40)
    counter = TokenCounter(tiny_settings)
    entries = []
    for number, large_bytes in enumerate((0, 1 << 20)):
        monkeypatch.setattr("jobs.library._LARGE_BYTES", large_bytes)
        cache = DiskCache(tmp_path / f"cache-{number}", 1 << 24)
        reader = Library(cache, IngestSettings(), counter, counter.name, tiny_settings)
        entries.append(reader.open(path))
    assert entries[0].passages == entries[1].passages
    assert len(entries[0].passages) > 5


def test_a_renamed_file_is_known_again_under_its_new_name(tmp_path: Path) -> None:
    library(tmp_path).open(written(tmp_path, "a.txt", "text"))
    entry = library(tmp_path).open(written(tmp_path, "b.txt", "text"))
    assert (entry.is_cached, entry.document.name) == (True, "b.txt")


def test_a_name_that_stands_in_the_text_is_never_that_of_another_file(tmp_path: Path) -> None:
    library(tmp_path).open(written(tmp_path, "a.csv"))
    assert library(tmp_path).open(written(tmp_path, "b.csv")).document.text.startswith("b\n")


def test_a_text_read_as_a_table_is_not_returned_as_plain_text(tmp_path: Path) -> None:
    library(tmp_path).open(written(tmp_path, "a.csv"))
    entry = library(tmp_path).open(written(tmp_path, "a.txt"))
    assert entry.document.media_type == "text/plain"


@pytest.mark.slow
def test_what_was_read_under_a_password_is_not_found_without_it(tmp_path: Path) -> None:
    pymupdf = pytest.importorskip("pymupdf")
    path = tmp_path / "locked.pdf"
    document = pymupdf.open()
    document.new_page().insert_text((72, 72), "secret")
    document.save(path, encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="open", owner_pw="own")
    assert "secret" in library(tmp_path).open(path, password="open").document.text
    assert library(tmp_path).open(path, password="open").is_cached
    for password in (None, "wrong"):
        with pytest.raises(ServiceError):
            library(tmp_path).open(path, password=password)
