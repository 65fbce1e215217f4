"""Which settings are in force, and where did each come from? Secrets are never shown."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr

from schemas.settings import Settings

_HIDDEN = "***"
_OPEN_OPTIONS = ("endpoint_url", "region_name", "use_ssl", "anon")
_SECRET_NAME = re.compile(r"key|secret|token|passw|credential", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Setting:
    name: str  # "engine.model"
    variable: str
    value: Any  # as JSON has it
    source: str  # "environment" or "default"


def settings_in_force(settings: Settings, environment: Mapping[str, str]) -> list[Setting]:
    return [
        Setting(name, variable, shown(value), _source(variable, environment))
        for name, value in _leaves(settings)
        for variable in ["NEEDLEPOINT_" + name.replace(".", "__").upper()]
    ]


def record_of(settings: list[Setting]) -> dict[str, Any]:
    """As nested groups, in the shape of the settings themselves."""
    record: dict[str, Any] = {}
    for setting in settings:
        group, _, leaf = setting.name.rpartition(".")
        (record.setdefault(group, {}) if group else record)[leaf] = setting.value
    return record


def shown(value: Any) -> Any:
    """A secret that is a URL is shown without its password, another one not at all."""
    if isinstance(value, SecretStr):
        text = value.get_secret_value()
        return without_password(text) if "://" in text else _HIDDEN
    if isinstance(value, Mapping):
        return {name: _shown_option(name, option) for name, option in value.items()}
    if isinstance(value, str):
        return without_password(value) if "://" in value else value
    if isinstance(value, Decimal):
        return float(value)
    return str(value) if isinstance(value, Path) else value


def without_password(url: str) -> str:
    """Also without what a query gives away. A password may hold any character, so it reaches from
    the first colon of the login to the last "@"."""
    scheme, mark, rest = url.partition("://")
    login, at, place = rest.rpartition("@")
    if ":" in login:
        login = f"{login.partition(':')[0]}:{_HIDDEN}"
    place, question, query = place.partition("?")
    query = "&".join(_shown_argument(argument) for argument in query.split("&"))
    return f"{scheme}{mark}{login}{at}{place}{question}{query}"


def text_of(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _shown_argument(argument: str) -> str:
    name, equals, _ = argument.partition("=")
    return f"{name}={_HIDDEN}" if equals and _SECRET_NAME.search(name) else argument


def _shown_option(name: str, value: Any) -> Any:
    """Of a store's options we know a few that are no secrets."""
    if isinstance(value, Mapping) or name in _OPEN_OPTIONS:
        return shown(value)
    return _HIDDEN


def _leaves(settings: Settings) -> Iterator[tuple[str, Any]]:
    for name in Settings.model_fields:
        value = getattr(settings, name)
        if isinstance(value, BaseModel):
            for leaf in type(value).model_fields:
                yield f"{name}.{leaf}", getattr(value, leaf)
        else:
            yield name, value


def _source(variable: str, environment: Mapping[str, str]) -> str:
    """A group may also be set as a whole, as JSON."""
    set_names = {name.upper() for name in environment}
    group = variable.partition("__")[0]
    if variable in set_names or (group in set_names and group != variable):
        return "environment"
    return "default"
