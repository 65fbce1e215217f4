"""How is this installation set up? The only place that reads the environment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from schemas.errors import InvalidInput

_PREFIX = "NEEDLEPOINT_"
_NOT_SETTINGS = ("NEEDLEPOINT_SHARED_DATA",)  # where evals and tests find their data


class SettingsGroup(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class IngestSettings(SettingsGroup):
    """Limits on one document; past a limit it fails alone, with a `TooLarge`."""

    max_bytes: Annotated[int, Field(gt=0)] = 1 << 30
    max_pages: Annotated[int, Field(gt=0)] = 20_000
    max_cells: Annotated[int, Field(gt=0)] = 10_000_000
    max_expansion_ratio: Annotated[float, Field(gt=1)] = 200.0
    passage_tokens: Annotated[int, Field(ge=32)] = 160


class EngineSettings(SettingsGroup):
    model: str = "gemma-3-270m"
    adapter: Annotated[
        str | None,
        Field(description="auto: the one that comes with the embedded model; or a directory"),
    ] = "auto"
    absent_threshold: Annotated[
        float, Field(gt=0, description="probability of null from which it is the answer")
    ] = 0.5
    num_threads: Annotated[int, Field(ge=0, description="0: one a core")] = 0
    chunk_tokens: Annotated[int, Field(ge=64)] = 2048
    dense_tokens: Annotated[
        int, Field(gt=0, description="documents up to this are read whole in mode auto")
    ] = 1536
    read_tokens: Annotated[int, Field(gt=0, description="tokens of passages read for a field")] = (
        1024
    )


class CacheSettings(SettingsGroup):
    directory: Path = Field(
        default_factory=lambda: Path(platformdirs.user_cache_dir("needlepoint", appauthor=False))
    )
    max_bytes: Annotated[int, Field(ge=0)] = 4 << 30


class Settings(BaseSettings):
    """`NEEDLEPOINT_ENGINE__READ_TOKENS=2048` sets `engine.read_tokens`."""

    model_config = SettingsConfigDict(
        env_prefix="NEEDLEPOINT_", env_nested_delimiter="__", frozen=True, extra="forbid"
    )

    ingest: IngestSettings = IngestSettings()
    engine: EngineSettings = EngineSettings()
    cache: CacheSettings = Field(default_factory=CacheSettings)
    debug: Annotated[bool, Field(description="show tracebacks of internal errors")] = False


def load_settings() -> Settings:
    """The settings of the environment; a value that does not fit is the caller's mistake, and so
    is a name that is none of ours."""
    for name in os.environ:
        if name.startswith(_PREFIX) and name not in _NOT_SETTINGS:
            _check_name(name)
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "NEEDLEPOINT_" + "__".join(str(part) for part in first["loc"]).upper()
        raise InvalidInput(f"{name}: {first['msg']}", param=name) from error
    except SettingsError as error:
        raise InvalidInput(f"a setting of the environment is not JSON: {error}") from error


def _check_name(name: str) -> None:
    group = name.removeprefix(_PREFIX).split("__")[0].lower()
    if group not in Settings.model_fields:
        known = ", ".join(f"{_PREFIX}{field.upper()}" for field in Settings.model_fields)
        raise InvalidInput(
            f"{name} is not a setting: they begin with {known} (NEEDLEPOINT_GROUP__NAME)",
            param=name,
        )


def with_model(settings: Settings, model: str | None) -> Settings:
    """The same settings reading with another model; None changes nothing."""
    if model is None:
        return settings
    engine = settings.engine.model_copy(update={"model": model})
    return settings.model_copy(update={"engine": engine})


def with_adapter(settings: Settings, adapter: str | None) -> Settings:
    """The same settings with another adapter, or with none."""
    engine = settings.engine.model_copy(update={"adapter": adapter})
    return settings.model_copy(update={"engine": engine})
