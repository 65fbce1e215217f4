"""How does a model want to be told who said what?

Its folder says so in a Jinja template, which is run in a sandbox: it comes with the model.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

import jinja2
from jinja2 import meta, nodes
from jinja2.ext import Extension, loopcontrols
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

from schemas.errors import InvalidInput, ModelUnavailable

OPENING, CLOSING = "<tool_call>", "</tool_call>"
"""What stands around the call of a tool, in the manner of Qwen and Hermes."""


class ChatTemplate:
    """`tokens` are what the template may name: `bos_token`, `eos_token` and the like.
    `calls_tools`: it tells the model of tools, and to call them between the tags."""

    def __init__(self, source: str, tokens: Mapping[str, str]) -> None:
        environment = _environment()
        try:
            self._template = environment.from_string(source)
            named = meta.find_undeclared_variables(environment.parse(source))
        except jinja2.TemplateError as error:
            raise ModelUnavailable(f"the model's chat template is damaged: {error}") from error
        self._tokens = dict(tokens)
        self.calls_tools = "tools" in named and OPENING in source

    @classmethod
    def of(cls, folder: Path) -> ChatTemplate | None:
        """That of a model's folder; None for a model that is not for chat."""
        config = _read_json(folder / "tokenizer_config.json")
        file = folder / "chat_template.jinja"
        source = file.read_text() if file.is_file() else _default(config.get("chat_template"))
        return None if source is None else cls(source, _tokens_in(config))

    def rendered(
        self,
        messages: Sequence[Mapping[str, Any]],
        tools: Sequence[Mapping[str, Any]] = (),
        *,
        is_asking: bool = True,
    ) -> str:
        """`is_asking` opens the turn of the model. Raises `InvalidInput` for what the template
        refuses: two turns of a user in a row, with some."""
        try:
            return self._template.render(
                messages=messages,
                tools=list(tools) or None,
                documents=None,
                add_generation_prompt=is_asking,
                **self._tokens,
            )
        except (jinja2.TemplateError, TypeError, AttributeError) as error:
            raise InvalidInput(
                f"the model's chat template refuses the messages: {error}", param="messages"
            ) from error


class _Generation(Extension):
    """{% generation %} marks what the model said, for training; here it means nothing."""

    tags = {"generation"}  # noqa: RUF012  (jinja2 declares it of the instance)

    def parse(self, parser: Parser) -> list[nodes.Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[_Generation, loopcontrols]
    )
    environment.filters["tojson"] = _to_json
    environment.globals["raise_exception"] = _raise
    environment.globals["strftime_now"] = _now
    return environment


def _to_json(
    value: Any,
    ensure_ascii: bool = False,
    indent: int | None = None,
    separators: tuple[str, str] | None = None,
    sort_keys: bool = False,
) -> str:
    """Jinja's own writes < as \\u003c, for HTML."""
    return json.dumps(
        value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys
    )


def _raise(message: str) -> NoReturn:
    raise jinja2.TemplateError(message)


def _now(form: str) -> str:
    return datetime.datetime.now().strftime(form)


def _default(found: Any) -> str | None:
    """Some models have several, by name."""
    if isinstance(found, list):
        by_name = {one.get("name"): one.get("template") for one in found if isinstance(one, dict)}
        found = by_name.get("default")
    return found if isinstance(found, str) else None


def _tokens_in(config: Mapping[str, Any]) -> dict[str, str]:
    tokens = {}
    for name, value in config.items():
        if isinstance(value, dict):
            value = value.get("content")
        if name.endswith("_token") and isinstance(value, str):
            tokens[name] = value
    return tokens


def _read_json(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ModelUnavailable(f"{file.name} of the model can not be read: {error}") from error
    return found if isinstance(found, dict) else {}
