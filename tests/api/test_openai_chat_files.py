"""Files, pictures and long texts in chats, as the client of OpenAI sends them."""

from __future__ import annotations

import base64
import io
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openai
import pytest
from openai import OpenAI
from PIL import Image
from pydantic import BaseModel

from schemas.extraction import Status
from schemas.fetch_settings import FetchSettings
from schemas.ingest_settings import IngestSettings
from schemas.jobs import Failure, Queue
from schemas.settings import ApiSettings
from tests.api.openai_client import client_of
from tests.api.served import Served, served

LEASE = b"rent 93\n"
LONG = "The rent is 93 euros. " * 400


class Lease(BaseModel):
    rent: str


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path) as service:
        yield service


@pytest.fixture
def client(service: Served) -> OpenAI:
    return client_of(service)


def text(said: str) -> dict[str, Any]:
    return {"type": "text", "text": said}


def inline(data: bytes = LEASE, name: str = "lease.txt") -> dict[str, Any]:
    url = "data:text/plain;base64," + base64.b64encode(data).decode()
    return {"type": "file", "file": {"file_data": url, "filename": name}}


def user(*parts: Any) -> list[Any]:
    return [{"role": "user", "content": list(parts)}]


@contextmanager
def working(service: Served, value: Any = "93", **kwargs: Any) -> Iterator[None]:
    """A worker that reads what comes and answers one extraction, for a while."""

    def work() -> None:
        until = time.monotonic() + 10
        while time.monotonic() < until:
            service.read_documents()
            if service.services.jobs.due(Queue.INTERACTIVE):
                service.finish_next(value, queue=Queue.INTERACTIVE, **kwargs)
                return
            time.sleep(0.02)

    thread = threading.Thread(target=work)
    thread.start()
    yield
    thread.join()


def the_job(service: Served) -> dict[str, Any]:
    [listed] = service.client.get("/v1/extractions").json()["data"]
    found: dict[str, Any] = service.client.get(f"/v1/extractions/{listed['id']}").json()
    return found


def test_a_file_in_a_chat_is_parsed_into_a_schema_with_places(
    service: Served, client: OpenAI
) -> None:
    file = client.files.create(file=("lease.txt", LEASE), purpose="user_data")
    part = {"type": "file", "file": {"file_id": file.id}}
    with working(service):
        raw = client.chat.completions.with_raw_response.parse(
            model="fake", messages=user(part, text("The lease.")), response_format=Lease
        )
    answer: Any = raw.parse()
    assert answer.choices[0].message.parsed == Lease(rent="93")
    [citation] = answer.choices[0].message.annotations
    assert (citation.type, citation.quote, citation.file_id) == ("file_citation", "93", file.id)
    assert (answer.needlepoint["mode"], answer.needlepoint["coverage"]["share_read"]) == (
        "dense",
        1.0,
    )
    assert raw.headers["x-needlepoint-mode"] == "dense"
    assert raw.headers["x-needlepoint-coverage"] == "1.0000"
    assert answer.usage.prompt_tokens_details.cached_tokens == 40
    assert the_job(service)["instructions"] == "The lease."


def test_a_question_about_an_inline_file_is_answered_in_text(
    service: Served, client: OpenAI
) -> None:
    messages = [{"role": "system", "content": "In euros."}, *user(inline(), text("The rent?"))]
    with working(service, path="answer"):
        answer = client.chat.completions.create(model="fake", messages=messages)
    assert answer.choices[0].message.content == "93"
    job = the_job(service)
    assert job["response_schema"]["properties"]["answer"]["description"] == "The rent?"
    assert job["instructions"] == "In euros."


def test_what_is_not_there_is_refused(service: Served, client: OpenAI) -> None:
    with working(service, None, status=Status.INCOMPLETE):
        answer = client.chat.completions.parse(
            model="fake", messages=user(inline()), response_format=Lease
        )
    message = answer.choices[0].message
    assert (message.refusal, message.parsed) == ("Not found in the documents: /rent", None)


def test_a_stream_ends_with_the_places(service: Served, client: OpenAI) -> None:
    with working(service, path="answer"):
        chunks: list[Any] = list(
            client.chat.completions.create(
                model="fake",
                messages=user(inline(), text("The rent?")),
                stream=True,
                stream_options={"include_usage": True},
            )
        )
    assert "".join(c.choices[0].delta.content or "" for c in chunks if c.choices) == "93"
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-2].choices[0].delta.annotations[0]["quote"] == "93"
    assert chunks[-2].needlepoint["mode"] == "dense"
    assert chunks[-1].usage.prompt_tokens == 100


def test_a_failed_reading_is_an_error(service: Served, client: OpenAI) -> None:
    def work() -> None:
        while not service.services.jobs.due(Queue.INTERACTIVE):
            service.read_documents()
        claim = service.services.jobs.claim(Queue.INTERACTIVE, "test")
        assert claim is not None
        service.services.jobs.fail(claim, Failure(code="prompt_too_long", message="too much"))

    thread = threading.Thread(target=work)
    thread.start()
    with pytest.raises(openai.BadRequestError, match="too much") as refused:
        client.chat.completions.create(model="fake", messages=user(inline(), text("The rent?")))
    thread.join()
    assert refused.value.code == "context_length_exceeded"


@pytest.mark.parametrize("chats", [False, True])
def test_a_long_text_is_a_document_where_the_model_does_not_take_it(
    service: Served, client: OpenAI, chats: bool
) -> None:
    service.engine.chats = chats
    with working(service, path="answer"):
        answer: Any = client.chat.completions.create(
            model="fake", messages=user(text(LONG), text("What is the rent?"))
        )
    assert answer.choices[0].message.content == "93"
    [document] = the_job(service)["documents"]
    shown = service.client.get(f"/v1/documents/{document}/text").json()["text"]
    assert shown.startswith("The rent is 93 euros.")


def test_a_long_text_alone_asks_nothing_and_stays_a_chat(service: Served, client: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="not fit for chat"):
        client.chat.completions.create(model="fake", messages=user(text(LONG)))
    assert service.client.get("/v1/extractions").json()["data"] == []


def test_a_setting_says_from_where_on_long_texts_are_documents(tmp_path: Path) -> None:
    with served(tmp_path, api=ApiSettings(max_chat_tokens=500)) as service:
        service.engine.chats = True
        asked = user(text("lengthier " * 650), text("What is the rent?"))
        sent = {"model": "fake", "messages": asked}
        with working(service, path="answer"):
            answered = service.client.post("/v1/chat/completions", json=sent)
        assert answered.headers["x-needlepoint-mode"] == "dense"


def png(said: str = "") -> str:
    picture = io.BytesIO()
    Image.new("L", (60, 30), 255).save(picture, "PNG")
    return "data:image/png;base64," + base64.b64encode(picture.getvalue() + said.encode()).decode()


@pytest.mark.parametrize(
    "part",
    [
        {"type": "image_url", "image_url": {"url": png(), "detail": "high"}},
        {"type": "input_image", "image_url": png(), "detail": "auto"},
    ],
)
def test_a_picture_is_read_by_ocr_and_said_to_be(tmp_path: Path, part: dict[str, Any]) -> None:
    with served(tmp_path, ingest=IngestSettings(ocr="off")) as service:
        client = client_of(service)
        if part["type"] == "image_url":
            with working(service, path="answer"):
                answer: Any = client.chat.completions.create(
                    model="fake", messages=user(part, text("What does it say?"))
                )
        else:
            said = {"type": "input_text", "text": "What does it say?"}
            content: Any = [{"role": "user", "content": [part, said]}]
            with working(service, path="answer"):
                answer = client.responses.create(model="fake", input=content)
        [file] = client.files.list().data
        assert (file.filename, answer.needlepoint["read_by_ocr"]) == ("picture.png", [file.id])


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ({"type": "input_audio", "input_audio": {}}, "audio is not heard"),
        ({"type": "file", "file": {"file_data": "aGk="}}, "has a filename"),
        ({"type": "image_url", "image_url": {"url": "ftp://a/b"}}, "http or https"),
        ({"type": "image_url", "image_url": {"url": "data:image/gif;base64,R0lG"}}, "picture.gif"),
        (
            {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}},
            "files are not fetched here",
        ),
    ],
)
def test_what_is_not_read_is_said(client: OpenAI, part: dict[str, Any], told: str) -> None:
    with pytest.raises(openai.BadRequestError, match=told) as refused:
        client.chat.completions.create(model="fake", messages=user(part, text("What?")))
    assert str(refused.value.param).startswith("messages")


@pytest.mark.parametrize(
    ("options", "param"),
    [
        ({"n": 2}, "n"),
        ({"stop": "x"}, "stop"),
        ({"logprobs": True}, "logprobs"),
        ({"response_format": {"type": "json_object"}}, "response_format"),
    ],
)
def test_what_does_not_go_with_files_is_said(
    client: OpenAI, options: dict[str, Any], param: str
) -> None:
    with pytest.raises(openai.BadRequestError, match="not for files") as refused:
        client.chat.completions.create(
            model="fake", messages=user(inline(), text("What?")), **options
        )
    assert refused.value.param == param


def test_only_a_user_sends_files(client: OpenAI) -> None:
    messages: Any = [{"role": "assistant", "content": [inline()]}]
    with pytest.raises(openai.BadRequestError, match="in messages of a user"):
        client.chat.completions.create(model="fake", messages=messages)


def test_the_json_of_an_answer_is_that_of_the_contract(service: Served) -> None:
    sent = {"model": "fake", "messages": user(inline(), text("The rent?"))}
    with working(service, path="answer"):
        answer = service.client.post("/v1/chat/completions", json=sent).json()
    assert json.loads(json.dumps(answer))["object"] == "chat.completion"
    assert set(answer) == {
        *("id", "object", "created", "model", "choices", "usage", "service_tier"),
        *("system_fingerprint", "needlepoint"),
    }


def test_settings_allow_hosts(tmp_path: Path) -> None:
    with served(tmp_path, fetch=FetchSettings(allowed_hosts=("files.example",))) as service:
        part = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
        with pytest.raises(openai.BadRequestError, match="not fetched from example"):
            client_of(service).chat.completions.create(
                model="fake", messages=user(part, text("What?"))
            )
