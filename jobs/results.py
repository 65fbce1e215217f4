"""Where is the result of an extraction, and what if there is none?"""

from __future__ import annotations

from jobs.services import Services
from schemas.errors import Conflict
from schemas.extraction import Extraction, Status
from schemas.jobs import ExtractionJob, Failure


class NoResult(Conflict):
    """A job that ended without one: the code is that of its failure."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(f"there is no result: {failure.message}", param=failure.param)
        self.code = failure.code


def result_bytes(services: Services, tenant: str, job_id: str) -> bytes:
    """The result as JSON. Raises `Conflict` while there is none, `NoResult` if none will come."""
    key = services.jobs.result_key_of(tenant, job_id)
    if key is not None:
        return services.storage.get_bytes(key)
    job = services.jobs.get_extraction(tenant, job_id)
    if job.status is Status.FAILED and job.failure is not None:
        raise NoResult(job.failure)
    if job.status is Status.CANCELLED:
        raise Conflict("there is no result: the extraction was cancelled")
    raise Conflict(f"there is no result yet: the extraction is {job.status}")


def with_result(services: Services, tenant: str, job: ExtractionJob) -> ExtractionJob:
    """The same job, with its result once it has one."""
    if job.status not in (Status.COMPLETED, Status.INCOMPLETE):
        return job
    try:
        result = Extraction.model_validate_json(result_bytes(services, tenant, job.id))
    except Conflict:  # it was asked to be tried again just now
        return services.jobs.get_extraction(tenant, job.id)
    return job.model_copy(update={"result": result, "partial_fields": []})
