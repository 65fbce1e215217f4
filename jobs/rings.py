"""Which queues have work that nobody was told of?"""

from __future__ import annotations

from collections.abc import Iterable

from jobs.services import Services
from schemas.jobs import Queue


def ring_missing(services: Services, queues: Iterable[Queue] = tuple(Queue)) -> int:
    """Rings for each due job without a message, so that messages never pile up; how many."""
    num_rung = 0
    for queue in queues:
        due = services.jobs.due(queue)
        waiting = services.doorbell.waiting(queue) if due else None
        if waiting is not None and due > waiting and services.doorbell.ring(queue, due - waiting):
            num_rung += due - waiting
    return num_rung
