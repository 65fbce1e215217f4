"""How does the API process listen, and how does it end?"""

from __future__ import annotations

from types import FrameType

import uvicorn
from fastapi import FastAPI

from api.context import Context

_DRAIN_SECONDS = 10


class ApiServer(uvicorn.Server):
    """On a signal, whoever waits for a job is answered at once with the job as it is: nothing is
    lost, since the job goes on without this process."""

    def __init__(self, app: FastAPI) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,  # who is on loopback is told by the socket, not by a header
                timeout_graceful_shutdown=_DRAIN_SECONDS,
            )
        )
        context = app.state.context
        assert isinstance(context, Context)
        self._watch = context.watch

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._watch.end()
        self.force_exit = self.should_exit  # at the second signal
        self.should_exit = True  # uvicorn's own would end us by the signal, not with 0
