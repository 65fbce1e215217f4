"""Is a chat longer than the model takes, and what of it is read as documents then?

What fits is a chat, however long. What does not fit is read as documents, if there are long texts
in it and something beside them that asks: a schema, or a shorter text. Nothing is ever cut off:
where neither holds, it is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from jobs.message_files import has_long_text, is_long, keep_long_texts
from jobs.services import Services
from schemas.engine_protocol import EngineCount
from schemas.openai_content import file_of

_LEAST_ROOM = 256  # tokens for an answer


@dataclass(frozen=True, slots=True)
class LongMessage:
    """`contents` are what a user says, and are changed; `chat` is all of it as the model would be
    told it."""

    contents: Sequence[list[Any]]
    chat: Callable[[], EngineCount]
    has_schema: bool

    def keep(self, services: Services, tenant: str, *, model_chats: bool) -> None:
        """Long texts become files, where the model would not take them. A model that does not
        chat takes none."""
        if not has_long_text(self.contents) or not self._asks():
            return
        if not model_chats or self._has_files() or self._is_past(services):
            keep_long_texts(services, tenant, self.contents)

    def _asks(self) -> bool:
        if self.has_schema:
            return True
        return any(part for content in self.contents for part in content if _is_short(part))

    def _has_files(self) -> bool:
        return any(file_of(part) is not None for content in self.contents for part in content)

    def _is_past(self, services: Services) -> bool:
        asked = self.chat()
        counted = services.engine.count(asked)
        most = services.settings.api.max_chat_tokens or counted.max_tokens
        room = min(asked.options.max_tokens or _LEAST_ROOM, _LEAST_ROOM)
        return counted.num_tokens + room > min(most, counted.max_tokens)


def _is_short(part: Any) -> bool:
    return file_of(part) is None and not is_long(part)
