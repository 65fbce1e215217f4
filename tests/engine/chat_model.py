"""A tiny model of random weights that chats, in the manner of Qwen 2.5."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tokenizers import AddedToken

from tests.engine.byte_level import byte_level
from tests.engine.decoder_weights import CONFIG, written

TEMPLATE = """\
{%- if tools %}
    {{- '<|im_start|>system\\n' }}
    {%- if messages[0]['role'] == 'system' %}{{- messages[0]['content'] + '\\n\\n' }}{%- endif %}
    {{- '# Tools\\n<tools>' }}
    {%- for tool in tools %}{{- '\\n' + (tool | tojson) }}{%- endfor %}
    {{- '\\n</tools>\\nAnswer a call within <tool_call></tool_call>.<|im_end|>\\n' }}
{%- elif messages[0]['role'] == 'system' %}
    {{- '<|im_start|>system\\n' + messages[0]['content'] + '<|im_end|>\\n' }}
{%- endif %}
{%- for message in messages %}
    {%- if message.role == 'user' or (message.role == 'system' and not loop.first) \
or (message.role == 'assistant' and not message.tool_calls) %}
        {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}
    {%- elif message.role == 'assistant' %}
        {{- '<|im_start|>' + message.role }}
        {%- if message.content %}{{- '\\n' + message.content }}{%- endif %}
        {%- for tool_call in message.tool_calls %}
            {%- set tool_call = tool_call.function %}
            {{- '\\n<tool_call>\\n{"name": "' + tool_call.name + '", "arguments": ' }}
            {{- (tool_call.arguments | tojson) + '}\\n</tool_call>' }}
        {%- endfor %}
        {{- '<|im_end|>\\n' }}
    {%- elif message.role == 'tool' %}
        {{- '<|im_start|>user\\n<tool_response>\\n' + message.content }}
        {{- '\\n</tool_response><|im_end|>\\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}
"""
END = "<|im_end|>"


def write_chat_model(folder: Path, **config: Any) -> Path:
    """Its end of turn is a token like any other: at random weights it hardly ever comes."""
    written(folder, {**CONFIG, "bos_token_id": None, **config})
    tokenizer = byte_level("hello", " world", '{"', '": ')
    specials = ["<|endoftext|>", "<|im_start|>", END]
    tokenizer.add_tokens([AddedToken(name, special=True, normalized=False) for name in specials])
    calls = ["<tool_call>", "</tool_call>"]
    tokenizer.add_tokens([AddedToken(name, special=False, normalized=False) for name in calls])
    tokenizer.save(str(folder / "tokenizer.json"))
    named = {"eos_token": END, "pad_token": specials[0], "chat_template": TEMPLATE}
    (folder / "tokenizer_config.json").write_text(json.dumps(named))
    (folder / "generation_config.json").write_text(
        json.dumps({"eos_token_id": [tokenizer.token_to_id(END)]})
    )
    return folder
