from __future__ import annotations

import pytest

from jobs.document_question import DocumentQuestion
from schemas.errors import InvalidInput


def test_more_files_than_one_answer_reads_are_refused() -> None:
    documents = tuple(f"doc_{number:032x}" for number in range(101))
    with pytest.raises(InvalidInput, match="101 files are read for one answer") as refused:
        DocumentQuestion(documents, "What is the rent?", "", None)
    assert refused.value.param == "input"
