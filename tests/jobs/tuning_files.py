"""How do tests ask for a training, and what does one do that trains nothing?"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jobs.services import Services
from jobs.storage import file_key
from jobs.tuning_told import ADAPTER, TOLD, kept_name
from schemas.openai_tuning import FineTuningCreate, FineTuningJob
from schemas.progress import Progress
from schemas.tuning import TuningDone, TuningScore, TuningTold
from tests.jobs.asked import TENANT

MODEL = "tiny"
SCHEMA = {"type": "object", "properties": {"rent": {"type": "number"}}}
BASE = TuningScore(num_fields=4, num_right=2, num_placed=1)
BETTER = TuningScore(num_fields=4, num_right=4, num_placed=3)
STEPS = 6


def line(rent: int, **more: Any) -> dict[str, Any]:
    return {"text": f"rent {rent}", "schema": SCHEMA, "values": {"rent": rent}, **more}


def training_file(
    services: Services, *lines: Any, tenant: str = TENANT, purpose: str = "fine-tune"
) -> str:
    data = "\n".join(json.dumps(one) for one in lines or (line(93), line(94))).encode()
    file_id = f"file-{len(services.files.list(tenant, limit=100)[0]):032x}"
    services.storage.put_bytes(file_key(tenant, file_id), data)
    services.files.add(
        tenant, purpose=purpose, name="a.jsonl", num_bytes=len(data), file_id=file_id
    )
    return file_id


def asked(services: Services, tenant: str = TENANT, **changes: Any) -> FineTuningJob:
    fields = {"model": MODEL, "training_file": training_file(services, tenant=tenant), **changes}
    return services.tunings.create(tenant, None, FineTuningCreate(**fields), MODEL)


class FakeChild:
    """Trains nothing, in six steps, and keeps each second one. `dies_at` a step it raises."""

    def __init__(
        self,
        tuned: TuningScore | None = BETTER,
        dies_at: int | None = None,
        death: Exception | None = None,
        then: Callable[[], None] = lambda: None,
    ) -> None:
        self.tuned, self.dies_at, self.death, self.then = tuned, dies_at, death, then
        self.requests: list[Any] = []
        self.began_at = 0
        self.lines: Any = None

    def __call__(self, module: str, request: Any, *_: Any, **kwargs: Any) -> dict[str, Any]:
        assert module == "jobs.tuning_child"
        self.requests.append(request)
        folder = Path(request["folder"])
        self.lines = json.loads((folder / "lines.json").read_text())
        state = folder / "training.pt"
        self.began_at = int(state.read_text()) if state.is_file() else 0

        def tell(**told: Any) -> None:
            with (folder / TOLD).open("a") as file:
                file.write(TuningTold(**told).model_dump_json() + "\n")
            kwargs["on_progress"](Progress("train", 0, 0, "steps"))

        tell(kind="validated", message="2 lines", hyperparameters={"n_epochs": 3})
        if request["plan"]["base_score"] is None:
            tell(kind="scored", message="as it is", score=BASE)
        for step in range(self.began_at + 1, STEPS + 1):
            about = {"step": step, "total_steps": STEPS, "trained_tokens": 10 * step}
            tell(kind="step", message=f"Step {step}", train_loss=1 / step, step_seconds=2, **about)
            if step % 2 == 0:
                (folder / kept_name(step)).write_text(str(step))
                tell(kind="kept", message=f"Kept {step}", valid_loss=0.5, **about)
            if step == self.dies_at:
                self.then()
                if self.death is not None:
                    raise self.death
        (folder / ADAPTER).mkdir()
        for name in ("adapter_config.json", "adapter_model.safetensors", "recipe.json"):
            (folder / ADAPTER / name).write_text(name)
        done = TuningDone(base=BASE, tuned=self.tuned, trained_tokens=60, num_steps=STEPS)
        return done.model_dump(mode="json")
