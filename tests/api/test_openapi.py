"""Does the service do what its OpenAPI schema says, whatever it is sent?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from pydantic import SecretStr
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.generation import GenerationMode
from schemathesis.python.asgi import ASGIClient, get_client

from api import openai_errors
from api.app import app_of, openapi_schema
from schemas.jobs import Queue
from schemas.settings import ApiSettings, DatabaseSettings
from tests.api.served import SCHEMA as RESPONSE_SCHEMA
from tests.api.served import Served, served
from tests.servers import new_database

pytestmark = pytest.mark.slow

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
SCHEMA = schemathesis.openapi.from_dict(openapi_schema())
OPERATIONS: dict[str, Any] = {
    operation.label: operation
    for found in SCHEMA.get_all_operations()
    if (operation := cast(Any, found).ok())
}
CASES = [
    (label, mode)
    for label, operation in sorted(OPERATIONS.items())
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    if mode is GenerationMode.POSITIVE
    or {"parameters", "requestBody"} & set(operation.definition.raw)
]
"""What takes nothing can be sent nothing wrong."""

FEW = settings(
    max_examples=5,
    phases=[Phase.generate],
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
)
MANY = settings(FEW, max_examples=25, phases=[Phase.generate, Phase.shrink])


@dataclass
class Subject:
    """A service with something in it: a document and an extraction that has ended."""

    service: Served
    headers: dict[str, str]
    document: str
    extraction: str
    session: ASGIClient


@pytest.fixture(scope="module")
def subject(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Subject]:
    with _filled(tmp_path_factory.mktemp("service"), DatabaseSettings()) as subject:
        yield subject


@pytest.fixture(scope="module")
def postgres_subject(
    postgres_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Subject]:
    with new_database(postgres_server) as url:
        database = DatabaseSettings(url=SecretStr(url))
        with _filled(tmp_path_factory.mktemp("service"), database) as subject:
            yield subject


@contextmanager
def _filled(folder: Path, database: DatabaseSettings) -> Iterator[Subject]:
    """Nobody waits for what nobody does, and all queues look served."""
    api = ApiSettings(max_wait_seconds=0, max_body_bytes=100_000)
    with served(folder, api=api, database=database) as service:
        headers = service.key("default")
        for queue in Queue:
            service.services.jobs.pulse(queue)
        document = service.ready_document(headers=headers)
        service.prepare_next()
        extraction = service.extract(document, headers=headers)
        service.finish_next()
        app = app_of(service.services)
        app.state.context.watch.end()
        with get_client(cast(Any, app)) as session:
            yield Subject(service, headers, document, extraction, session)


@pytest.mark.parametrize(("label", "mode"), CASES)
def test_no_request_is_answered_otherwise_than_documented(
    label: str, mode: GenerationMode, subject: Subject
) -> None:
    _check_cases(label, mode, subject, settings(FEW))


@pytest.mark.parametrize(("label", "mode"), CASES)
def test_no_request_of_many_is_answered_otherwise_than_documented(
    label: str, mode: GenerationMode, subject: Subject
) -> None:
    _check_cases(label, mode, subject, settings(MANY))


@pytest.mark.service
@pytest.mark.parametrize(("label", "mode"), CASES)
def test_no_request_is_answered_otherwise_on_postgresql(
    label: str, mode: GenerationMode, postgres_subject: Subject
) -> None:
    _check_cases(label, mode, postgres_subject, settings(FEW, max_examples=4))


def test_the_schema_is_openapi_3_1() -> None:
    assert openapi_schema()["openapi"].startswith("3.1")


def test_every_error_is_documented_as_a_problem_or_as_openai_has_it() -> None:
    kinds = {
        (kind, openai_errors.is_for(path))
        for path, operations in openapi_schema()["paths"].items()
        for operation in operations.values()
        for status, response in operation["responses"].items()
        if status.startswith(("4", "5"))
        for kind in response["content"]
        if "ReadinessReport" not in str(response)
    }
    assert kinds == {("application/problem+json", False), ("application/json", True)}


def _check_cases(label: str, mode: GenerationMode, subject: Subject, profile: settings) -> None:
    @profile
    @given(case=OPERATIONS[label].as_strategy(generation_mode=mode))
    def check(case: schemathesis.Case[Any]) -> None:
        _name_what_is_there(case, subject)
        response = case.call(session=subject.session, headers=subject.headers)
        case.validate_response(response, checks=CHECKS)

    check()


def _name_what_is_there(case: schemathesis.Case[Any], subject: Subject) -> None:
    """About half of what is named is there."""
    if case.method == "DELETE":
        return
    there = {"document_id": subject.document, "extraction_id": subject.extraction}
    for name, value in dict(case.path_parameters or {}).items():
        if name in there and len(str(value)) % 2 == 0:
            case.path_parameters[name] = there[name]
    if isinstance(case.body, dict) and isinstance(case.body.get("documents"), list):
        case.body["documents"] = [subject.document]
        if len(str(case.body)) % 2 == 0:
            case.body["response_schema"] = cast(Any, RESPONSE_SCHEMA)
