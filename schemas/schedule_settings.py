"""Where may schedules read and write, and how often is the clock looked at?"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from schemas.ingest_settings import SettingsGroup


class ScheduleSettings(SettingsGroup):
    allowed_folders: list[str] = Field(
        default_factory=list,
        description="folders of this machine that schedules may read from and write to",
    )
    allowed_urls: list[str] = Field(
        default_factory=list,
        description='beginnings of URLs that they may use: ["s3://inbox/", "gs://"]',
    )
    connections: dict[str, dict[str, Any]] = Field(
        default_factory=dict,
        description="options for fsspec by a name that schedules give, such as credentials: "
        '{"archive": {"key": "…", "secret": "…", "endpoint_url": "…"}}',
    )
    tick_seconds: Annotated[float, Field(gt=0, le=60, description="between two looks")] = 1.0
    grace_seconds: Annotated[
        float, Field(gt=0, description="so late a run still counts as in time, not as missed")
    ] = 60.0
    max_files: Annotated[
        int, Field(gt=0, le=50_000, description="new files in one run; others wait for the next")
    ] = 1000
    max_listed: Annotated[
        int, Field(gt=0, description="files in a source, then the run fails and says so")
    ] = 100_000
    max_schedules: Annotated[int, Field(gt=0, description="of a tenant")] = 100
