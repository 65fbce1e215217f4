"""Which files do the settings ask for: a model's, its tokenizer's, an adapter's?

Loads no model and no torch, so that those who only count tokens need neither.
"""

from __future__ import annotations

import json
from pathlib import Path

from tokenizers import Tokenizer

from engine import embedded_model, gguf_file, hub_model
from engine.packaged_models import PACKAGED
from schemas.errors import ModelUnavailable, UnknownModel
from schemas.settings import Settings, with_adapter, with_model

ADAPTERS = Path(__file__).parent / "adapters"
INDEXES = Path(__file__).parent / "indexes"
OUR_ADAPTER = "extract-v3"
RECIPE, ON_TOP_OF = "recipe.json", "on_top_of"
_MOST_ADAPTERS = 8


def model_folder(settings: Settings) -> Path:
    """A directory of safetensors: that of a packaged model, or the one the settings name.

    A GGUF file is converted and a model of a hub fetched, once. Raises `UnknownModel` and
    `ModelUnavailable`.
    """
    name, models = settings.engine.model, settings.cache.directory / "models"
    if name in PACKAGED:
        return PACKAGED[name].folder(models)
    if (Path(name) / "config.json").is_file():
        return Path(name)
    if Path(name).is_file() and name.endswith(".gguf"):
        return gguf_file.folder_of(Path(name), models)
    if not Path(name).exists() and hub_model.is_id(name):
        return hub_model.folder_of(name, models, settings.engine.hub_url)
    raise UnknownModel(
        f"no model {name!r}: give {' or '.join(PACKAGED)}, a directory with config.json, "
        "*.safetensors and tokenizer.json, a GGUF file, or the id of a model on the hub "
        "(OWNER/NAME or OWNER/NAME@REVISION)"
    )


def adapter_name(settings: Settings) -> str | None:
    """`auto` is our own adapter with the embedded model, and none with any other."""
    if settings.engine.adapter != "auto":
        return settings.engine.adapter
    return OUR_ADAPTER if settings.engine.model == embedded_model.NAME else None


def adapter_folder(settings: Settings) -> Path | None:
    """Of several, one on top of the other, the uppermost."""
    return next(reversed(adapter_folders(settings)), None)


def adapter_folders(settings: Settings) -> list[Path]:
    """In the order in which they are merged: one that was trained on top of another comes after
    it, and says so in its recipe. Raises `UnknownModel` for one that is not there."""
    name = adapter_name(settings)
    folders: list[Path] = []
    while name is not None and len(folders) < _MOST_ADAPTERS:
        folder = next((path for path in (ADAPTERS / name, Path(name)) if path.is_dir()), None)
        if folder is None:
            raise UnknownModel(f"no adapter {name!r}: neither one of ours nor a directory")
        folders.insert(0, folder)
        name = _below(folder)
    return folders


def _below(folder: Path) -> str | None:
    try:
        below = json.loads((folder / RECIPE).read_text()).get(ON_TOP_OF)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, AttributeError) as error:
        raise ModelUnavailable(f"{folder.name}/{RECIPE} can not be read: {error}") from error
    return None if below is None else str(below)


def index_folder(settings: Settings) -> Path:
    """Where the index of the model lies, if it has one."""
    name = settings.engine.model
    return INDEXES / name if name in PACKAGED else model_folder(settings) / "index"


def looking_settings(settings: Settings) -> Settings | None:
    """Those of the model by whose index documents are looked up; None for words alone.

    Raises `UnknownModel` where a model is named that has no index.
    """
    name = settings.engine.index_model
    if name is None:
        return None
    if name == settings.engine.model or (name == "auto" and index_folder(settings).is_dir()):
        looking = settings
    else:
        named = embedded_model.NAME if name == "auto" else name
        looking = with_adapter(with_model(settings, named), None)
    if not index_folder(looking).is_dir():
        raise UnknownModel(
            f"{looking.engine.model} has no index to look documents up with: set "
            "NEEDLEPOINT_ENGINE__INDEX_MODEL to a model that has one, or to null"
        )
    return looking


def load_tokenizer(folder: Path) -> Tokenizer:
    file = tokenizer_file(folder)
    try:
        tokenizer = Tokenizer.from_file(str(file))
    except Exception as error:  # the library raises nothing narrower
        raise ModelUnavailable(f"{folder.name}: tokenizer.json is damaged: {error}") from error
    tokenizer.encode_special_tokens = True  # an <eos> in a document is five characters of text
    return tokenizer


def tokenizer_file(folder: Path) -> Path:
    file = folder / "tokenizer.json"
    if not file.is_file():
        raise ModelUnavailable(f"{folder.name} has no tokenizer.json")
    return file
