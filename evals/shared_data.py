"""Where does the shared data lie?"""

from __future__ import annotations

import os
from pathlib import Path

from schemas.errors import InvalidInput


def shared_data() -> Path:
    """`$NEEDLEPOINT_SHARED_DATA`, else `../shared/data` beside the checkout."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("NEEDLEPOINT_SHARED_DATA", beside))
    if not folder.is_dir():
        raise InvalidInput("the shared data is not here: set NEEDLEPOINT_SHARED_DATA to its folder")
    return folder
