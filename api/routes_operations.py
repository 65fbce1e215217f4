"""What do load balancers and monitors ask?"""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST

from api.authentication import Reads, measures
from api.context import ContextHere
from api.problems import documented
from schemas.answers import Liveness, ReadinessReport

router = APIRouter(tags=["operations"])


@router.get("/healthz")
async def healthz() -> Liveness:
    """This process answers."""
    return Liveness()


@router.get(
    "/readyz",
    responses={503: {"model": ReadinessReport, "description": "A part of it is not ready"}},
)
def readyz(context: ContextHere, response: Response) -> ReadinessReport:
    """The database takes writes, the queues are served, and the engine answers.

    The header `Age` says how many seconds ago that was seen.
    """
    seen = context.readiness.seen()
    response.status_code = 200 if seen.report.ready else 503
    response.headers["Age"] = str(int(seen.age_seconds))
    return seen.report


@router.get(
    "/metrics",
    dependencies=[Depends(measures)],
    response_class=Response,
    responses={**documented(), 200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
def metrics(context: ContextHere) -> Response:
    """For Prometheus. Needs a key with the scope metrics, or to come from this machine."""
    return Response(context.metrics.text(), headers={"content-type": CONTENT_TYPE_LATEST})


@router.get("/openapi.json", include_in_schema=False)
async def openapi(request: Request, caller: Reads) -> JSONResponse:
    return JSONResponse(request.app.openapi())
