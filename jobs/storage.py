"""Where do the bytes of documents and results lie?

Keys are slash-separated and begin with the tenant, so that a tenant's things are one folder. A
folder on this machine or an object store (fsspec) hold the same keys.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import fsspec
from fsspec.implementations.local import LocalFileSystem

from schemas.errors import InvalidInput, NotFound, Unavailable
from schemas.settings import Settings

_KEPT_SECONDS, _TIDY_SECONDS = 6 * 3600.0, 600.0
_FRESH = {"use_listings_cache": False}  # another process may have written since


class Storage:
    """Files that are written whole and never changed."""

    def __init__(self, filesystem: Any, root: str, scratch: Path) -> None:
        self._files, self._root = filesystem, root.rstrip("/")
        self.scratch = scratch
        self._next_tidy = 0.0
        self._errors = _errors_of(filesystem)
        self.is_local = isinstance(filesystem, LocalFileSystem)
        scratch.mkdir(parents=True, exist_ok=True)

    @classmethod
    def of(cls, settings: Settings) -> Storage:
        url = settings.storage.url or f"file://{settings.data_directory.absolute() / 'blobs'}"
        scratch = settings.data_directory.absolute() / "scratch"
        try:
            options = {**_FRESH, **settings.storage.options}
            filesystem, root = fsspec.core.url_to_fs(url, **options)
        except (ImportError, ValueError) as error:
            raise InvalidInput(
                f"the storage's URL cannot be used: {error}", param="storage.url"
            ) from error
        return cls(filesystem, root, scratch)

    def put_file(self, key: str, file: Path) -> None:
        """The file's bytes under the key; all of them or nothing is seen. `file` may be moved."""
        with self._translated():
            if self.is_local:
                _put_local(file, Path(self._path(key)))
            else:
                self._files.put_file(str(file), self._path(key))

    def put_bytes(self, key: str, data: bytes) -> None:
        file = self.scratch_file()
        try:
            file.write_bytes(data)
            self.put_file(key, file)
        finally:
            file.unlink(missing_ok=True)

    def get_bytes(self, key: str) -> bytes:
        with self.open(key) as stream:
            return stream.read()

    @contextlib.contextmanager
    def open(self, key: str) -> Iterator[BinaryIO]:
        """For reading. Raises `NotFound`."""
        with self._translated(), self._files.open(self._path(key), "rb") as stream:
            yield stream

    def local_file(self, key: str) -> Path:
        """A file on this machine with the bytes. Of an object store it is fetched, and kept until
        it was not asked for in hours (`tidy`) or its folder is deleted. Raises `NotFound`."""
        if self.is_local:
            path = Path(self._path(key))
            if not path.is_file():
                raise NotFound("its bytes are not in the storage")
            return path
        kept = self._fetched(key)
        if kept.is_file():
            os.utime(kept)
        else:
            self.tidy()
            file = self.scratch_file()
            try:
                with self._translated():
                    self._files.get_file(self._path(key), str(file))
                kept.parent.mkdir(parents=True, exist_ok=True)
                os.replace(file, kept)
            finally:
                file.unlink(missing_ok=True)
        return kept

    def exists(self, key: str) -> bool:
        with self._translated():
            return bool(self._files.exists(self._path(key)))

    def delete_folder(self, key: str) -> None:
        """All keys under this one. Deleting what is not there is no error."""
        self.delete_fetched(key)
        with contextlib.suppress(NotFound), self._translated():
            if not self.is_local:
                self._files.invalidate_cache()
            self._files.rm(self._path(key), recursive=True)

    def delete_fetched(self, key: str) -> None:
        """What this machine keeps of an object store's folder."""
        if not self.is_local:
            shutil.rmtree(self._fetched(key), ignore_errors=True)

    def tidy(self) -> None:
        """Removes what was fetched and not asked for since, and what a process that was killed
        left among the scratch files. Looks every ten minutes, however often it is called."""
        if time.monotonic() < self._next_tidy:
            return
        self._next_tidy = time.monotonic() + _TIDY_SECONDS
        oldest = time.time() - _KEPT_SECONDS
        for path in self.scratch.rglob("*"):
            with contextlib.suppress(OSError):
                if not path.is_dir() and path.stat().st_mtime < oldest:
                    path.unlink()
        for path in self.scratch.iterdir():
            with contextlib.suppress(OSError):
                if path.is_dir() and path.stat().st_mtime < oldest:
                    path.rmdir()  # where it is empty

    def scratch_file(self) -> Path:
        """A name of its own for a file that this process writes and removes."""
        return self.scratch / f"{os.getpid()}-{uuid.uuid4().hex}"

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError as error:
            raise NotFound("its bytes are not in the storage") from error
        except self._errors as error:
            raise Unavailable(f"the storage does not answer ({type(error).__name__})") from error

    def _path(self, key: str) -> str:
        parts = key.split("/")
        assert all(part and part not in (".", "..") for part in parts), key
        return f"{self._root}/{key}"

    def _fetched(self, key: str) -> Path:
        return self.scratch / "fetched" / key


def document_folder(tenant: str, document_id: str) -> str:
    """What was uploaded and all that is made of it. No two documents share one, also of the same
    bytes: so none can take another's away."""
    return f"{tenant}/documents/{document_id}"


def original_key(tenant: str, document_id: str) -> str:
    return f"{document_folder(tenant, document_id)}/original"


def extraction_folder(tenant: str, job_id: str) -> str:
    return f"{tenant}/extractions/{job_id}"


def result_key(tenant: str, job_id: str, attempt: int) -> str:
    """Each attempt writes its own, so that one thought dead cannot change another's."""
    return f"{extraction_folder(tenant, job_id)}/result-{attempt}.json"


def file_folder(tenant: str, file_id: str) -> str:
    return f"{tenant}/files/{file_id}"


def file_key(tenant: str, file_id: str) -> str:
    return f"{file_folder(tenant, file_id)}/content"


def tuning_folder(tenant: str, job_id: str) -> str:
    """What a training goes on from; it goes when the job ends."""
    return f"{tenant}/tunings/{job_id}"


def adapter_folder(tenant: str, job_id: str) -> str:
    """Of a tuned model that is offered."""
    return f"{tenant}/adapters/{job_id}"


def upload_folder(tenant: str, upload_id: str) -> str:
    """The parts of a file that arrives in parts."""
    return f"{tenant}/uploads/{upload_id}"


def part_key(tenant: str, upload_id: str, part_id: str) -> str:
    return f"{upload_folder(tenant, upload_id)}/{part_id}"


def batch_folder(tenant: str, batch_id: str) -> str:
    """Of a batch of requests, while it is not done."""
    return f"{tenant}/batches/{batch_id}"


def batch_input_key(tenant: str, batch_id: str) -> str:
    """A copy of its own: the file may be deleted meanwhile."""
    return f"{batch_folder(tenant, batch_id)}/input.jsonl"


def line_result_key(tenant: str, batch_id: str, line: int, attempt: int) -> str:
    return f"{batch_folder(tenant, batch_id)}/{line}-{attempt}.json"


def _put_local(file: Path, path: Path) -> None:
    """Moved where that can be done in one step, else copied; on the disk when it returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        try:
            os.replace(file, part)
        except OSError:
            shutil.copyfile(file, part)
        with part.open("rb") as stream:
            os.fsync(stream.fileno())
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _errors_of(filesystem: Any) -> tuple[type[Exception], ...]:
    """What the filesystem raises when it cannot be reached; S3's client has errors of its own."""
    if "s3" not in filesystem.protocol:
        return (OSError,)
    from botocore.exceptions import BotoCoreError

    return (OSError, BotoCoreError)
