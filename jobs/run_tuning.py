"""How does a training come from the claim of its job to its end?

The training is a child process of the worker's. What it tells lies in a file of its folder; from
there it goes into the database, and each state that was kept into the storage, so that whoever
claims the job next, here or elsewhere, goes on from it.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ingest.child import ChildLimits, run_child
from jobs.job_claims import Claim
from jobs.patience import patiently
from jobs.removals import announce_folder
from jobs.services import Services
from jobs.storage import adapter_folder, file_folder, file_key, tuning_folder
from jobs.tuning_claims import TuningTarget
from jobs.tuning_lines import Problem, check, lines_of
from jobs.tuning_told import ADAPTER, STATE, TOLD, kept_name, metrics_csv, read_told
from schemas.errors import (
    Cancelled,
    InvalidInput,
    NotBetter,
    ServiceError,
    Unavailable,
    UnreadableDocument,
)
from schemas.openai_tuning import FineTuningCreate
from schemas.progress import Progress
from schemas.tuning import TuningDone, TuningLine, TuningTold

ADAPTER_FILES = ("adapter_config.json", "adapter_model.safetensors", "recipe.json")
RESULTS_PURPOSE, RESULTS_NAME = "fine-tune-results", "step_metrics.csv"
_CHILD = "jobs.tuning_child"
_CERTAINTY = "certainty.json"
_LONGEST_SECONDS = 30 * 86_400.0
RunChild = Callable[..., dict[str, Any]]


class TrainingCrashed(ServiceError):
    code = "training_crashed"


def run_tuning(
    claim: Claim,
    services: Services,
    *,
    should_stop: Callable[[], bool],
    run: RunChild = run_child,
) -> None:
    """Brings a job to a model that is offered. Whatever ends it otherwise is raised: `NotBetter`
    where the tuned model does not read what was held out better, `Cancelled` when it was to
    stop."""
    folder = services.storage.scratch_file()
    folder.mkdir()
    try:
        _Training(claim, services, should_stop, folder).run(run)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _Training:
    def __init__(
        self, claim: Claim, services: Services, should_stop: Callable[[], bool], folder: Path
    ) -> None:
        self._claim, self._services, self._should_stop = claim, services, should_stop
        self._folder = folder
        self._num_heard = 0

    def run(self, run: RunChild) -> None:
        target = self._services.tunings.target(self._claim)
        request = self._request(target)
        try:
            result = run(
                _CHILD,
                request,
                self._limits(),
                name="the training",
                is_trusted=True,
                on_progress=self._hear,
                should_stop=self._should_stop,
            )
        except UnreadableDocument as error:  # what the child says of documents are line errors
            raise TrainingCrashed(
                "the process that trained ended by a mistake of ours: see the log"
            ) from error
        self._hear()
        self._conclude(TuningDone.model_validate(result))

    def _request(self, target: TuningTarget) -> dict[str, Any]:
        """With its files laid ready in the folder."""
        services, create = self._services, target.create
        training = self._lines(create, "training_file")
        validation = self._lines(create, "validation_file") if create.validation_file else None
        if target.state_key is not None:
            kept = services.storage.local_file(target.state_key)
            shutil.copyfile(kept, self._folder / STATE)
        lines = {"training": training, "validation": validation}
        (self._folder / "lines.json").write_text(json.dumps(lines))
        settings = services.settings.model_dump(
            mode="json", include={"engine", "cache", "ingest", "tuning"}
        )
        return {
            "settings": settings,
            "plan": target.plan.model_dump(mode="json"),
            "folder": str(self._folder.absolute()),
        }

    def _lines(self, create: FineTuningCreate, param: str) -> list[dict[str, Any]]:
        """Each with its number and, where it names a document, the file that was read of it."""
        services, tenant = self._services, self._claim.tenant
        key = services.files.content_key(tenant, getattr(create, param))
        data = services.storage.get_bytes(key)
        problems: list[Problem] = []
        found: list[dict[str, Any]] = []
        for number, line in lines_of(data, services.settings.tuning.max_lines, param):
            try:
                parsed = None if line.text is not None else str(self._parsed_file(line).absolute())
            except Unavailable:
                raise
            except ServiceError as error:
                problems.append((number, error.message))
                continue
            sent = line.model_dump(mode="json", by_alias=True, exclude_none=True)
            found.append({"number": number, "line": sent, "parsed": parsed})
        check(problems, param)
        return found

    def _parsed_file(self, line: TuningLine) -> Path:
        services, tenant, document = self._services, self._claim.tenant, line.document
        if document is None:
            raise InvalidInput(
                "names a file: here a document is a `text`, or one that was uploaded (`document`)"
            )
        if document.startswith("file-"):
            document = services.files.get(tenant, document).document
            if document is None:
                raise InvalidInput(
                    f"names {line.document}, which is not read: upload it for user_data"
                )
        [handle] = services.documents.documents_of(tenant, [document])
        return services.storage.local_file(handle.parsed_key)

    def _limits(self) -> ChildLimits:
        return ChildLimits(
            seconds=_LONGEST_SECONDS,
            memory_bytes=self._services.settings.tuning.memory_bytes,
            if_slow="give fewer lines or epochs",
            if_large="raise NEEDLEPOINT_TUNING__MEMORY_BYTES",
        )

    def _hear(self, _: Progress | None = None) -> None:
        """What is new in the file. A database that is away for a moment stops no training: it is
        told with the next step."""
        told = read_told(self._folder / TOLD)
        new = told[self._num_heard :]
        if not new:
            return
        try:
            for one in new:
                if one.kind == "kept":
                    self._keep(one)
            is_ours = self._services.tunings.tell(self._claim, new)
        except Unavailable:
            return
        if not is_ours:
            raise Cancelled("the job goes on without this worker")
        self._num_heard = len(told)

    def _keep(self, told: TuningTold) -> None:
        """In the storage first; of what was kept before, nothing is needed then."""
        services, claim = self._services, self._claim
        file = self._folder / kept_name(told.step)
        if not file.is_file():
            return  # kept already, when the database did not answer
        folder = tuning_folder(claim.tenant, claim.job_id)
        key = f"{folder}/{claim.attempt}-{told.step}"
        before = services.tunings.target(claim).state_key
        services.storage.put_file(key, file)
        if services.tunings.keep(claim, told, key):
            file.unlink(missing_ok=True)
            if before is not None and before != key:
                services.storage.delete_folder(before)
        else:
            services.storage.delete_folder(key)

    def _conclude(self, done: TuningDone) -> None:
        services, claim = self._services, self._claim
        result_file = None if done.tuned is None else self._put_results()
        if done.is_better:
            self._put_adapter()
        patiently(
            lambda: services.tunings.finish(claim, done, result_file, is_offered=done.is_better),
            self._should_stop,
        )
        if done.tuned is None:
            raise NotBetter(
                "nothing was trained: what was held out is read right as it is, "
                f"{done.base.told} fields"
            )
        if not done.is_better:
            raise NotBetter(
                "the tuned model is not offered: of the held-out fields it reads "
                f"{done.tuned.told} right at their place, and the model as it is {done.base.told}"
            )

    def _put_results(self) -> str:
        """The metrics of all steps, those before a restart too; the same job has the same file."""
        services, claim = self._services, self._claim
        steps = [*services.tunings.steps(claim.job_id)]
        data = metrics_csv(steps).encode()
        digest = hashlib.sha256(f"results of {claim.job_id}".encode()).hexdigest()
        file_id = f"file-{digest[:32]}"
        announce_folder(services, claim.tenant, file_folder(claim.tenant, file_id))
        services.storage.put_bytes(file_key(claim.tenant, file_id), data)
        file = services.files.add(
            claim.tenant,
            purpose=RESULTS_PURPOSE,
            name=RESULTS_NAME,
            num_bytes=len(data),
            file_id=file_id,
        )
        return file.id

    def _put_adapter(self) -> None:
        """Bytes that get no record, since the job is not ours any more, go within a day."""
        services, claim = self._services, self._claim
        folder = adapter_folder(claim.tenant, claim.job_id)
        announce_folder(services, claim.tenant, folder)
        for name in (*ADAPTER_FILES, _CERTAINTY):
            file = self._folder / ADAPTER / name
            if file.is_file():
                services.storage.put_file(f"{folder}/{name}", file)
