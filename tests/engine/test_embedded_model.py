from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import gguf
import pytest
import torch

import needlepoint
from engine import embedded_model as embedded
from engine import packaged_model
from engine.gemma3 import Gemma3
from engine.model_folder import load_tokenizer
from ingest.read import read_document
from schemas.errors import InvalidInput, ModelUnavailable
from schemas.ingest_settings import IngestSettings
from tests.engine.planted_lease import ANSWERS, LEASE, SCHEMA

AGREEMENT = Path(__file__).parents[2] / "examples" / "facility_agreement" / "agreement.pdf"


@pytest.fixture(scope="session")
def embedded_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return embedded.embedded_model(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="session")
def real_text() -> str:
    return read_document(AGREEMENT, IngestSettings()).text


@pytest.mark.slow
def test_a_package_with_other_bytes_is_refused(tmp_path: Path) -> None:
    other = replace(embedded.GEMMA_3_270M, sha256="0" * 64)
    with pytest.raises(
        ModelUnavailable, match=r"has the checksum a5fd3b62230a…, not 000000000000…"
    ):
        other.folder(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_conversion_that_fails_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(source: Path, folder: Path) -> None:
        (folder / "model.safetensors").write_bytes(b"half")
        raise OSError("the disk is full")

    monkeypatch.setattr(packaged_model, "_convert", fail)
    with pytest.raises(InvalidInput, match="the disk is full"):
        embedded.embedded_model(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_logits_over_real_text_are_those_of_transformers(
    embedded_folder: Path, real_text: str
) -> None:
    transformers = pytest.importorskip("transformers")
    model, tokenizer = Gemma3.load(embedded_folder), load_tokenizer(embedded_folder)
    ids = torch.tensor([2, *tokenizer.encode(real_text[:12000], add_special_tokens=False).ids])
    ids = ids[:2000]
    assert len(ids) == 2000
    oracle = transformers.AutoModelForCausalLM.from_pretrained(embedded_folder, dtype=torch.float32)
    with torch.inference_mode():
        prefix, hidden = model.empty_prefix(), []
        for chunk in ids.split(512):
            prefix, out = model.read(prefix, chunk)
            hidden.append(out)
        expected = oracle.model(ids[None]).last_hidden_state[0]
        mine, theirs = model.logits(torch.cat(hidden)[::8]), oracle.lm_head(expected[::8])
        assert float((mine - theirs).abs().max()) < 1e-3


@pytest.mark.slow
def test_the_tokenizer_gives_real_text_back(embedded_folder: Path, real_text: str) -> None:
    tokenizer = load_tokenizer(embedded_folder)
    ids = tokenizer.encode(real_text, add_special_tokens=False).ids
    assert tokenizer.decode(ids, skip_special_tokens=False) == real_text


@pytest.mark.slow
def test_words_are_cut_as_sentencepiece_cuts_them(
    embedded_folder: Path, real_text: str, tmp_path: Path
) -> None:
    reader = gguf.GGUFReader(embedded.GEMMA_3_270M.assembled(tmp_path))
    pieces = reader.fields["tokenizer.ggml.tokens"].contents()
    scores = dict(zip(pieces, reader.fields["tokenizer.ggml.scores"].contents(), strict=True))
    tokenizer = load_tokenizer(embedded_folder)
    for word in sorted(set(real_text.split()))[:1000]:
        encoding = tokenizer.encode(f" {word}", add_special_tokens=False)
        assert encoding.tokens == merged_by_score(f"▁{word}", scores), word


def merged_by_score(text: str, scores: dict[str, float]) -> list[str]:
    """SentencePiece's rule: of all neighbours that make a piece, join those of the best score."""
    pieces = list(text)
    while True:
        joins = [
            (scores[pieces[at] + pieces[at + 1]], -at)
            for at in range(len(pieces) - 1)
            if pieces[at] + pieces[at + 1] in scores
        ]
        if not joins:
            return pieces
        at = -max(joins)[1]
        pieces[at : at + 2] = [pieces[at] + pieces[at + 1]]


def test_a_directory_that_can_not_be_written_is_the_callers_mistake(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InvalidInput, match="set NEEDLEPOINT_CACHE__DIRECTORY"):
        embedded.embedded_model(tmp_path / "file" / "models")


@pytest.mark.slow
def test_instructions_in_a_document_do_not_change_what_is_asked(
    embedded_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is read, not obeyed: neither the fields nor the rules of the answers are others."""
    cache, file = tmp_path / "with_model", tmp_path / "lease.md"
    cache.mkdir()
    (cache / "models").symlink_to(embedded_folder.parent)
    monkeypatch.setenv("NEEDLEPOINT_CACHE__DIRECTORY", str(cache))
    file.write_text(LEASE)
    found = needlepoint.extract([file], SCHEMA)
    assert found.output == ANSWERS
    text = " ".join(LEASE.split())
    citations = [citation for field in found.fields for citation in field.citations]
    assert [" ".join(citation.quote.split()) in text for citation in citations] == [True] * 3
