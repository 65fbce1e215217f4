"""Can this installation read documents, with which model, and what is it fit for?"""

from __future__ import annotations

import platform
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil
import torch

from engine import embedded_model, few_rows, hub_model, qwen_package
from engine.chat_template import ChatTemplate
from engine.model_folder import adapter_folder, looking_settings, model_folder
from engine.packaged_model import PackagedModel
from engine.packaged_models import PACKAGED
from schemas.errors import ModelUnavailable, UnknownModel
from schemas.settings import Settings

_NEEDED_MEMORY_BYTES = 2_000_000_000  # beside the weights


class Verdict(StrEnum):
    FINE = "ok"
    NOTE = "note"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Finding:
    """`remedy` says what to do, where there is something to do."""

    subject: str
    verdict: Verdict
    text: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    findings: tuple[Finding, ...]

    @property
    def is_ready(self) -> bool:
        return all(finding.verdict is not Verdict.MISSING for finding in self.findings)


def examine(settings: Settings) -> Report:
    """Looks and measures; loads no model, downloads and converts nothing."""
    return Report(
        (
            *_versions(),
            _device(),
            _threads(settings),
            _few_rows(),
            _memory(settings),
            *_model(settings),
            _cache(settings),
        )
    )


def _versions() -> Iterator[Finding]:
    yield Finding("python", Verdict.FINE, platform.python_version())
    for name in ("needlepoint", "torch", "tokenizers", "pymupdf"):
        yield _version(name, Verdict.NOTE if name == "needlepoint" else Verdict.MISSING)
    yield _version("transformers", Verdict.NOTE)


def _version(name: str, verdict_if_absent: Verdict) -> Finding:
    try:
        return Finding(name, Verdict.FINE, version(name))
    except PackageNotFoundError:
        remedies = {
            "needlepoint": "it runs from a checkout: pip install -e .",
            "transformers": "only training and comparisons use it: pip install transformers",
        }
        remedy = remedies.get(name, f"pip install {name}")
        return Finding(name, verdict_if_absent, "not installed", remedy)


def _device() -> Finding:
    if torch.cuda.is_available():
        text = f"{torch.cuda.get_device_name()} is there; this version reads on the CPU"
        return Finding("device", Verdict.NOTE, text)
    return Finding("device", Verdict.FINE, f"CPU ({platform.machine()})")


def _threads(settings: Settings) -> Finding:
    cores = psutil.cpu_count(logical=False) or psutil.cpu_count() or 1
    wanted = settings.engine.num_threads or torch.get_num_threads()
    return Finding("threads", Verdict.FINE, f"{wanted} on {cores} cores")


def _few_rows() -> Finding:
    subject, why_not = "few tokens", few_rows.why_not()
    if why_not is not None:
        text = f"by torch alone, slower where weights are in eight bits: {why_not}"
        return Finding(subject, Verdict.NOTE, text, "install gcc, then Needlepoint anew")
    if not few_rows.most_rows():
        return Finding(
            subject, Verdict.FINE, "by torch: nothing faster is known for this processor"
        )
    return Finding(subject, Verdict.FINE, "by a library of ours, where weights are in eight bits")


def _memory(settings: Settings) -> Finding:
    memory = psutil.virtual_memory()
    needed = _NEEDED_MEMORY_BYTES + _packaged_bytes(settings)
    text = f"{memory.available / 1e9:.1f} GB free of {memory.total / 1e9:.1f} GB"
    if memory.available < needed:
        remedy = f"the model wants about {needed / 1e9:.1f} GB"
        return Finding("memory", Verdict.NOTE, text, remedy)
    return Finding("memory", Verdict.FINE, text)


def _model(settings: Settings) -> Iterator[Finding]:
    yield _weights(settings)
    yield _adapter(settings)
    yield _index(settings)
    yield from _chat(settings)
    if settings.engine.model == embedded_model.NAME:
        yield Finding("fit for", Verdict.FINE, "short facts that stand in the text as such")
        yield Finding(
            "not fit for",
            Verdict.NOTE,
            "sums, comparisons, lists over many pages, long answers; it is often sure when wrong",
            "check each value at its place: needlepoint show RESULT --page-images DIR",
        )


def _weights(settings: Settings) -> Finding:
    name = settings.engine.model
    packaged = PACKAGED.get(name)
    if packaged is not None and not packaged.is_converted(settings.cache.directory / "models"):
        return _packaged(packaged)
    if _is_to_be_fetched(settings):
        text = f"{name} is not here: the first command fetches it from the hub"
        return Finding("model", Verdict.NOTE, text)
    try:
        folder = model_folder(settings)
    except (ModelUnavailable, UnknownModel) as error:
        return Finding("model", Verdict.MISSING, name, error.message)
    num_bytes = sum(file.stat().st_size for file in folder.glob("*.safetensors"))
    if not num_bytes:
        return Finding("model", Verdict.MISSING, name, f"{folder} holds no *.safetensors")
    return Finding("model", Verdict.FINE, f"{name} ({num_bytes / 1e6:,.0f} MB)")


def _packaged(model: PackagedModel) -> Finding:
    if not model.is_installed():
        remedy = f"pip install '{model.requirement}'"
        return Finding("model", Verdict.MISSING, f"{model.name} is not installed", remedy)
    seconds = 30 * max(1, round(model.converted_bytes / 1e9))
    text = f"{model.name} is packed: the first command unpacks it, about {seconds} seconds"
    return Finding("model", Verdict.NOTE, text, f"{model.work_bytes / 1e6:,.0f} MB of disk")


def _packaged_bytes(settings: Settings) -> int:
    """On the disk, unpacked; of a model that is no packaged one, nothing is known here."""
    model = PACKAGED.get(settings.engine.model)
    return model.converted_bytes if model is not None else 0


def _adapter(settings: Settings) -> Finding:
    try:
        folder = adapter_folder(settings)
    except (ModelUnavailable, UnknownModel) as error:
        return Finding("adapter", Verdict.MISSING, str(settings.engine.adapter), error.message)
    if folder is None and settings.engine.model == qwen_package.NAME:
        return Finding("adapter", Verdict.FINE, "none: this model follows instructions as it is")
    if folder is None:
        text = "none: a base model finds places and words answers badly"
        return Finding("adapter", Verdict.NOTE, text, "unset NEEDLEPOINT_ENGINE__ADAPTER")
    return Finding("adapter", Verdict.FINE, folder.name)


def _index(settings: Settings) -> Finding:
    try:
        looking = looking_settings(settings)
    except (ModelUnavailable, UnknownModel) as error:
        return Finding("index", Verdict.NOTE, "not known", error.message)
    if looking is None:
        return Finding("index", Verdict.NOTE, "by words alone, as is set")
    whose = "the model" if looking is settings else looking.engine.model
    return Finding("index", Verdict.FINE, f"by words and by the early layer of {whose}")


def _chat(settings: Settings) -> Iterator[Finding]:
    """Nothing of a model that is not here yet."""
    packaged = PACKAGED.get(settings.engine.model)
    if packaged is not None and not packaged.is_converted(settings.cache.directory / "models"):
        return
    if _is_to_be_fetched(settings):
        return
    try:
        template = ChatTemplate.of(model_folder(settings))
    except (ModelUnavailable, UnknownModel) as error:
        yield Finding("chat", Verdict.NOTE, "not known", error.message)
        return
    if template is None:
        text = "no: the model has no chat template, /v1/chat/completions refuses it"
        yield Finding("chat", Verdict.NOTE, text, "needlepoint models names some that chat")
        return
    tools = "and calls tools" if template.calls_tools else "without tools"
    yield Finding("chat", Verdict.FINE, f"it chats, {tools}")


def _is_to_be_fetched(settings: Settings) -> bool:
    name = settings.engine.model
    is_id = hub_model.is_id(name) and not Path(name).exists()
    return is_id and hub_model.fetched(name, settings.cache.directory / "models") is None


def _cache(settings: Settings) -> Finding:
    directory, most = settings.cache.directory, settings.cache.max_bytes
    models = _size_of(directory / "models")
    kept = _size_of(directory) - models
    text = (
        f"{kept / 1e6:,.0f} MB of at most {most / 1e6:,.0f} MB, "
        f"and {models / 1e6:,.0f} MB of models, in {directory}"
    )
    free = psutil.disk_usage(str(_existing(directory))).free
    if free < _packaged_bytes(settings):
        return Finding("cache", Verdict.NOTE, text, f"only {free / 1e6:,.0f} MB of disk are free")
    return Finding("cache", Verdict.FINE, text)


def _size_of(directory: Path) -> int:
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())


def _existing(directory: Path) -> Path:
    return next(
        path for path in (directory.absolute(), *directory.absolute().parents) if path.exists()
    )
