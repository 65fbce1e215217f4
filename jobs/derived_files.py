"""Where does lie what is made of a document's bytes, and how does it go with the document?"""

from __future__ import annotations

from pathlib import Path

from jobs.services import Services
from jobs.storage import document_folder
from schemas.errors import NotFound


def parsed_key(tenant: str, sha256: str, derivation: str) -> str:
    return f"{document_folder(tenant, sha256)}/parsed-{derivation}.arrays"


def picture_key(tenant: str, sha256: str, page: int, dpi: int) -> str:
    return f"{document_folder(tenant, sha256)}/pages/{page}-{dpi}.png"


def keep(services: Services, tenant: str, sha256: str, key: str, file: Path) -> None:
    """Puts the file under the key. Raises `NotFound`, and leaves nothing behind, when no
    document of the tenant has these bytes any more.

    A delete takes the record first and then the folder, so looking after the put is enough.
    """
    services.storage.put_file(key, file)
    documents, _ = services.documents.list(tenant, sha256=sha256, limit=1)
    if not documents:
        services.storage.delete_folder(key)
        raise NotFound("there is no such document")
