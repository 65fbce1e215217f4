"""Which sound DOCX, PPTX, HTML, JSON and mail files do inputs stand in or begin from?"""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage

from evals.fuzz.outlook_template import message

_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_P = (
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    f'xmlns:r="{_RELATION}"'
)
PAGES = (
    b"<!doctype html><title>t</title><style>.x{display:none}@media print{p{display:none}}</style>"
    b"<h1>One</h1><p>a <b>b</b><br>c<p class=x>hidden<ol start=3 type=a><li>x<li value=9>y</ol>",
    b"<html><body><table><caption>c</caption><thead><tr><th rowspan=2>k<th colspan=2>v<tr><th>a"
    b"<th>b</thead><tr><td>1<td>2<td>3</table><pre>x\n y</pre><form><input value=q>"
    b"<select><option>o",
    '<?xml version="1.0"?><html><body dir="rtl">مرحبا <ruby>漢<rt>kan</rt></ruby>'.encode(),
)
RECORDS = (
    b'{"a": 1.50, "b": {"c/d~": ["x", null, true]}, "rows": [{"k": 1, "v": {"w": "y"}}, {"k": 2}]}',
    b'[{"a": [{"b": [1, [2, [3, [4, [5]]]]]}]}, "text", 7]',
    b'{"id": 1, "n": "a"}\n{"id": 2, "n": "b", "m": [1, 2]}\n',
)


def docx_parts() -> dict[str, bytes]:
    run = "<w:r><w:t>text</w:t></w:r>"
    kinds = ("styles", "numbering", "footnotes", "comments", "header")
    listed = '<w:pPr><w:pStyle w:val="L"/><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'
    inner = {
        "styles": '<w:style w:type="paragraph" w:styleId="H"><w:name w:val="heading 1"/></w:style>',
        "numbering": '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt '
        'w:val="lowerRoman"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum><w:num w:numId="1">'
        '<w:abstractNumId w:val="0"/></w:num>',
        "footnotes": f'<w:footnote w:id="2"><w:p>{run}</w:p></w:footnote>',
        "comments": f'<w:comment w:id="0" w:author="A"><w:p>{run}</w:p></w:comment>',
        "header": f"<w:p>{run}</w:p>",
    }
    body = (
        f'<w:p><w:pPr><w:pStyle w:val="H"/></w:pPr>{run}</w:p><w:p>{listed}{run}<w:del><w:r>'
        f"<w:delText>gone</w:delText></w:r></w:del><w:ins>{run}</w:ins><w:r>"
        '<w:footnoteReference w:id="2"/><w:commentReference w:id="0"/><w:tab/><w:br/></w:r></w:p>'
        '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/><w:vMerge w:val="restart"/></w:tcPr>'
        f"<w:p>{run}</w:p></w:tc><w:tc><w:p>{run}</w:p></w:tc></w:tr><w:tr><w:tc><w:tcPr><w:vMerge/>"
        f"</w:tcPr><w:p/></w:tc><w:tc><w:p>{run}</w:p></w:tc></w:tr></w:tbl>"
    )
    parts = {
        "_rels/.rels": _relations({"officeDocument": "word/document.xml"}),
        "word/_rels/document.xml.rels": _relations({kind: f"{kind}.xml" for kind in kinds}),
        "word/document.xml": f"<w:document {_W}><w:body>{body}</w:body></w:document>",
        **{f"word/{kind}.xml": f"<w:{kind} {_W}>{inner[kind]}</w:{kind}>" for kind in kinds},
    }
    return {name: content.encode() for name, content in parts.items()}


def pptx_parts() -> dict[str, bytes]:
    text = "<a:p><a:r><a:t>text</a:t></a:r></a:p>"
    shape = (
        '<p:sp><p:nvSpPr><p:cNvPr id="1" name="Title 1"/><p:nvPr><p:ph type="title"/></p:nvPr>'
        f"</p:nvSpPr><p:txBody>{text}</p:txBody></p:sp>"
    )
    cell = f'<a:tc gridSpan="2"><a:txBody>{text}</a:txBody></a:tc><a:tc hMerge="1"/>'
    frame = (
        '<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="2" name="Table 2"/></p:nvGraphicFramePr>'
        '<a:graphic><a:graphicData><a:tbl><a:tblPr firstRow="1"/>'
        f"<a:tr>{cell}</a:tr><a:tr>{cell}</a:tr></a:tbl></a:graphicData></a:graphic></p:graphicFrame>"
    )
    parts = {
        "_rels/.rels": _relations({"officeDocument": "ppt/presentation.xml"}),
        "ppt/presentation.xml": f'<p:presentation {_P}><p:sldIdLst><p:sldId r:id="slide"/>'
        "</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": _relations({"slide": "slides/slide1.xml"}),
        "ppt/slides/slide1.xml": f"<p:sld {_P}><p:cSld><p:spTree>{shape}<p:grpSp>{frame}</p:grpSp>"
        "</p:spTree></p:cSld></p:sld>",
        "ppt/slides/_rels/slide1.xml.rels": _relations({"notesSlide": "../notes.xml"}),
        "ppt/notes.xml": f"<p:notes {_P}><p:cSld><p:spTree>{shape.replace('title', 'body')}"
        "</p:spTree></p:cSld></p:notes>",
    }
    return {name: content.encode() for name, content in parts.items()}


def mails() -> Iterator[bytes]:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Zoë <a@example.org>", "b@example.org", "Rechnung ✓"
    mail.set_content("Dear Bob,\n\nthe total is 1,250.\n")
    yield bytes(mail)
    mail.add_alternative("<p>the total is <b>1,250</b>", subtype="html")
    mail.add_attachment(b"1,2", maintype="text", subtype="csv", filename="März.csv")
    yield bytes(mail)


def outlook_mails() -> Iterator[bytes]:
    said: dict[int, str | bytes] = {0x0037: "Angebot", 0x0C1A: "Zoë", 0x0C1F: "a@example.org"}
    yield message({**said, 0x1000: "the total is 1,250"}, [{0x3707: "a.csv", 0x3701: b"1,2"}])
    yield message({**said, 0x1013: b"<p>the total is 1,250"})


def _relations(targets: dict[str, str]) -> str:
    inner = "".join(
        f'<Relationship Id="{kind}" Type="{_RELATION}/{kind}" Target="{target}"/>'
        for kind, target in targets.items()
    )
    return f'<Relationships xmlns="{_RELATIONS}">{inner}</Relationships>'
