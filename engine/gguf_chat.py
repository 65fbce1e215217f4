"""What does a GGUF file say of chats: the template, and by which tokens a turn ends?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_ENDS = ("eos_token_id", "eot_token_id")
_NAMED = ("bos", "eos", "padding")


def write(reader: Any, folder: Path) -> None:
    """As the Hugging Face libraries want it beside a tokenizer; nothing for a base model."""
    template = _contents(reader, "tokenizer.chat_template")
    if template is None:
        return
    (folder / "chat_template.jinja").write_text(template)
    tokens = _contents(reader, "tokenizer.ggml.tokens")
    named = {}
    for name in _NAMED:
        number = _contents(reader, f"tokenizer.ggml.{name}_token_id")
        if number is not None:
            named["pad_token" if name == "padding" else f"{name}_token"] = tokens[number]
    (folder / "tokenizer_config.json").write_text(json.dumps(named, indent=2))
    ends = [_contents(reader, f"tokenizer.ggml.{name}") for name in _ENDS]
    generation = {"eos_token_id": sorted({end for end in ends if end is not None})}
    (folder / "generation_config.json").write_text(json.dumps(generation, indent=2))


def _contents(reader: Any, name: str) -> Any:
    field = reader.fields.get(name)
    return None if field is None else field.contents()
