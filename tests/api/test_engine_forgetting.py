from __future__ import annotations

from collections.abc import Collection

from api.engine_forgetting import Forgetting


class Kept:
    """What is kept of documents; forgetting removes what is there at that moment."""

    def __init__(self) -> None:
        self.entries: list[tuple[str, str]] = []
        self.forgetting = Forgetting(self._forget)

    def _forget(self, tenant: str, documents: Collection[str]) -> None:
        gone = {(tenant, document) for document in documents}
        self.entries = [entry for entry in self.entries if entry not in gone]


def test_what_a_reading_keeps_after_it_was_forgotten_goes_with_its_end() -> None:
    kept = Kept()
    with kept.forgetting.reading("a", ["doc_1", "doc_2"]):
        kept.forgetting.forget("a", ["doc_1", "doc_9"])
        kept.entries += [("a", "doc_1"), ("a", "doc_2")]
    assert kept.entries == [("a", "doc_2")]


def test_a_reading_of_another_tenant_keeps_what_it_has() -> None:
    kept = Kept()
    with kept.forgetting.reading("b", ["doc_1"]):
        kept.forgetting.forget("a", ["doc_1"])
        kept.entries += [("b", "doc_1")]
    assert kept.entries == [("b", "doc_1")]


def test_what_is_read_after_it_was_forgotten_is_kept() -> None:
    kept = Kept()
    kept.forgetting.forget("a", ["doc_1"])
    with kept.forgetting.reading("a", ["doc_1"]):
        kept.entries += [("a", "doc_1")]
    assert kept.entries == [("a", "doc_1")]
