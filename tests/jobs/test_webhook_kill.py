"""What happens to an event whose deliverer is killed while it sends?"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from schemas.settings import Settings, environment_of
from tests.jobs.webhooks_here import Hooks
from tests.webhook_receiver import receiving

SEND = """
from jobs.database import Database
from jobs.webhook_deliverer import WebhookDeliverer
from schemas.settings import load_settings
settings = load_settings()
WebhookDeliverer(Database.of(settings), settings).run_once()
"""


@pytest.mark.slow
def test_a_kill_in_the_middle_of_a_request_loses_no_event(settings: Settings) -> None:
    hooks = Hooks(settings)
    hooks.database.at = datetime.now(UTC) - timedelta(seconds=1)
    arrived, may_answer = threading.Event(), threading.Event()

    def hold() -> None:
        arrived.set()
        assert may_answer.wait(60)

    with receiving() as receiver:
        receiver.on_request = hold
        hooks.create(receiver.url)
        event_id = hooks.emit()
        process = subprocess.Popen(
            [sys.executable, "-c", SEND],
            env={**os.environ, **environment_of(hooks.settings)},
            cwd=Path(__file__).parents[2],
        )
        assert arrived.wait(60)
        process.send_signal(signal.SIGKILL)
        process.wait()
        may_answer.set()
        receiver.wait_for(1)
        assert hooks.deliver() == 0, "the lease of the dead is not over"
        hooks.wait(minutes=2)
        assert hooks.deliver() == 1
        assert receiver.ids == [event_id, event_id]
    hooks.database.dispose()
