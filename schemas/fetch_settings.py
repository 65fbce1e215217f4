"""From where may files be fetched that a message names by a URL?"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from schemas.ingest_settings import SettingsGroup


class FetchSettings(SettingsGroup):
    """Off as long as no host is allowed."""

    allowed_hosts: Annotated[
        tuple[str, ...],
        Field(
            max_length=1000,
            description="hosts, as JSON: a name, .example.com for all names under it, or * for "
            "every public one; none: nothing is fetched",
        ),
    ] = ()
    allow_private: Annotated[
        bool,
        Field(
            description="of these hosts, private and loopback addresses may be called, too; "
            "link-local ones and a cloud's metadata never"
        ),
    ] = False
    max_bytes: Annotated[int, Field(gt=0, description="of one file")] = 64 << 20
    timeout_seconds: Annotated[
        float, Field(gt=0, le=600, description="for all of a file, redirects and all")
    ] = 60.0
    max_redirects: Annotated[int, Field(ge=0, le=20)] = 3
