"""Which documents are open in the engine process?"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection, Iterator

from engine.lookup import Source
from jobs.parsed_document import ParsedDocument
from jobs.storage import Storage
from schemas.engine_protocol import EngineDocument
from schemas.errors import NotFound

MAX_BYTES = 512 << 20
_BYTES_PER_FILE_BYTE = 5  # of memory; measured: 1.9 to 4.5, the mapped file among it


class DocumentShelf:
    """Documents by their id and where they lie; the least recently asked for are closed first.

    Those that one request is reading stay in memory beside the shelf until it is done. Threads
    may share it; two that open the same document at once both load it.
    """

    def __init__(self, storage: Storage, max_bytes: int = MAX_BYTES) -> None:
        self.storage, self._max_bytes = storage, max_bytes
        self._lock = threading.Lock()
        self._sources: OrderedDict[EngineDocument, tuple[Source, int]] = OrderedDict()
        self.num_bytes = 0

    def source(self, tenant: str, document: EngineDocument) -> Source:
        """Raises `NotFound` for what is not there, or is not the tenant's."""
        if not is_of(tenant, document.key):
            raise NotFound("the document is not the tenant's", param=document.id)
        with self._lock:
            found = self._sources.get(document)
            if found is not None:
                self._sources.move_to_end(document)
                return found[0]
        parsed = ParsedDocument.open(self.storage.local_file(document.key))
        source = parsed.source(document.id)
        self._keep(document, source, parsed.num_bytes * _BYTES_PER_FILE_BYTE)
        return source

    def sources(self, tenant: str, documents: Collection[EngineDocument]) -> Iterator[Source]:
        """One after the other, so that who goes through them holds one."""
        for document in documents:
            yield self.source(tenant, document)

    def close(self, ids: Collection[str]) -> None:
        with self._lock:
            for document in [known for known in self._sources if known.id in ids]:
                self._remove(document)

    def remove_fetched(self, tenant: str, folders: Collection[str]) -> None:
        """What this machine keeps of the object store's folders."""
        for folder in folders:
            if is_of(tenant, folder):
                self.storage.delete_fetched(folder)

    def _keep(self, document: EngineDocument, source: Source, num_bytes: int) -> None:
        with self._lock:
            if document in self._sources:
                self._remove(document)
            self._sources[document] = (source, num_bytes)
            self.num_bytes += num_bytes
            while self.num_bytes > self._max_bytes:
                self._remove(next(iter(self._sources)))

    def _remove(self, document: EngineDocument) -> None:
        _, num_bytes = self._sources.pop(document)
        self.num_bytes -= num_bytes


def is_of(tenant: str, key: str) -> bool:
    folder, _, rest = key.partition("/")
    return folder == tenant and all(part.strip(".") for part in rest.split("/"))
