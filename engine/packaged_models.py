"""Which models come as packages, by the name that the settings give?"""

from __future__ import annotations

from engine.embedded_model import GEMMA_3_270M
from engine.packaged_model import PackagedModel
from engine.qwen_package import QWEN_25_CODER

PACKAGED: dict[str, PackagedModel] = {model.name: model for model in (GEMMA_3_270M, QWEN_25_CODER)}
