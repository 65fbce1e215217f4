"""How does an upload on the OpenAI routes become a file, and how does a file go again?"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from jobs.file_store import check_name, new_file_id
from jobs.intake import UploadedFile, take_in
from jobs.removals import announce_folder, carry_out
from jobs.services import Services
from jobs.storage import file_folder, file_key, part_key, upload_folder
from jobs.upload_store import Parts
from schemas.errors import InvalidInput, ServiceError
from schemas.openai_files import (
    READ_PURPOSES,
    FileObject,
    FilePurpose,
    UploadObject,
    UploadPart,
)

_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class NewFile:
    """`file` is a scratch file; taking it in may move it away."""

    file: Path
    sha256: str
    num_bytes: int
    name: str
    purpose: FilePurpose
    seconds: int | None
    file_id: str = field(default_factory=new_file_id)


def take_in_file(services: Services, tenant: str, new: NewFile) -> FileObject:
    """Its bytes lie in the storage before its record says so. One that is to be read is a
    document from here on; raises what `take_in` raises."""
    check_name(new.purpose, new.name)
    if new.purpose in READ_PURPOSES:
        document, is_new = take_in(
            services,
            tenant,
            UploadedFile(
                file=new.file,
                sha256=new.sha256,
                num_bytes=new.num_bytes,
                name=new.name,
                password=None,
                metadata={},
            ),
        )
        return _record(services, tenant, new, document.id, is_new)
    announce_folder(services, tenant, file_folder(tenant, new.file_id))
    services.storage.put_file(file_key(tenant, new.file_id), new.file)
    return _record(services, tenant, new, None, False)


def take_away_file(services: Services, tenant: str, file_id: str) -> None:
    carry_out(services, services.files.delete(tenant, file_id))


def take_in_part(
    services: Services, tenant: str, upload_id: str, file: Path, num_bytes: int
) -> UploadPart:
    """One that gets no record goes with the upload."""
    part_id = f"part_{uuid.uuid4().hex}"
    services.storage.put_file(part_key(tenant, upload_id, part_id), file)
    return services.uploads.add_part(tenant, upload_id, part_id, num_bytes)


def complete_upload(
    services: Services, tenant: str, upload_id: str, part_ids: list[str], md5: str | None
) -> UploadObject:
    """Makes one file of its parts. An upload that is complete is told as it is, with its file."""
    parts = services.uploads.parts(tenant, upload_id, part_ids)
    if parts.file_id is not None:
        upload = services.uploads.get(tenant, upload_id)
        return upload.model_copy(update={"file": services.files.get(tenant, parts.file_id)})
    scratch = services.storage.scratch_file()
    try:
        new = _joined(services, tenant, parts, scratch, md5)
        file = take_in_file(services, tenant, new)
    finally:
        scratch.unlink(missing_ok=True)
    try:
        upload = services.uploads.completed(tenant, upload_id, file.id)
    except ServiceError:
        take_away_file(services, tenant, file.id)
        raise
    carry_out(services, [upload_folder(tenant, upload_id)])
    return upload.model_copy(update={"file": file})


def cancel_upload(services: Services, tenant: str, upload_id: str) -> UploadObject:
    upload = services.uploads.cancel(tenant, upload_id)
    carry_out(services, [upload_folder(tenant, upload_id)])
    return upload


def _record(
    services: Services,
    tenant: str,
    new: NewFile,
    document_id: str | None,
    owns_document: bool,
) -> FileObject:
    return services.files.add(
        tenant,
        purpose=new.purpose,
        name=new.name,
        num_bytes=new.num_bytes,
        file_id=new.file_id,
        document_id=document_id,
        owns_document=owns_document,
        seconds=new.seconds,
    )


def _joined(
    services: Services, tenant: str, parts: Parts, scratch: Path, md5: str | None
) -> NewFile:
    sha256, whole = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
    with scratch.open("wb") as target:
        for part_id in parts.part_ids:
            key = part_key(tenant, parts.upload_id, part_id)
            with services.storage.open(key) as stream:
                while block := stream.read(_BLOCK_BYTES):
                    target.write(block)
                    sha256.update(block)
                    whole.update(block)
    if md5 is not None and whole.hexdigest() != md5.lower():
        raise InvalidInput("the parts have another MD5 than was told", param="md5")
    return NewFile(
        file=scratch,
        sha256=sha256.hexdigest(),
        num_bytes=parts.num_bytes,
        name=parts.name,
        purpose=parts.purpose,
        seconds=parts.file_seconds,
        file_id=f"file-{parts.upload_id.removeprefix('upload_')}",  # done twice it is the same
    )
