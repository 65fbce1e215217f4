"""What is said when the service is up: what runs where, and what to try first?"""

from __future__ import annotations

from api.config_report import without_password
from api.ports import url_of
from jobs.queue_load import slots_of
from schemas.jobs import Queue
from schemas.settings import Settings


def notice_lines(settings: Settings, *, own_broker: bool, has_keys: bool) -> list[str]:
    url = url_of(settings.api.host, settings.api.port)
    key = '-H "Authorization: Bearer $NEEDLEPOINT_KEY" ' if has_keys else ""
    engine = settings.engine_server
    slots = {queue: slots_of(queue, settings.jobs) for queue in Queue}
    return [
        f"Needlepoint serves {url} (routes: {url}/openapi.json)",
        f"  data      {settings.data_directory}",
        f"  database  {_database(settings)}",
        f"  files     {_files(settings)}",
        f"  broker    {'its own' if own_broker else _broker(settings)}",
        f"  engine    {settings.engine.model}, {engine.url or url_of(engine.host, engine.port)}",
        f"  workers   {', '.join(f'{queue} {count}' for queue, count in slots.items() if count)}",
        f"Try: curl {key}-F file=@report.pdf {url}/v1/documents",
    ]


def _database(settings: Settings) -> str:
    url = settings.database.url
    return "SQLite, in the data folder" if url is None else without_password(url.get_secret_value())


def _files(settings: Settings) -> str:
    url = settings.storage.url
    return "in the data folder" if url is None else without_password(url)


def _broker(settings: Settings) -> str:
    assert settings.broker.url is not None
    return without_password(settings.broker.url.get_secret_value())
