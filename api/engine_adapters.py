"""Where does the adapter of a tuned model lie on this machine?"""

from __future__ import annotations

from api.engine_documents import is_of
from engine.tuned_readers import Tuned
from jobs.storage import Storage
from schemas.engine_protocol import EngineAdapter
from schemas.errors import NotFound

_FILES = ("adapter_config.json", "adapter_model.safetensors", "recipe.json")


class AdapterShelf:
    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def tuned(self, tenant: str, adapter: EngineAdapter | None) -> Tuned | None:
        """Fetched first, where the storage is not on this machine. Raises `NotFound` for what is
        not there, or is not the tenant's."""
        if adapter is None:
            return None
        if not is_of(tenant, adapter.folder):
            raise NotFound("the model is not the tenant's", param="model")
        files = [self._storage.local_file(f"{adapter.folder}/{name}") for name in _FILES]
        return Tuned(adapter.id, files[0].parent)
