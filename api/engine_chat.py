"""How does the engine process tell what a model says, as it says it?"""

from __future__ import annotations

from api.engine_work import EngineWork
from engine.engine import Engine
from schemas.engine_protocol import EngineGenerate
from schemas.extraction import Usage
from schemas.progress import OnProgress


def said(
    engine: Engine, request: EngineGenerate, work: EngineWork, on_progress: OnProgress
) -> Usage:
    """Each piece is told at once; what `on_progress` raises ends it between two tokens."""
    pieces = engine.generate(
        request.messages, request.options, on_progress=on_progress, owner=request.tenant
    )
    usage = Usage()
    for piece in pieces:
        if piece.usage is None:
            work.tell_piece(piece)
        else:
            usage = piece.usage
    return usage
