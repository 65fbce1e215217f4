"""How does a chat in the background come to its answer?"""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy.orm import Session

from jobs.at_engine import AtEngine
from jobs.chat_progress import ChatProgress
from jobs.engine_client import OnEvent
from jobs.job_store import Claim
from jobs.patience import patiently
from jobs.prices import prices_of
from jobs.response_chat import response_request
from jobs.response_output import kept_answer
from jobs.response_store import write_answer
from jobs.services import Services
from schemas.engine_protocol import EngineEvent
from schemas.extraction import Status, Usage
from schemas.generation import Finish, Piece

_URGENCY = 5


def run_response(claim: Claim, services: Services, *, should_stop: Callable[[], bool]) -> None:
    """The answer is written with the job's end, or not at all. Begun again, it is said anew; what a
    first try had said was told to nobody."""
    began = time.monotonic()
    stored = services.responses.get(claim.tenant, claim.request["response"])
    previous = stored.request.get("previous_response_id")
    request = response_request(
        stored.request,
        services.responses.before(claim.tenant, previous),
        request_id=f"{claim.job_id}:{claim.attempt}",
        tenant=claim.tenant,
        urgency=_URGENCY,
    )

    def ask(on_event: OnEvent) -> tuple[list[Piece], Usage]:
        pieces: list[Piece] = []

        def heard(event: EngineEvent) -> None:
            pieces.extend(event.pieces)
            on_event(event)

        return pieces, services.engine.generate(request, heard)

    work = AtEngine(claim, services, should_stop, ChatProgress())
    pieces, usage = work.result(ask)
    model = str(stored.request["model"])
    answer = kept_answer(pieces, usage, model)

    def write(session: Session) -> None:
        write_answer(session, claim.tenant, stored.id, answer)

    is_cut = any(piece.finish is Finish.LENGTH for piece in pieces)
    patiently(
        lambda: services.jobs.finish(
            claim,
            status=Status.INCOMPLETE if is_cut else Status.COMPLETED,
            result_key=None,
            usage=usage,
            seconds=round(time.monotonic() - began, 3),
            model=model,
            prices=prices_of(services.settings.prices, claim.queue),
            also=write,
        ),
        should_stop,
    )
