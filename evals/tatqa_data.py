"""Which questions do the tables of TAT-QA ask whose answers stand in the text?

TAT-QA's development set (MIT): tables and paragraphs of annual reports. A fifth of the
documents is held out.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ingest.normalise import normalise


def documents(shared_data: Path, *, held_out: bool) -> list[dict[str, Any]]:
    raw: list[dict[str, Any]] = json.loads((shared_data / "train" / "tatqa-dev.json").read_text())
    return [document for index, document in enumerate(raw) if (index % 5 == 4) is held_out]


def span_answer(raw: dict[str, Any]) -> str | None:
    """The answer where it is one span of the text or table, else None."""
    if raw["answer_type"] != "span" or len(raw["answer"]) != 1:
        return None
    return normalise(str(raw["answer"][0])).strip()
