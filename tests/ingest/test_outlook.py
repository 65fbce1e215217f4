from __future__ import annotations

import pytest

from evals.fuzz.outlook_template import message
from ingest.attachments import attached_files
from schemas.document import Attachment
from schemas.errors import UnreadableDocument
from schemas.ingest_settings import IngestSettings
from tests.ingest.office_files import read
from tests.ingest.workbooks import place

SUBJECT, BODY, HTML, RICH, SENDER, ADDRESS = 0x0037, 0x1000, 0x1013, 0x1009, 0x0C1A, 0x0C1F
SAID: dict[int, str | bytes] = {
    SUBJECT: "Angebot für März",
    SENDER: "Zoë",
    ADDRESS: "zoe@example.org",
}


def test_headers_body_and_attached_files() -> None:
    file: dict[int, str | bytes] = {0x3707: "März.csv", 0x3701: b"1,2", 0x370E: "text/csv"}
    data = message({**SAID, BODY: "Dear Bob,\r\n\r\nthe total is 1,250.\r\n"}, [file])
    document = read(data, "a.msg")
    assert document.text.startswith('From: "Zoë" <zoe@example.org>\nSubject: Angebot für März\n\n')
    assert place(document, "1,250") == "body line 3"
    assert document.attachments == (Attachment("März.csv", "text/csv", 3),)
    [attached] = attached_files(data, name="a.msg", limits=IngestSettings())
    assert (attached.about, attached.load(3)) == (document.attachments[0], b"1,2")


def test_an_html_body_is_read_where_there_is_no_other() -> None:
    document = read(message({**SAID, HTML: b"<h1>Offer</h1><p>12 desks"}), "a.msg")
    assert place(document, "12 desks") == "body paragraph 2"


def test_a_body_in_rtf_alone_is_not_read_and_said() -> None:
    document = read(message({**SAID, RICH: b"\0" * 20}), "a.msg")
    assert [problem.code for problem in document.warnings] == ["body_not_read"]


def test_what_is_damaged_is_said() -> None:
    data = message({**SAID, BODY: "x" * 300})
    assert [problem.code for problem in read(data[:-512], "a.msg").warnings] == ["damaged"]
    with pytest.raises(UnreadableDocument, match=r"a\.msg: the Outlook file can not be read"):
        read(data.replace("0037001F".encode("utf-16-le"), b"9" * 16), "a.msg")
