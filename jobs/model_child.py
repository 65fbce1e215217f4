"""How does the embedded model come to be unpacked, without torch in the process that needs its
tokenizer? Run by `ingest.child`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from engine import embedded_model
from ingest.child import ChildLimits, run_child
from schemas.progress import OnProgress
from schemas.settings import Settings

_ADVICE = "see needlepoint doctor"
_LIMITS = ChildLimits(seconds=900.0, memory_bytes=1 << 40, if_slow=_ADVICE, if_large=_ADVICE)


def unpack_model(settings: Settings, should_stop: Callable[[], bool]) -> None:
    """Does nothing where it was done before, or another model is used."""
    models = settings.cache.directory.absolute() / "models"
    if settings.engine.model != embedded_model.NAME or embedded_model.is_converted(models):
        return
    request = {"models": str(models)}
    name = embedded_model.NAME
    run_child("jobs.model_child", request, _LIMITS, name=name, should_stop=should_stop)


def answer(request: Mapping[str, Any], _: OnProgress) -> dict[str, Any]:
    embedded_model.embedded_model(Path(request["models"]))
    return {}
