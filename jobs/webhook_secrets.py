"""How is a signing secret kept, which must be read again to sign?

Sealed (Fernet: AES-128-CBC and HMAC-SHA256) with a key that is not in the database: a copy of the
database alone signs nothing.
"""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from pydantic import SecretStr

from schemas.errors import InvalidInput, ServiceError
from schemas.settings import Settings

_FILE = "webhook-secrets.key"
_PREFIX = "whsec_"
_SECRET_BYTES = 24
_VARIABLE = "NEEDLEPOINT_WEBHOOKS__SECRET_KEY"


class SecretSealed(ServiceError):
    """A secret was sealed with another key than this process has."""

    code = "secret_sealed"


def new_secret() -> str:
    """As standard-webhooks has it: whsec_ and 24 random bytes."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


class SecretBox:
    def __init__(self, settings: Settings) -> None:
        self._key = settings.webhooks.secret_key
        self._folder = settings.data_directory
        self._is_shared = settings.database.url is not None and not _is_sqlite(settings)

    def sealed(self, secret: str) -> str:
        """Raises `InvalidInput` where a database that others share has no key that they share."""
        return self._fernet(makes_file=True).encrypt(secret.encode()).decode()

    def opened(self, sealed: str) -> str:
        try:
            return self._fernet(makes_file=False).decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise SecretSealed(
                f"the secret was sealed with another key: set {_VARIABLE} as it was, or rotate it"
            ) from error

    def _fernet(self, *, makes_file: bool) -> Fernet:
        if self._key is not None:
            return _fernet_of(self._key)
        if self._is_shared:
            raise InvalidInput(
                f"set {_VARIABLE} to 32 random characters or more, the same for the API and the "
                "workers: signing secrets are sealed with it in the database",
                param="webhooks.secret_key",
            )
        return Fernet(_key_of_file(self._folder, makes_file))


def _is_sqlite(settings: Settings) -> bool:
    url = settings.database.url
    return url is not None and url.get_secret_value().startswith("sqlite")


def _fernet_of(key: SecretStr) -> Fernet:
    digest = hashlib.sha256(key.get_secret_value().encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))


def _key_of_file(folder: Path, makes_file: bool) -> bytes:
    """Written whole and linked, so that of two who make it at the same time one wins."""
    file = folder / _FILE
    if not file.exists():
        if not makes_file:
            raise SecretSealed(
                f"the key to the signing secrets is gone: put {_FILE} back into the data directory"
            )
        folder.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=folder, prefix=_FILE)  # for its owner alone
        try:
            with os.fdopen(handle, "wb") as opened:
                opened.write(Fernet.generate_key())
                opened.flush()
                os.fsync(opened.fileno())
            with suppress(FileExistsError):
                os.link(part, file)
        finally:
            os.unlink(part)
    return file.read_bytes()
