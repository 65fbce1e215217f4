"""What do the routes stand on?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from typing import Annotated

from fastapi import Depends, Request

from api.bodies import Bodies
from api.health import Readiness
from api.job_watch import JobWatch
from api.lanes import Lane
from api.metrics import Metrics
from api.whole_answers import WholeAnswers
from jobs.parsed_document import ParsedDocuments
from jobs.services import Services

_PLACES_BY_SLOT = 8
_SCHEMA_SLOTS, _SCHEMA_PLACES = 2, 256
_WARMING_SLOTS, _WARMING_PLACES = 2, 64


@dataclass(frozen=True, slots=True)
class Context:
    """One an application: the durable parts, and what this process alone holds."""

    services: Services
    watch: JobWatch
    metrics: Metrics
    readiness: Readiness
    parsed: ParsedDocuments
    bodies: Bodies
    messages: Bodies
    schemas: Lane
    drawing: Lane
    engine: Lane
    chats: Lane
    whole_answers: WholeAnswers
    warming: Lane

    @classmethod
    def of(cls, services: Services) -> Context:
        settings = services.settings
        pages, slots = settings.api.page_children, settings.engine_server.slots
        return cls(
            services=services,
            watch=JobWatch(partial(_versions, services), settings.api.watch_seconds),
            metrics=Metrics(services),
            readiness=Readiness(services),
            parsed=ParsedDocuments(services.storage),
            bodies=Bodies(settings.api.max_body_bytes),
            messages=Bodies.of_messages(settings.api.max_message_bytes),
            schemas=Lane("a schema to be checked", _SCHEMA_SLOTS, _SCHEMA_PLACES),
            drawing=Lane("a page to be drawn", pages, pages * _PLACES_BY_SLOT),
            engine=Lane("the engine", slots, slots * _PLACES_BY_SLOT),
            chats=Lane("a chat", slots, slots * _PLACES_BY_SLOT),
            whole_answers=WholeAnswers(),
            warming=Lane("documents to be read beforehand", _WARMING_SLOTS, _WARMING_PLACES),
        )


def _versions(services: Services, ids: Collection[str]) -> dict[str, int]:
    """Of jobs and batches."""
    batches = [one for one in ids if one.startswith("bat_")]
    found = services.batches.versions(batches) if batches else {}
    jobs = [one for one in ids if not one.startswith("bat_")]
    return found | (services.jobs.versions(jobs) if jobs else {})


async def context_of(request: Request) -> Context:
    context = request.app.state.context
    assert isinstance(context, Context)
    return context


ContextHere = Annotated[Context, Depends(context_of)]
