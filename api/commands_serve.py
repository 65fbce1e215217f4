"""Which commands run the service, whole or in parts?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.options import ModelOption, settings_with
from schemas.errors import InvalidInput

if TYPE_CHECKING:
    from schemas.jobs import Queue
    from schemas.settings import Settings

HostOption = Annotated[
    str | None, typer.Option("--host", help="Address to listen on; default: this machine only.")
]
PortOption = Annotated[
    int | None, typer.Option("--port", min=0, max=65535, help="0: any that is free.")
]
DataOption = Annotated[
    Path | None, typer.Option("--data", help="Folder of the database, the files and the broker.")
]
DatabaseOption = Annotated[
    str | None, typer.Option("--database-url", help="postgresql+psycopg://…; default: SQLite.")
]
BrokerOption = Annotated[
    str | None, typer.Option("--broker-url", help="redis://…; default: one of its own (serve).")
]
StorageOption = Annotated[
    str | None, typer.Option("--storage-url", help="s3://bucket/path; default: the data folder.")
]


def serve(
    host: HostOption = None,
    port: PortOption = None,
    data: DataOption = None,
    database_url: DatabaseOption = None,
    broker_url: BrokerOption = None,
    storage_url: StorageOption = None,
    model: ModelOption = None,
) -> None:
    """Run the whole service on this machine: API, workers, engine, and a broker if none is named.

    What dies is started again; SIGTERM lets running jobs come to an end or back into the queue.
    """
    from api.serving import serve_all

    settings = settings_of(host, port, data, database_url, broker_url, storage_url, model)
    raise typer.Exit(serve_all(settings))


def api(
    host: HostOption = None,
    port: PortOption = None,
    data: DataOption = None,
    database_url: DatabaseOption = None,
    broker_url: BrokerOption = None,
    storage_url: StorageOption = None,
    descriptor: Annotated[int | None, typer.Option("--fd", hidden=True)] = None,
) -> None:
    """Run the REST API alone; workers, engine and broker run elsewhere."""
    from api.serving import serve_api

    settings = settings_of(host, port, data, database_url, broker_url, storage_url, None)
    serve_api(settings, descriptor)


def worker(
    queue: Annotated[
        str | None,
        typer.Option(
            "--queue", help="interactive, standard, batch or ingest, in this process; default: all."
        ),
    ] = None,
    data: DataOption = None,
    database_url: DatabaseOption = None,
    broker_url: BrokerOption = None,
    storage_url: StorageOption = None,
) -> None:
    """Run jobs: every queue that has slots, in a process of its own each, or one queue."""
    from api.serving import serve_queue, serve_queues

    settings = settings_of(None, None, data, database_url, broker_url, storage_url, None)
    code = serve_queues(settings) if queue is None else serve_queue(settings, _queue_of(queue))
    raise typer.Exit(code)


def engine(
    data: DataOption = None, storage_url: StorageOption = None, model: ModelOption = None
) -> None:
    """Run the engine alone: it holds the model, and reads for workers and API."""
    from api.serving import serve_model

    settings = settings_of(None, None, data, None, None, storage_url, model)
    serve_model(settings)


def settings_of(
    host: str | None,
    port: int | None,
    data: Path | None,
    database_url: str | None,
    broker_url: str | None,
    storage_url: str | None,
    model: str | None,
) -> Settings:
    """The environment's, with what the command line says instead."""
    from pydantic import SecretStr

    def secret(value: str | None) -> SecretStr | None:
        return None if value is None else SecretStr(value)

    settings = settings_with(model)
    groups = {
        "api": settings.api.model_copy(update=_given(host=host, port=port)),
        "database": settings.database.model_copy(update=_given(url=secret(database_url))),
        "broker": settings.broker.model_copy(update=_given(url=secret(broker_url))),
        "storage": settings.storage.model_copy(update=_given(url=storage_url)),
    }
    folder = None if data is None else data.absolute()
    return settings.model_copy(update=groups | _given(data_directory=folder))


def _queue_of(name: str) -> Queue:
    from schemas.jobs import Queue

    try:
        return Queue(name)
    except ValueError as error:
        raise InvalidInput(f"no queue {name!r}: {', '.join(Queue)}", param="queue") from error


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
