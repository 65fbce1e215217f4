"""How does a careful caller use the service: again and again, until it is said yes or no?"""

from __future__ import annotations

import time
from typing import Any

import httpx

_AGAIN = (429, 500, 502, 503, 504)
_PATIENCE_SECONDS = 120.0
_FINAL = ("completed", "incomplete", "failed", "cancelled")


class PatientClient:
    """Whatever is not answered is asked again with the same Idempotency-Key."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=10.0)

    def upload(self, name: str, content: bytes) -> str:
        answer = self._asked("POST", "/v1/documents", files={"file": (name, content)})
        return str(answer["id"])

    def extract(self, key: str, **body: Any) -> dict[str, Any]:
        headers = {"Idempotency-Key": key}
        return self._asked("POST", "/v1/extractions", json=body, headers=headers)

    def get(self, job_id: str) -> dict[str, Any]:
        return self._asked("GET", f"/v1/extractions/{job_id}", params={"include": "result"})

    def finished(self, job_id: str, seconds: float = _PATIENCE_SECONDS) -> dict[str, Any]:
        until = time.monotonic() + seconds
        while (job := self.get(job_id))["status"] not in _FINAL:
            assert time.monotonic() < until, f"{job_id} is {job['status']}: {job['progress']}"
            time.sleep(0.3)
        return job

    def close(self) -> None:
        self._http.close()

    def _asked(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        until = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                response = self._http.request(method, path, **options)
            except httpx.TransportError:
                response = None
            if response is not None and response.status_code not in _AGAIN:
                assert response.is_success, response.text
                answer = response.json()
                assert isinstance(answer, dict)
                return answer
            assert time.monotonic() < until, f"{method} {path} was not answered"
            time.sleep(0.2)
