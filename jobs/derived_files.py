"""Where does lie what is made of a document's bytes, and how does it go with the document?"""

from __future__ import annotations

from pathlib import Path

from jobs.services import Services
from jobs.storage import document_folder
from schemas.errors import NotFound


def parsed_key(tenant: str, document_id: str, derivation: str) -> str:
    return f"{document_folder(tenant, document_id)}/parsed-{derivation}.arrays"


def picture_key(tenant: str, document_id: str, page: int, dpi: int) -> str:
    return f"{document_folder(tenant, document_id)}/pages/{page}-{dpi}.png"


def keep(services: Services, tenant: str, document_id: str, key: str, file: Path) -> None:
    """Puts the file under the key. Raises `NotFound`, and leaves nothing behind, when the
    document is there no more.

    A delete takes the record first and then the folder, so looking after the put is enough.
    """
    services.storage.put_file(key, file)
    try:
        services.documents.get(tenant, document_id)
    except NotFound:
        services.storage.delete_folder(key)
        raise
