"""With which code does a command end?"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from schemas.errors import InvalidInput, ServiceError

if TYPE_CHECKING:
    from schemas.extraction import Extraction


class ExitCode(IntEnum):
    COMPLETED = 0
    OURS = 1
    CALLERS_MISTAKE = 2
    INCOMPLETE = 3
    INTERRUPTED = 130  # as a shell reports SIGINT
    BROKEN_PIPE = 141  # as a shell reports SIGPIPE


def code_of_error(error: ServiceError) -> ExitCode:
    return ExitCode.CALLERS_MISTAKE if isinstance(error, InvalidInput) else ExitCode.OURS


def code_of_extraction(extraction: Extraction) -> ExitCode:
    codes = {"completed": ExitCode.COMPLETED, "incomplete": ExitCode.INCOMPLETE}
    return codes.get(extraction.status, ExitCode.OURS)
