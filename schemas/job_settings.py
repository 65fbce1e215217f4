"""How many jobs are done at once, and how long is one waited for?"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from schemas.ingest_settings import SettingsGroup


class JobSettings(SettingsGroup):
    interactive_slots: Annotated[int, Field(ge=0)] = 2
    standard_slots: Annotated[int, Field(ge=0)] = 2
    batch_slots: Annotated[int, Field(ge=0)] = 1
    ingest_slots: Annotated[int, Field(ge=0)] = 2
    prepare_slots: Annotated[int, Field(ge=0)] = 1
    tuning_slots: Annotated[int, Field(ge=0, le=1, description="one training at a time")] = 1
    prepare: Annotated[
        Literal["auto", "always", "never"],
        Field(
            description="whether a document is read into the index once it was uploaded: auto, as "
            "long as what waits for it is no more than a quarter of the cache; always; or never, "
            "but when it is asked for"
        ),
    ] = "auto"
    lease_seconds: Annotated[float, Field(gt=0)] = 60.0
    sweep_seconds: Annotated[float, Field(gt=0)] = 5.0
    max_attempts: Annotated[int, Field(gt=0)] = 3
    max_queued: Annotated[int, Field(gt=0, description="jobs waiting in one queue")] = 10_000
    deadline_seconds: Annotated[
        float, Field(gt=0, description="of a job that names no deadline of its own")
    ] = 86_400.0
    max_batch_items: Annotated[int, Field(gt=0, description="extractions in one batch")] = 50_000
    batch_window: Annotated[
        int,
        Field(gt=0, description="items of one batch in the queue at the same time; others wait"),
    ] = 32
    max_open_batches: Annotated[
        int, Field(gt=0, description="of requests (/v1/batches), of one tenant at the same time")
    ] = 50
    drain_seconds: Annotated[
        float, Field(ge=0, description="for running jobs after SIGTERM, then they are put back")
    ] = 20.0
