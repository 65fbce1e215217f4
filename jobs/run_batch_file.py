"""How is the file of a batch of requests read, and how are the files of its answers written?"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from jobs.file_store import new_file_id
from jobs.file_tables import FileRecord
from jobs.job_store import Claim
from jobs.line_answers import LineAnswers
from jobs.patience import patiently
from jobs.removals import announce_folder
from jobs.request_batch_claims import BatchFile
from jobs.request_lines import read_lines
from jobs.services import Services
from jobs.storage import batch_folder, batch_input_key, file_folder, file_key
from schemas.errors import Cancelled

_PURPOSE = "batch_output"


def run_batch_file(claim: Claim, services: Services, *, should_stop: Callable[[], bool]) -> None:
    """Whatever keeps it from its end is raised; nothing is written down then."""
    batch = services.request_batches.file_of(claim)
    if batch.is_read:
        _write_answers(claim, services, batch, should_stop)
    else:
        _read_requests(claim, services, batch, should_stop)


def _read_requests(
    claim: Claim, services: Services, batch: BatchFile, should_stop: Callable[[], bool]
) -> None:
    tenant = claim.tenant
    file = services.storage.local_file(services.files.content_key(tenant, batch.input_file_id))
    copy = services.storage.scratch_file()
    try:
        shutil.copyfile(file, copy)
        with copy.open("rb") as stream:
            most = services.settings.jobs.max_batch_items
            read = read_lines(stream, batch.endpoint, most=most)
        if not read.errors:
            services.storage.put_file(batch_input_key(tenant, batch.batch_id), copy)
    finally:
        copy.unlink(missing_ok=True)
    limit = services.quotas.tenants.limits_of(tenant).queued_tokens
    is_ours = patiently(
        lambda: services.request_batches.was_read(claim, read, most_tokens=limit), should_stop
    )
    if not is_ours and not services.request_batches.file_of(claim).is_open:
        services.storage.delete_folder(batch_folder(tenant, batch.batch_id))


def _write_answers(
    claim: Claim, services: Services, batch: BatchFile, should_stop: Callable[[], bool]
) -> None:
    output, errors = services.storage.scratch_file(), services.storage.scratch_file()
    try:
        answers = LineAnswers(services, claim.tenant, batch.batch_id)
        with output.open("wb") as answered, errors.open("wb") as failed:
            for end in services.request_batches.ends_of(batch.batch_id):
                if should_stop():
                    raise Cancelled("it was to stop")
                answers.write(end, answered, failed)
        files = (
            _stored(claim, services, output, f"{batch.batch_id}_output.jsonl"),
            _stored(claim, services, errors, f"{batch.batch_id}_error.jsonl"),
        )
    finally:
        output.unlink(missing_ok=True)
        errors.unlink(missing_ok=True)
    patiently(
        lambda: services.request_batches.written(claim, *files, num_deleted=answers.num_deleted),
        should_stop,
    )


def _stored(claim: Claim, services: Services, file: Path, name: str) -> FileRecord | None:
    """None of an empty one. Its record is written with the batch's end; without it the bytes go
    in a day."""
    num_bytes = file.stat().st_size
    if not num_bytes:
        return None
    file_id = new_file_id()
    announce_folder(services, claim.tenant, file_folder(claim.tenant, file_id))
    services.storage.put_file(file_key(claim.tenant, file_id), file)
    return FileRecord(
        id=file_id,
        tenant_id=claim.tenant,
        purpose=_PURPOSE,
        name=name,
        num_bytes=num_bytes,
        document_id=None,
        owns_document=False,
    )
