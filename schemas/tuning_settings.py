"""How much may the training of an adapter take, and of what?"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from schemas.ingest_settings import SettingsGroup


class TuningSettings(SettingsGroup):
    """A training is a process of its own, beside whatever is read meanwhile."""

    threads: Annotated[int, Field(gt=0, description="of the process that trains")] = 1
    memory_bytes: Annotated[
        int, Field(ge=1 << 30, description="of address space of the process that trains")
    ] = 16 << 30
    checkpoint_steps: Annotated[
        int,
        Field(gt=0, description="a training is kept each time it took so many, and goes on there"),
    ] = 20
    max_lines: Annotated[int, Field(gt=0, description="of a training or validation file")] = 5_000
    max_file_bytes: Annotated[int, Field(gt=0)] = 64 << 20
    max_models: Annotated[int, Field(gt=0, description="tuned ones, of a tenant")] = 100
