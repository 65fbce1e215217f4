"""A training in its process, killed on the way, up to a model that is asked."""

from __future__ import annotations

import dataclasses
import threading
import time
from pathlib import Path

import psutil
import pytest

from engine.disk_cache import DiskCache
from engine.engine import Engine
from engine.tuned_readers import Tuned
from jobs.services import Services
from jobs.tuning_files import text_opener
from jobs.work import run_next
from schemas.engine_settings import EngineSettings
from schemas.jobs import Queue
from schemas.openai_tuning import FineTuningCreate, FineTuningStatus
from schemas.tuning_settings import TuningSettings
from tests.jobs.asked import TENANT
from tests.jobs.test_tuning_runs import LINES, SCHEMA
from tests.jobs.tuning_files import training_file

_WAIT_SECONDS = 120.0


@pytest.fixture
def tiny(services: Services, tiny_folder: Path) -> Services:
    engine = EngineSettings(
        model=str(tiny_folder), adapter=None, index_model=None, dense_tokens=200, read_tokens=120
    )
    update = {"engine": engine, "tuning": TuningSettings(checkpoint_steps=8)}
    return dataclasses.replace(services, settings=services.settings.model_copy(update=update))


def kill_the_child() -> None:
    for child in psutil.Process().children():
        if "ingest.child_process" in child.cmdline():
            child.kill()


@pytest.mark.slow
def test_a_training_whose_process_is_killed_comes_to_a_model_that_is_asked(
    tiny: Services, tmp_path: Path
) -> None:
    file = training_file(tiny, *LINES)
    how = {"n_epochs": 40, "batch_size": 2, "learning_rate_multiplier": 40}
    create = FineTuningCreate.model_validate(
        {
            "model": "tiny",
            "training_file": file,
            "validation_file": file,
            "seed": 1,
            "hyperparameters": how,
        }
    )
    name = Path(tiny.settings.engine.model).name
    job = tiny.tunings.create(TENANT, None, create, name)
    first = threading.Thread(target=run_next, args=(Queue.TUNING, tiny))
    first.start()
    stop = time.monotonic() + _WAIT_SECONDS
    while not tiny.tunings.checkpoints(TENANT, job.id, limit=1)[0]:
        assert first.is_alive()
        assert time.monotonic() < stop
        time.sleep(0.02)
    kill_the_child()
    first.join(_WAIT_SECONDS)
    waiting = tiny.tunings.get(TENANT, job.id)
    assert waiting.status is FineTuningStatus.QUEUED
    with tiny.database.transaction() as session:
        session.connection().exec_driver_sql("UPDATE jobs SET not_before = NULL")
    assert run_next(Queue.TUNING, tiny)
    done = tiny.tunings.get(TENANT, job.id)
    assert (done.status, done.error) == (FineTuningStatus.SUCCEEDED, None)
    events, _ = tiny.tunings.events(TENANT, job.id, limit=100)
    assert "Training goes on from the last checkpoint" in [event.message for event in events]
    assert done.fine_tuned_model is not None
    model = tiny.tuned_models.get(TENANT, done.fine_tuned_model)
    folder = tiny.storage.local_file(f"{model.folder}/recipe.json").parent
    engine = Engine.open(tiny.settings, DiskCache(tmp_path / "c", 1 << 26))
    source = text_opener(tiny.settings)(LINES[0]["text"])
    answer = engine.extract([source], SCHEMA, tuned=Tuned(model.id, folder))
    assert (answer.model, answer.output) == (model.id, {"agent": "Ann", "margin": 2.5})
