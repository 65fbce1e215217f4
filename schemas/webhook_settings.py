"""Where may events be sent, and how hard is it tried?"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, SecretStr

from schemas.ingest_settings import SettingsGroup


class WebhookSettings(SettingsGroup):
    allow_private: Annotated[
        bool,
        Field(
            description="events may be sent to private and loopback addresses, too; to link-local "
            "ones and to a cloud's metadata never"
        ),
    ] = False
    secret_key: Annotated[
        SecretStr | None,
        Field(
            min_length=32,
            description="signing secrets are sealed with it in the database, by all processes with "
            "the same; none: with a file in the data directory",
        ),
    ] = None
    slots: Annotated[
        int, Field(ge=0, description="events sent at the same time by each worker process")
    ] = 4
    poll_seconds: Annotated[float, Field(gt=0, description="between two looks for events")] = 2.0
    timeout_seconds: Annotated[
        float, Field(gt=0, le=120, description="for a receiver's whole answer")
    ] = 15.0
    disable_after_hours: Annotated[
        float, Field(gt=0, description="without a success; then nothing more is sent to it")
    ] = 120.0
    keep_days: Annotated[
        float, Field(ge=4, description="events and what became of them are kept")
    ] = 30.0
    max_endpoints: Annotated[int, Field(gt=0, description="of a tenant")] = 50
