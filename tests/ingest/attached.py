"""Which PDFs do the tests make that carry other files?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pymupdf

from tests.ingest.hostile_pdfs import pages_of, said
from tests.ingest.pdf_maker import pdf_of


def pdf_with(files: Mapping[str, bytes], text: str = "See what is attached.") -> bytes:
    """A page of text, and these files under their names."""
    pdf = pymupdf.open(stream=pdf_of([[(72, 72, text)]]))
    for name, data in files.items():
        pdf.embfile_add(name, data, filename=name)
    return bytes(pdf.tobytes(deflate=True, no_new_id=True))


def pdf_naming(streams: Sequence[tuple[bytes, bytes]]) -> bytes:
    """Of names and stream objects, in a tree of names of two levels."""
    more = {100: b"<< /Kids [101 0 R 100 0 R] >>"}
    names = b" ".join(
        b"(%d) << /F (%s) /EF << /F %d 0 R >> >>" % (number, name, 200 + number)
        for number, (name, _) in enumerate(streams)
    )
    more[101] = b"<< /Names [%s] >>" % names
    more |= {200 + number: data for number, (_, data) in enumerate(streams)}
    return pages_of([said("one")], more=more, root=b"/Names << /EmbeddedFiles 100 0 R >>")
