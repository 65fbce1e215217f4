"""Where does the data lie that tests read and nobody here wrote?"""

from __future__ import annotations

import os
from pathlib import Path


def shared_folder() -> Path | None:
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("NEEDLEPOINT_SHARED_DATA", beside))
    return folder if folder.is_dir() else None
