"""What becomes of a panic of calamine, which is Rust?

It arrives as an exception that `except Exception` lets through, and would end the whole process.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

_PANIC = "PanicException"  # pyo3 makes one for each extension, and exports none


@contextlib.contextmanager
def panics_as_errors() -> Iterator[None]:
    """Raises `ValueError` for a panic."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ != _PANIC:
            raise
        raise ValueError(str(error)) from None
