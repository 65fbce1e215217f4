"""What is said about a cached file besides its content: its hits, a pin, a time to live?

Each mark is a small file beside the cached one and is removed with it. A file that was found
damaged keeps its marks, so that a pin outlives the reading anew.
"""

from __future__ import annotations

import contextlib
import json
import os
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path

from engine.array_file import TEMPORARY

KEPT, HITS = ".kept", ".hits"


@dataclass(frozen=True, slots=True)
class Mark:
    """`ttl_seconds` count from the last use."""

    pinned: bool = False
    ttl_seconds: float | None = None

    def expires_at(self, last_used: float) -> float | None:
        """Never while it is pinned."""
        if self.pinned or self.ttl_seconds is None:
            return None
        return last_used + self.ttl_seconds


NO_MARK = Mark()


def mark_of(path: Path) -> Mark:
    """None is said of a file without a mark, or with one that is damaged."""
    try:
        found = json.loads(path.with_suffix(KEPT).read_bytes())
        seconds = found["ttl_seconds"]
        return Mark(bool(found["pinned"]), None if seconds is None else float(seconds))
    except (OSError, ValueError, KeyError, TypeError):
        return NO_MARK


def set_mark(path: Path, mark: Mark) -> None:
    target = path.with_suffix(KEPT)
    if mark == NO_MARK:
        target.unlink(missing_ok=True)
        return
    temporary = path.with_name(f"{uuid.uuid4().hex}{TEMPORARY}")
    temporary.write_text(json.dumps(asdict(mark)))
    temporary.replace(target)


def count_hit(path: Path) -> None:
    """One byte a hit, appended: processes that share the file lose none."""
    with contextlib.suppress(OSError):
        descriptor = os.open(path.with_suffix(HITS), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
        try:
            os.write(descriptor, b".")
        finally:
            os.close(descriptor)


def num_hits(path: Path) -> int:
    try:
        return path.with_suffix(HITS).stat().st_size
    except OSError:
        return 0


def remove_marks(path: Path) -> None:
    for suffix in (KEPT, HITS):
        path.with_suffix(suffix).unlink(missing_ok=True)
