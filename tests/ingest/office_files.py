"""Which DOCX and PPTX files do the tests read? Made here of the XML they say."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

from ingest.read import document_of
from schemas.document import Document
from schemas.ingest_settings import IngestSettings

_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_P = "http://schemas.openxmlformats.org/presentationml/2006/main"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def docx(body: str, **parts: str) -> bytes:
    """`parts` are the inner XML of styles, numbering, footnotes, comments, header, footer."""
    roots = {
        f"word/{kind}.xml": f'<w:{kind} xmlns:w="{_W}">{inner}</w:{kind}>'
        for kind, inner in parts.items()
    }
    main = f'<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>'
    relations = [(kind, f"{kind}.xml") for kind in parts]
    return package(
        {
            "_rels/.rels": rels([("officeDocument", "word/document.xml")]),
            "word/document.xml": main,
            "word/_rels/document.xml.rels": rels(relations),
            **roots,
        }
    )


def p(*runs: str, style: str = "", about: str = "") -> str:
    """A paragraph of runs; text is put into one."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    inner = "".join(run if run.startswith("<") else f"<w:r><w:t>{run}</w:t></w:r>" for run in runs)
    return f"<w:p><w:pPr>{named}{about}</w:pPr>{inner}</w:p>"


def table(*rows: Sequence[str]) -> str:
    """Cells are text, or XML that begins with the cell's properties."""
    return (
        "<w:tbl>" + "".join(f"<w:tr>{''.join(map(_cell, row))}</w:tr>" for row in rows) + "</w:tbl>"
    )


def _cell(text: str) -> str:
    return f"<w:tc>{text if text.startswith('<') else p(text)}</w:tc>"


def pptx(*slides: str, notes: str = "") -> bytes:
    """Slides are the XML of their shapes; the notes are the first one's."""
    entries = "".join(f'<p:sldId r:id="r{n}"/>' for n in range(len(slides)))
    parts = {
        "_rels/.rels": rels([("officeDocument", "ppt/presentation.xml")]),
        "ppt/presentation.xml": f'<p:presentation xmlns:p="{_P}" xmlns:r="{_R}">'
        f"<p:sldIdLst>{entries}</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": rels(
            [("slide", f"slides/slide{n}.xml") for n in range(len(slides))]
        ),
        **{f"ppt/slides/slide{n}.xml": _slide("sld", shapes) for n, shapes in enumerate(slides)},
    }
    if notes:
        parts["ppt/slides/_rels/slide0.xml.rels"] = rels([("notesSlide", "../notes/n.xml")])
        parts["ppt/notes/n.xml"] = _slide("notes", shape("Notes", notes, kind="body"))
    return package(parts)


def shape(name: str, *lines: str, kind: str = "") -> str:
    holder = f'<p:nvPr><p:ph type="{kind}"/></p:nvPr>' if kind else "<p:nvPr/>"
    paragraphs = "".join(f"<a:p><a:r><a:t>{line}</a:t></a:r></a:p>" for line in lines)
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="1" name="{name}"/>{holder}</p:nvSpPr>'
        f"<p:txBody>{paragraphs}</p:txBody></p:sp>"
    )


def _slide(root: str, shapes: str) -> str:
    return (
        f'<p:{root} xmlns:p="{_P}" xmlns:a="{_A}"><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld>'
        f"</p:{root}>"
    )


def rels(relations: Sequence[tuple[str, str]]) -> str:
    inner = "".join(
        f'<Relationship Id="r{n}" Type="{_TYPES}{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(relations)
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{space}">{inner}</Relationships>'


def package(parts: Mapping[str, str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def read(data: bytes, name: str, limits: IngestSettings | None = None) -> Document:
    return document_of(data, name, limits or IngestSettings())


def segments(document: Document) -> list[tuple[str, str]]:
    return [(str(s.kind), document.text[s.start : s.stop]) for s in document.segments]
