from __future__ import annotations

from email.message import EmailMessage

import pytest

from ingest.attachments import attached_files
from schemas.document import Attachment, Document
from schemas.errors import TooLarge, UnreadableDocument
from schemas.ingest_settings import IngestSettings
from tests.ingest.office_files import read
from tests.ingest.workbooks import place


def mail(text: str = "Dear Bob,\n\nthe total is 1,250.\n") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "Zoë <zoe@example.org>", "bob@example.org"
    message["Subject"], message["Message-ID"] = "Rechnung für März ✓", "<1@example.org>"
    message.set_content(text)
    return message


def document_of(message: EmailMessage) -> Document:
    return read(bytes(message), "a.eml")


def test_headers_are_fields_and_lines_of_the_body_are_counted() -> None:
    document = document_of(mail())
    assert "Subject: Rechnung für März ✓" in document.text
    assert place(document, "Rechnung") == "header Subject"
    assert place(document, "1,250") == "body line 3"


def test_the_plain_body_is_preferred() -> None:
    message = mail("plain")
    message.add_alternative("<p>in HTML</p>", subtype="html")
    assert document_of(message).text.endswith("plain")


def test_an_html_body_is_read_where_there_is_no_other() -> None:
    message = mail()
    message.set_content("<p>Offer<table><tr><th>a<th>b<tr><td>1<td>2</table>", subtype="html")
    document = document_of(message)
    assert (place(document, "Offer"), place(document, "2")) == (
        "body paragraph 1",
        "body table 1, B2",
    )


def test_attached_files_are_listed_and_given() -> None:
    message = mail()
    message.add_attachment(b"1,2", maintype="text", subtype="csv", filename="März.csv")
    message.add_attachment(mail("inner"))
    document = document_of(message)
    first, second = document.attachments
    assert first == Attachment("März.csv", "text/csv", 3)
    assert (second.name, second.media_type) == ("Rechnung für März ✓.eml", "message/rfc822")
    assert "inner" not in document.text
    assert [problem.code for problem in document.warnings] == ["attachments_not_read"]
    files = attached_files(bytes(message), name="a.eml", limits=IngestSettings())
    loaded = {file.about: file.load(1 << 20) for file in files}
    assert loaded[first] == b"1,2"
    assert read(loaded[second], second.name).text.endswith("inner")


def test_an_attached_file_past_the_limit_is_not_loaded() -> None:
    message = mail()
    message.add_attachment(b"1,2", maintype="text", subtype="csv", filename="a.csv")
    [file] = attached_files(bytes(message), name="a.eml", limits=IngestSettings())
    with pytest.raises(TooLarge, match=r"a\.csv"):
        file.load(2)


def test_a_body_in_an_encoding_that_is_not_what_it_says_is_read() -> None:
    head = b"From: a\nSubject: x\nMIME-Version: 1.0\nContent-Type: text/plain; charset=x-none\n\n"
    assert read(head + "Grüße".encode(), "a.eml").text.endswith("Grüße")


def test_a_header_whose_encoding_is_broken_is_left_as_it_is() -> None:
    document = read(b"From: a\nSubject: =?utf-8?b?A?= rest\n\ntext", "a.eml")
    assert "Subject: =?utf-8?b?A?= rest" in document.text


def test_parts_nested_without_end_are_refused() -> None:
    inner = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(2000)
    )
    with pytest.raises(UnreadableDocument, match=r"a\.eml: the mail has more than"):
        read(b"From: a\nSubject: x\n" + inner + b"Content-Type: text/plain\n\nx", "a.eml")
