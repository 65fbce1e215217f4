"""Which headers say how documents were read for an answer on the OpenAI routes?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def reading_headers(reading: Mapping[str, Any] | None) -> dict[str, str]:
    """None of a chat. The coverage is the share of the documents' tokens that were read."""
    if reading is None:
        return {}
    return {
        "x-needlepoint-mode": str(reading["mode"]),
        "x-needlepoint-coverage": f"{reading['coverage']['share_read']:.4f}",
    }
