"""What comes of each edge file? `python -m tests.jobs.edge_outcomes` makes the table anew."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from evals.shared_data import shared_data
from ingest.read import sha256_of
from jobs.parsing import parsed_document
from schemas.document_invariants import broken_invariants
from schemas.errors import ServiceError
from schemas.ingest_settings import IngestSettings

TABLE = Path(__file__).with_suffix(".json")
LIMITS = IngestSettings(max_seconds=900, max_memory_bytes=4 << 30, max_characters=20_000_000)
PASSWORDS: Mapping[str, str] = {
    "plumber-password-example.pdf": "test",
    "pypdf-password.pdf": "openpassword",
    "tika-testPassword4Spaces.pdf": "    ",
    "calamine-pass_protected.xlsx": "123",
    "poi-password.xls": "password",
    "poi-protected_passtika.xlsx": "tika",
    "poi-protected_sha512.xlsx": "this is a test",
    "poi-xor-encryption-abc.xls": "abc",
    "tika-testUnicodePassword.pdf": '  ! < > " \\ € œ ¤ 1⁄4 1⁄2 𠜎 𩶘 😀  ',
}
_GIVEN = " (password)"
_FOLDERS = ("edge-pdf", "edge-xlsx", "xlsx")
_SHARE, _FEW = 0.3, 40  # of characters more or less are the same


def edge_files(folder: Path) -> list[Path]:
    return [file for name in _FOLDERS for file in sorted((folder / name).iterdir())]


def names_of(folder: Path) -> Iterator[str]:
    """One that is encrypted is there a second time, with its password."""
    for file in edge_files(folder):
        yield file.name
        if file.name in PASSWORDS:
            yield f"{file.name}{_GIVEN}"


def file_of(folder: Path, name: str) -> tuple[Path, str | None]:
    """The file and the password that it is read with."""
    bare = name.removesuffix(_GIVEN)
    file = next(file for file in edge_files(folder) if file.name == bare)
    return file, PASSWORDS[bare] if name != bare else None


def outcome_of(file: Path, password: str | None) -> dict[str, Any]:
    try:
        document = parsed_document(file, sha256_of(file, LIMITS), LIMITS, password=password)
    except ServiceError as error:
        return {"outcome": error.code, "message": error.message}
    return {
        "outcome": "ok",
        "pages": len(document.pages),
        "sheets": len(document.sheets),
        "characters": _rounded(len(document.text)),
        "warnings": sorted({problem.code for problem in document.warnings}),
        "broken": broken_invariants(document),
    }


def differs(found: Mapping[str, Any], expected: Mapping[str, Any]) -> bool:
    """Messages may be worded anew, and layout may add or save some white space."""
    about = ("outcome", "pages", "sheets", "warnings", "broken")
    if any(found.get(name) != expected.get(name) for name in about):
        return True
    one, other = found.get("characters", 0), expected.get("characters", 0)
    return bool(abs(one - other) > max(_FEW, _SHARE * max(one, other)))


def _rounded(number: int) -> int:
    """To two digits."""
    return round(number, 1 - int(math.log10(number))) if number else 0


def main() -> None:
    """Of all files, or of those whose folder ends as is said."""
    folder, suffix = shared_data(), sys.argv[1] if len(sys.argv) > 1 else ""
    before = json.loads(TABLE.read_text()) if suffix else {}
    table = {}
    for name in names_of(folder):
        file, password = file_of(folder, name)
        table[name] = (
            outcome_of(file, password) if file.parent.name.endswith(suffix) else before[name]
        )
    lines = [f"{json.dumps(name)}: {json.dumps(row)}" for name, row in table.items()]
    TABLE.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
