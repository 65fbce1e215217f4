"""What do the files say that a batch of requests leaves, a line for each request?

An answer stands in the output file. In the error file stands what a route would have refused,
under its status, and what never came to an answer, as an `error` without one. All of it is ASCII:
some clients take U+2028 for the end of a line.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, BinaryIO

from jobs.request_batch_claims import LineEnd
from jobs.request_batch_progress import EXPIRED
from jobs.response_answer import named_files, response_of
from jobs.results import with_result
from jobs.services import Services
from schemas.errors import AttemptsExhausted, EngineUnavailable, NotFound
from schemas.extraction import Status
from schemas.jobs import Failure
from schemas.openai_errors import failure_error

_WITHOUT_ANSWER = (AttemptsExhausted.code, EngineUnavailable.code, "deleted")
_EXPIRED = {
    "code": "batch_expired",
    "message": "This request could not be executed before the completion window expired.",
}
_CANCELLED = {
    "code": "batch_cancelled",
    "message": "This request was not executed, as the batch was cancelled.",
}
_DELETED = {"code": "deleted", "message": "Its answer was deleted before it could be written."}


class LineAnswers:
    """`num_deleted` counts answers that were deleted since."""

    def __init__(self, services: Services, tenant: str, batch_id: str) -> None:
        self._services, self._tenant, self._batch_id = services, tenant, batch_id
        self.num_deleted = 0

    def write(self, end: LineEnd, answered: BinaryIO, failed: BinaryIO) -> None:
        """One line, to one of the two."""
        if end.status == Status.COMPLETED:
            try:
                said = self._line(end, status=200, body=self._answer(end))
            except NotFound:
                self.num_deleted += 1
                failed.write(self._line(end, error=_DELETED))
            else:
                answered.write(said)
        elif end.status == EXPIRED:
            failed.write(self._line(end, error=_EXPIRED))
        elif end.failure is None:
            failed.write(self._line(end, error=_CANCELLED))
        else:
            failed.write(self._refused(end, end.failure))

    def _refused(self, end: LineEnd, failure: Failure) -> bytes:
        if failure.code in _WITHOUT_ANSWER:
            return self._line(end, error={"code": failure.code, "message": failure.message})
        status, error = failure_error(failure)
        return self._line(end, status=status, body={"error": error})

    def _line(
        self,
        end: LineEnd,
        *,
        status: int = 0,
        body: dict[str, Any] | None = None,
        error: dict[str, str] | None = None,
    ) -> bytes:
        named = hashlib.sha256(f"{self._batch_id}:{end.line}".encode()).hexdigest()
        response = {"status_code": status, "request_id": named[32:], "body": body}
        line = {
            "id": f"batch_req_{named[:32]}",
            "custom_id": end.custom_id,
            "response": None if body is None else response,
            "error": error,
        }
        return json.dumps(line).encode() + b"\n"

    def _answer(self, end: LineEnd) -> dict[str, Any]:
        """Raises `NotFound` where it was deleted."""
        if end.response_id is not None:
            return self._response(end.response_id)
        assert end.result_key is not None, "an answer of nothing"
        answer = json.loads(self._services.storage.get_bytes(end.result_key))
        assert isinstance(answer, dict)
        return answer

    def _response(self, response_id: str) -> dict[str, Any]:
        services, tenant = self._services, self._tenant
        stored = services.responses.get(tenant, response_id)
        assert stored.extraction_id is not None, "a response of nothing"
        job = with_result(
            services, tenant, services.jobs.get_extraction(tenant, stored.extraction_id)
        )
        files = named_files(services, tenant, stored.request["input"])
        return response_of(stored, job, stored.request["model"], files)
