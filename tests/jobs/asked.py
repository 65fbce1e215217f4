"""What tests ask of the stores: a document that was read, an extraction of it."""

from __future__ import annotations

import hashlib
from typing import Any

from jobs.document_store import DocumentStore
from jobs.job_store import Claim, JobStore, NewExtraction
from schemas.jobs import ExtractionCreate, ExtractionJob, Queue

TENANT = "default"
SCHEMA = {"type": "object", "properties": {"total": {"type": "string"}}}
SUMMARY = {"pages": 2, "tables": 0, "characters": 90, "tokens": 30, "passages": 3, "warnings": []}


def uploaded(documents: DocumentStore, name: str = "report.pdf", **options: Any) -> str:
    document, _ = documents.add(
        TENANT,
        sha256=hashlib.sha256(name.encode()).hexdigest(),
        name=name,
        num_bytes=len(name),
        **options,
    )
    return document.id


def read(documents: DocumentStore, jobs: JobStore, name: str = "report.pdf") -> str:
    """A document that is ready."""
    document_id = uploaded(documents, name)
    claim = claimed(jobs, Queue.INGEST)
    assert documents.ingested(
        claim, media_type="application/pdf", summary=SUMMARY, parsed_key=f"parsed/{name}"
    )
    return document_id


def create_of(*documents: str, **options: Any) -> ExtractionCreate:
    return ExtractionCreate(documents=list(documents), response_schema=SCHEMA, **options)


def asked(
    jobs: JobStore, *documents: str, key: str | None = None, tenant: str = TENANT, **options: Any
) -> ExtractionJob:
    job, _ = jobs.create_extraction(
        NewExtraction(tenant, None, create_of(*documents, **options), key)
    )
    return job


def claimed(jobs: JobStore, queue: Queue = Queue.STANDARD, worker: str = "worker") -> Claim:
    claim = jobs.claim(queue, worker)
    assert claim is not None
    return claim
