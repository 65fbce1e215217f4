"""When are documents prepared, and how is one asked to be?"""

from __future__ import annotations

import math

from jobs.services import Services
from schemas.engine_protocol import EngineDocument, EnginePrepare
from schemas.errors import Conflict, Unavailable
from schemas.extraction import Status
from schemas.jobs import Queue
from schemas.preparation import PreparationJob
from schemas.settings import Settings

_WAITING_SHARE = 0.25  # of the cache, so that what comes does not push out what is asked
_BYTES_PER_TOKEN = 258


def most_waiting_tokens(settings: Settings) -> float:
    """How many may wait to be prepared of documents that nobody asked to prepare."""
    if settings.engine.index_model is None or settings.jobs.prepare == "never":
        return 0
    if settings.jobs.prepare == "always":
        return math.inf
    return settings.cache.max_bytes * _WAITING_SHARE / _BYTES_PER_TOKEN


def prepare_document(
    services: Services, tenant: str, key_id: str | None, document_id: str
) -> tuple[PreparationJob, bool]:
    """The job, and whether it is new: not where one is under way, or where it was done and all of
    it is in the index still. Raises `Conflict` where words alone look documents up."""
    known = services.preparations.find(tenant, document_id)
    if services.settings.engine.index_model is None:
        raise Conflict(
            "documents are looked up by words alone here, so there is nothing to prepare: set "
            "NEEDLEPOINT_ENGINE__INDEX_MODEL=auto"
        )
    if known is not None and known.status is Status.COMPLETED and _is_kept(services, tenant, known):
        return known, False
    job, is_new = services.preparations.ask(tenant, document_id, key_id)
    if is_new:
        services.doorbell.ring(Queue.PREPARE)
    return job, is_new


def engine_request(
    services: Services, tenant: str, document_id: str, request_id: str
) -> EnginePrepare:
    """Raises `NotFound`, and `Conflict` for a document that is not read."""
    [handle] = services.documents.documents_of(tenant, [document_id])
    document = EngineDocument(id=handle.id, key=handle.parsed_key)
    return EnginePrepare(request_id=request_id, tenant=tenant, documents=[document])


def _is_kept(services: Services, tenant: str, job: PreparationJob) -> bool:
    """False, too, where the engine can not be asked: a new job finds out."""
    try:
        return services.engine.prepared(
            engine_request(services, tenant, job.document, job.id)
        ).is_prepared
    except Unavailable:
        return False
