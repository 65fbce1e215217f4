import datetime as dt
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NoReturn

import httpcore
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from api.ports import free_port
from jobs import webhook_client
from jobs.webhook_client import Answer, post
from tests.webhook_receiver import Receiver, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def _post(url: str, *, timeout_seconds: float = 5.0, allow_private: bool = True) -> Answer:
    return post(url, b"{}", {}, allow_private=allow_private, timeout_seconds=timeout_seconds)


def test_a_name_is_looked_up_once_a_try_and_the_address_looked_at_is_the_one_called(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As one who rebinds names would have it: public when it is looked at, loopback then."""
    called: list[str] = []

    def connect_tcp(backend: object, host: str, *_: object, **__: object) -> NoReturn:
        called.append(host)
        raise httpcore.ConnectError("nobody there")

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect_tcp)
    looks: list[Sequence[str]] = [["8.8.8.8"], ["127.0.0.1"]]

    def to_name() -> Answer:
        return post(
            "http://receiver.example/",
            b"{}",
            {},
            allow_private=False,
            timeout_seconds=5,
            lookup=lambda host, port: looks.pop(0),
        )

    assert to_name().error == "nobody there"
    assert "not a public address" in (to_name().error or "")
    assert called == ["8.8.8.8"]


def test_the_host_is_that_of_the_url(receiver: Receiver) -> None:
    post(
        f"http://receiver.example:{receiver.port}/x",
        b"{}",
        {},
        allow_private=True,
        timeout_seconds=5,
        lookup=lambda host, port: ["127.0.0.1"],
    )
    assert receiver.got[0].headers["host"] == f"receiver.example:{receiver.port}"


def test_the_next_address_is_tried_where_one_does_not_answer(receiver: Receiver) -> None:
    answer = post(
        f"http://receiver.example:{receiver.port}/x",
        b"{}",
        {},
        allow_private=True,
        timeout_seconds=5,
        lookup=lambda host, port: ["127.0.0.2", "127.0.0.1"],
    )
    assert answer.status_code == 204


def test_an_answer_that_drips_in_is_cut_off_at_the_time_out(receiver: Receiver) -> None:
    receiver.body, receiver.drip_seconds = b"x" * 1000, 0.05
    began = time.monotonic()
    answer = _post(receiver.url, timeout_seconds=0.5)
    assert time.monotonic() - began < 2.0
    assert answer.status_code == 204
    assert answer.error is None, "the status had come"


def test_one_that_says_nothing_is_not_waited_for_longer(receiver: Receiver) -> None:
    receiver.on_request = lambda: time.sleep(1.0)
    began = time.monotonic()
    answer = _post(receiver.url, timeout_seconds=0.3)
    assert time.monotonic() - began < 0.9
    assert answer.error == "no answer within 0.3 s"


def test_of_an_endless_answer_only_the_beginning_is_read(receiver: Receiver) -> None:
    receiver.always, receiver.body = 500, b"y" * (64 << 20)
    answer = _post(receiver.url)
    assert answer.status_code == 500
    assert answer.excerpt == "y" * 500


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("120", 120.0), ("Mon, 01 Jan 1990 00:00:00 GMT", 0.0), ("soon", None), ("-5", None)],
)
def test_retry_after_is_seconds_or_a_date(
    receiver: Receiver, value: str, seconds: float | None
) -> None:
    receiver.answers = [(503, {"Retry-After": value})]
    assert _post(receiver.url).retry_after_seconds == seconds


def test_nobody_there_is_an_answer_too() -> None:
    answer = _post(f"http://127.0.0.1:{free_port()}/")
    assert answer.status_code is None
    assert answer.error == "[Errno 111] Connection refused"


def test_a_proxy_of_the_environment_is_not_asked(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert _post(receiver.url).status_code == 204


def test_tls_is_spoken_and_checked_by_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names: list[str | None] = []
    with _tls_server(tmp_path, names) as port:
        url = f"https://receiver.example:{port}/"
        refused = _https(url)
        assert refused.error is not None
        assert "certificate verify failed" in refused.error
        context = ssl.create_default_context(cafile=str(tmp_path / "certificate.pem"))
        monkeypatch.setattr(webhook_client, "tls_context", lambda: context)
        assert _https(url).status_code == 204
        other = _https(f"https://another.example:{port}/")
        assert other.error is not None
        assert "certificate verify failed" in other.error
    assert names == ["receiver.example", "receiver.example", "another.example"]


def _https(url: str) -> Answer:
    return post(
        url,
        b"{}",
        {},
        allow_private=True,
        timeout_seconds=5,
        lookup=lambda host, port: ["127.0.0.1"],
    )


@contextmanager
def _tls_server(folder: Path, names: list[str | None]) -> Iterator[int]:
    """With a certificate for receiver.example; `names` are those that it is asked for."""
    _write_certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    context.sni_callback = lambda _, name, __: names.append(name)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            pass  # a handshake that the client broke off

    server = Server(("127.0.0.1", free_port()), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _write_certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "receiver.example")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("receiver.example")]), False)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
