"""What stands in an Office file that was saved with a password?

Files that Excel locks with a password of its own, for nobody to type, are opened with it.
"""

from __future__ import annotations

import io
from typing import Any

import msoffcrypto
from msoffcrypto.exceptions import InvalidKeyError
from msoffcrypto.format import xls97

from schemas.errors import PasswordRequired, UnreadableDocument, WrongPassword


class _InMemory:
    """Instead of `tempfile`, for XLS files: the process of a document may write none."""

    TemporaryFile = io.BytesIO


xls97.tempfile = _InMemory
_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OF_EXCEL = "VelvetSweatshop"
_WHOLE = "check that the file was stored or uploaded whole"


def decrypted(data: bytes, name: str, password: str | None) -> bytes:
    """The bytes without their encryption; the same bytes of a file that has none."""
    if not data.startswith(_MARK):
        return data
    try:
        file: Any = msoffcrypto.OfficeFile(io.BytesIO(data))
        if not file.is_encrypted():
            return data
    except Exception:  # no file that it knows: what it is, is told elsewhere
        return data
    for one in (_OF_EXCEL, password):
        plain = _opened(file, one, name) if one else None
        if plain is not None:
            return plain
    if password is None:
        raise PasswordRequired(
            f"{name}: the file is encrypted; give its password (--password)", param=name
        )
    raise WrongPassword(
        f"{name}: the password does not open the file; check it for typing and blanks", param=name
    )


def _opened(file: Any, password: str, name: str) -> bytes | None:
    """None where it is not the password."""
    plain = io.BytesIO()
    try:
        if file.format == "ooxml":
            file.load_key(password=password, verify_password=True)
        else:
            file.load_key(password=password)
        file.decrypt(plain)
    except InvalidKeyError:
        return None
    except MemoryError:
        raise
    except Exception as error:
        raise UnreadableDocument(
            f"{name}: the file is encrypted in a way that is not read, or damaged "
            f"({type(error).__name__}); {_WHOLE}",
            param=name,
        ) from error
    return plain.getvalue()
