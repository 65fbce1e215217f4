"""The oracle is `apply_chat_template` of transformers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from transformers.utils.chat_template_utils import render_jinja_template

from engine.chat_template import ChatTemplate
from schemas.errors import InvalidInput, ModelUnavailable
from tests.engine.chat_model import TEMPLATE

LLAMA_3 = """\
{{- bos_token }}
{%- if not date_string is defined %}{%- set date_string = "26 Jul 2024" %}{%- endif %}
{%- if messages[0]['role'] == 'system' %}
    {%- set system_message = messages[0]['content'] | trim %}
    {%- set messages = messages[1:] %}
{%- else %}
    {%- set system_message = "" %}
{%- endif %}
{{- "<|start_header_id|>system<|end_header_id|>\\n\\n" }}
{%- if tools is not none %}{{- "Environment: ipython\\n" }}{%- endif %}
{{- "Today Date: " + date_string + "\\n\\n" }}
{%- if tools is not none %}
    {%- for t in tools %}
        {{- t | tojson(indent=4) }}
        {{- "\\n\\n" }}
    {%- endfor %}
{%- endif %}
{{- system_message }}
{{- "<|eot_id|>" }}
{%- for message in messages %}
    {%- if not (message.role == 'ipython' or message.role == 'tool' or 'tool_calls' in message) %}
        {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n' }}
        {{- message['content'] | trim + '<|eot_id|>' }}
    {%- elif 'tool_calls' in message %}
        {%- if not message.tool_calls | length == 1 %}
            {{- raise_exception("This model only supports single tool-calls at once!") }}
        {%- endif %}
        {%- set tool_call = message.tool_calls[0].function %}
        {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}
        {{- '{"name": "' + tool_call.name + '", "parameters": ' }}
        {{- tool_call.arguments | tojson }}
        {{- "}<|eot_id|>" }}
    {%- elif message.role == "tool" %}
        {{- "<|start_header_id|>ipython<|end_header_id|>\\n\\n" }}
        {{- message.content | tojson }}
        {{- "<|eot_id|>" }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}
{%- endif %}
"""
GEMMA_3 = """\
{{ bos_token }}
{%- if messages[0]['role'] == 'system' -%}
    {%- set first_user_prefix = messages[0]['content'] + '\\n\\n' -%}
    {%- set loop_messages = messages[1:] -%}
{%- else -%}
    {%- set first_user_prefix = "" -%}
    {%- set loop_messages = messages -%}
{%- endif -%}
{%- for message in loop_messages -%}
    {%- if (message['role'] == 'user') != (loop.index0 % 2 == 0) -%}
        {{ raise_exception("Conversation roles must alternate user/assistant/user/...") }}
    {%- endif -%}
    {%- if (message['role'] == 'assistant') -%}
        {%- set role = "model" -%}
    {%- else -%}
        {%- set role = message['role'] -%}
    {%- endif -%}
    {{ '<start_of_turn>' + role + '\\n' + (first_user_prefix if loop.first else "") }}
    {%- if message['content'] is string -%}
        {{ message['content'] | trim }}
    {%- endif -%}
    {{ '<end_of_turn>\\n' }}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{'<start_of_turn>model\\n'}}
{%- endif -%}
"""
CHAT: list[dict[str, Any]] = [
    {"role": "system", "content": "Be <brief> & kind.  "},
    {"role": "user", "content": " Où est l'hôtel ?\n"},
    {"role": "assistant", "content": "Là-bas."},
    {"role": "user", "content": "Merci 🙂"},
]
TOOL: dict[str, Any] = {
    "type": "function",
    "function": {"name": "f", "parameters": {"type": "object", "properties": {"é": {}}}},
}
CALLED: list[dict[str, Any]] = [
    *CHAT[:2],
    {
        "role": "assistant",
        "content": "",
        "tool_calls": [{"type": "function", "function": {"name": "f", "arguments": {"é": "<1>"}}}],
    },
    {"role": "tool", "content": "12"},
]
TOKENS = {"bos_token": "<|begin_of_text|>", "eos_token": "</s>"}


def theirs(source: str, messages: list[dict[str, Any]], tools: list[Any], asks: bool) -> str:
    rendered, _ = render_jinja_template(
        conversations=[messages],
        tools=tools or None,
        chat_template=source,
        add_generation_prompt=asks,
        **TOKENS,
    )
    return str(rendered[0])


@pytest.mark.parametrize("asks", [True, False])
@pytest.mark.parametrize("source", [TEMPLATE, LLAMA_3, GEMMA_3], ids=["qwen", "llama", "gemma"])
def test_a_chat_is_told_as_transformers_tells_it(source: str, asks: bool) -> None:
    ours = ChatTemplate(source, TOKENS).rendered(CHAT, is_asking=asks)
    assert ours == theirs(source, CHAT, [], asks)


@pytest.mark.parametrize("source", [TEMPLATE, LLAMA_3], ids=["qwen", "llama"])
def test_tools_and_calls_are_told_as_transformers_tells_them(source: str) -> None:
    ours = ChatTemplate(source, TOKENS).rendered(CALLED, [TOOL])
    assert ours == theirs(source, CALLED, [TOOL], True)


def test_parts_marked_for_training_are_told_all_the_same() -> None:
    source = "{% for m in messages %}{% generation %}{{ m.content }}{% endgeneration %}{% endfor %}"
    assert ChatTemplate(source, {}).rendered(CHAT[2:3]) == "Là-bas."


def test_what_a_template_refuses_is_the_callers_mistake() -> None:
    with pytest.raises(InvalidInput, match="roles must alternate") as refused:
        ChatTemplate(GEMMA_3, TOKENS).rendered([CHAT[1], CHAT[3]])
    assert refused.value.param == "messages"


def test_a_template_can_not_reach_out_of_its_sandbox() -> None:
    source = "{{ messages.__class__.__mro__[1].__subclasses__() }}"
    with pytest.raises(InvalidInput, match=r"unsafe|undefined"):
        ChatTemplate(source, {}).rendered(CHAT)


def test_a_damaged_template_is_the_models_fault() -> None:
    with pytest.raises(ModelUnavailable, match="damaged"):
        ChatTemplate("{% for %}", {})


def test_a_template_is_found_beside_the_model(tmp_path: Path) -> None:
    assert ChatTemplate.of(tmp_path) is None
    named = [{"name": "rag", "template": "no"}, {"name": "default", "template": "{{ bos_token }}"}]
    config = {"bos_token": {"content": "<s>"}, "chat_template": named}
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(config))
    found = ChatTemplate.of(tmp_path)
    assert found is not None
    assert found.rendered(CHAT) == "<s>"
    (tmp_path / "chat_template.jinja").write_text("{{ bos_token }}!")
    newer = ChatTemplate.of(tmp_path)
    assert newer is not None
    assert newer.rendered(CHAT) == "<s>!"
