"""How is this installation set up? The only place that reads the environment."""

from __future__ import annotations

import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

import platformdirs
from pydantic import BaseModel, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from schemas.engine_settings import EngineSettings
from schemas.errors import InvalidInput
from schemas.fetch_settings import FetchSettings
from schemas.ingest_settings import IngestSettings, SettingsGroup
from schemas.job_settings import JobSettings
from schemas.schedule_settings import ScheduleSettings
from schemas.tenant_settings import AuditSettings, TenantSettings
from schemas.tuning_settings import TuningSettings
from schemas.webhook_settings import WebhookSettings

_PREFIX = "NEEDLEPOINT_"
_NONE = "null"
_NOT_SETTINGS = ("NEEDLEPOINT_SHARED_DATA",)  # where evals and tests find their data


class CacheSettings(SettingsGroup):
    directory: Path = Field(
        default_factory=lambda: Path(platformdirs.user_cache_dir("needlepoint", appauthor=False))
    )
    max_bytes: Annotated[int, Field(ge=0)] = 4 << 30
    memory_bytes: Annotated[
        int | None,
        Field(ge=0, description="of prompts kept in memory; none: a quarter of what is free"),
    ] = None
    pinned_share: Annotated[
        float, Field(ge=0, le=1, description="of max_bytes, at most, may be pinned")
    ] = 0.5
    numbers: Annotated[
        Literal["bfloat16", "int8"],
        Field(description="of keys and values of prompts; int8 takes half the room"),
    ] = "bfloat16"


class DatabaseSettings(SettingsGroup):
    url: Annotated[
        SecretStr | None,
        Field(description="postgresql+psycopg://…; none: SQLite in the data directory"),
    ] = None
    pool_size: Annotated[int, Field(gt=0)] = 10


class BrokerSettings(SettingsGroup):
    url: Annotated[
        SecretStr | None,
        Field(description="redis://…; none: `needlepoint serve` starts a broker of its own"),
    ] = None
    key_prefix: Annotated[
        str, Field(description="of all keys, so that several services can share a Redis")
    ] = "needlepoint:"


class StorageSettings(SettingsGroup):
    url: Annotated[str | None, Field(description="s3://bucket/path; none: the data directory")] = (
        None
    )
    options: dict[str, Any] = Field(
        default_factory=dict, description='for fsspec, as JSON: {"endpoint_url": "http://…"}'
    )


class ApiSettings(SettingsGroup):
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, lt=65536)] = 8321
    max_body_bytes: Annotated[int, Field(gt=0, description="of a JSON request")] = 1 << 20
    max_message_bytes: Annotated[
        int,
        Field(
            gt=0,
            description="of a request for a chat or a response on the OpenAI routes, which may "
            "carry files and long texts",
        ),
    ] = 64 << 20
    max_chat_tokens: Annotated[
        int | None,
        Field(
            gt=0,
            description="of a chat, then its long texts are read as documents; none: as many as "
            "the model takes",
        ),
    ] = None
    max_manifest_bytes: Annotated[
        int, Field(gt=0, description="of a batch's items, as JSON or JSON Lines")
    ] = 16 << 20
    max_wait_seconds: Annotated[float, Field(ge=0, description="most of Prefer: wait")] = 120.0
    watch_seconds: Annotated[
        float, Field(gt=0, description="between two looks at the jobs that are watched")
    ] = 0.3
    page_children: Annotated[int, Field(gt=0, description="pages drawn at the same time")] = 2
    model_aliases: Annotated[
        tuple[str, ...],
        Field(
            max_length=100,
            description="other names of the model that is served, for OpenAI clients, as JSON: "
            '["gpt-4.1-mini"]',
        ),
    ] = ()


class EngineServerSettings(SettingsGroup):
    """The engine process: where it listens and where the others find it."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, lt=65536)] = 8322
    url: Annotated[
        str | None, Field(description="where the API and workers find it; none: host:port")
    ] = None
    token: SecretStr | None = None
    slots: Annotated[
        int, Field(gt=0, description="requests held at the same time, of those at least as urgent")
    ] = 8
    stall_seconds: Annotated[
        float, Field(gt=0, description="without a step, then it counts as hung")
    ] = 120.0


Price = Annotated[Decimal, Field(ge=0, le=1_000_000, decimal_places=6)]


class PriceSettings(SettingsGroup):
    """US dollars per million tokens. A job that ended costs what they were then."""

    prompt: Price = Decimal("0.40")
    cached: Annotated[Price, Field(description="of prompt tokens that were read before")] = Decimal(
        "0.10"
    )
    completion: Price = Decimal("1.60")
    batch_share: Annotated[
        Decimal, Field(ge=0, le=1, decimal_places=6, description="of these, in the queue batch")
    ] = Decimal("0.5")


class LogSettings(SettingsGroup):
    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["json", "text"] = "json"


class Settings(BaseSettings):
    """`NEEDLEPOINT_ENGINE__READ_TOKENS=2048` sets `engine.read_tokens`."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX,
        env_nested_delimiter="__",
        env_parse_none_str=_NONE,
        frozen=True,
        extra="forbid",
    )

    ingest: IngestSettings = IngestSettings()
    engine: EngineSettings = EngineSettings()
    cache: CacheSettings = Field(default_factory=CacheSettings)
    data_directory: Annotated[
        Path, Field(description="of the service: database, blobs, broker")
    ] = Field(
        default_factory=lambda: Path(platformdirs.user_data_dir("needlepoint", appauthor=False))
    )
    database: DatabaseSettings = DatabaseSettings()
    broker: BrokerSettings = BrokerSettings()
    storage: StorageSettings = StorageSettings()
    api: ApiSettings = ApiSettings()
    engine_server: EngineServerSettings = EngineServerSettings()
    jobs: JobSettings = JobSettings()
    prices: PriceSettings = PriceSettings()
    webhooks: WebhookSettings = WebhookSettings()
    fetch: FetchSettings = FetchSettings()
    schedules: ScheduleSettings = Field(default_factory=ScheduleSettings)
    tuning: TuningSettings = TuningSettings()
    tenants: TenantSettings = TenantSettings()
    audit: AuditSettings = AuditSettings()
    log: LogSettings = LogSettings()
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


def environment_of(settings: Settings) -> dict[str, str]:
    """The variables under which `load_settings` gives these settings; secrets are in the clear."""
    variables: dict[str, str] = {}
    for name in Settings.model_fields:
        value = getattr(settings, name)
        if isinstance(value, BaseModel):
            for leaf in type(value).model_fields:
                _set_variable(variables, f"{name}__{leaf}", getattr(value, leaf))
        else:
            _set_variable(variables, name, value)
    return variables


def _set_variable(variables: dict[str, str], name: str, value: Any) -> None:
    if value is None:
        text = _NONE
    elif isinstance(value, SecretStr):
        text = value.get_secret_value()
    elif isinstance(value, str | Path | Decimal):
        text = str(value)
    else:
        text = json.dumps(value)
    variables[f"{_PREFIX}{name.upper()}"] = text


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
