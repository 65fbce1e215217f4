"""Which PDFs do the tests make that are meant to harm?"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence

Objects = Mapping[int, bytes]


def pdf_of_objects(objects: Objects) -> bytes:
    """A file of numbered objects, of which 1 is the catalogue."""
    out = bytearray(b"%PDF-1.7\n")
    offsets = {}
    for number, body in objects.items():
        offsets[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start, size = len(out), max(objects) + 1
    out += b"xref\n0 %d\n" % size
    for number in range(size):
        is_used = number in offsets
        out += b"%010d %05d %c \n" % (
            offsets.get(number, 0),
            0 if is_used else 65535,
            b"n" if is_used else b"f",
        )
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start)
    return bytes(out)


def stream(data: bytes, extra: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), extra, data)


def bomb(num_bytes: int, filler: bytes = b" ", *, times: int = 1) -> bytes:
    """A deflated stream of so many bytes, deflated again as often as `times` says. Its blocks are
    copies of one, so that it is made at once; the checksum at its end is wrong."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = filler * ((1 << 20) // len(filler))
    packed = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    packed = b"\x78\xda" + packed * (num_bytes // len(block)) + b"\3\0\0\0\0\0"
    for _ in range(times - 1):
        packed = zlib.compress(packed, 9)
    return stream(packed, b"/Filter [%s]" % b" ".join([b"/FlateDecode"] * times))


def pages_of(
    contents: Sequence[bytes],
    resources: bytes = b"",
    more: Objects | None = None,
    root: bytes = b"",
) -> bytes:
    """One page for each content stream; the font is /F, and what `more` numbers begins at 100."""
    kids = b" ".join(b"%d 0 R" % (10 + 2 * index) for index in range(len(contents)))
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R %s >>" % root,
        2: b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(contents)),
        3: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    }
    for index, content in enumerate(contents):
        page = 10 + 2 * index
        objects[page] = (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R "
            b"/Resources << /Font << /F 3 0 R >> %s >> >>" % (page + 1, resources)
        )
        objects[page + 1] = content
    return pdf_of_objects({**objects, **(more or {})})


def said(text: str) -> bytes:
    return stream(b"BT /F 12 Tf 72 700 Td (%s) Tj ET" % text.encode())


def pdf_with_cyclic_page_tree() -> bytes:
    return pdf_of_objects(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
            4: b"<< /Type /Pages /Kids [2 0 R] /Parent 2 0 R /Count 1 >>",
        }
    )


def pdf_with_deep_page_tree(depth: int = 20_000) -> bytes:
    objects = {1: b"<< /Type /Catalog /Pages 2 0 R >>"}
    for number in range(2, depth):
        objects[number] = b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % (number + 1)
    objects[depth] = b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 9 9] >>" % (depth - 1)
    return pdf_of_objects(objects)


def pdf_with_many_pages(num_pages: int) -> bytes:
    kids = b" ".join(b"%d 0 R" % number for number in range(3, num_pages + 3))
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] >>"
    return pdf_of_objects(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, num_pages),
            **dict.fromkeys(range(3, num_pages + 3), page),
        }
    )


def pdf_that_claims_pages() -> bytes:
    return pages_of([said("one")]).replace(b"/Count 1 ", b"/Count 2147483647 ")


def pdf_with_deep_arrays(depth: int = 200_000) -> bytes:
    nested = b"[" * depth + b"]" * depth
    return pages_of([said("one")], more={100: nested}, root=b"/Names 100 0 R /PageLabels 100 0 R")


def pdf_with_content_bomb() -> bytes:
    """Three pages, of which the second unpacks to 4 GB of blanks."""
    return pages_of([said("one"), bomb(1 << 32, times=2), said("three")])


def pdf_with_text_bomb() -> bytes:
    """Three pages, of which the second shows text without end."""
    show = b"BT /F 1 Tf 1 700 Td (word word word word word word) Tj ET\n"
    return pages_of([said("one"), bomb(1 << 31, show, times=2), said("three")])


def pdf_with_form_that_calls_itself() -> bytes:
    form = stream(
        b"/X Do BT /F 12 Tf 72 600 Td (form) Tj ET",
        b"/Type /XObject /Subtype /Form /BBox [0 0 612 792] "
        b"/Resources << /Font << /F 3 0 R >> /XObject << /X 100 0 R >> >>",
    )
    return pages_of([stream(b"/X Do")], b"/XObject << /X 100 0 R >>", {100: form})


def pdf_with_nested_forms(depth: int = 12) -> bytes:
    """Each form calls the next ten times: 10^12 texts, on the second of three pages."""
    more = {}
    for level in range(depth):
        inner = b"BT /F 9 Tf 72 600 Td (laugh) Tj ET" if level == depth - 1 else b"/X Do " * 10
        more[100 + level] = stream(
            inner,
            b"/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources "
            b"<< /Font << /F 3 0 R >> /XObject << /X %d 0 R >> >>" % (101 + level),
        )
    more[100 + depth] = b"null"
    contents = [said("one"), stream(b"/X Do"), said("three")]
    return pages_of(contents, b"/XObject << /X 100 0 R >>", more)


def pdf_with_huge_picture(side: int = 60_000) -> bytes:
    picture = bomb(
        1 << 20,
        b"\0",
        times=1,
    ).replace(
        b"/Filter",
        b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceRGB "
        b"/BitsPerComponent 8 /Filter" % (side, side),
        1,
    )
    return pages_of(
        [stream(b"612 0 0 792 0 0 cm /I Do")], b"/XObject << /I 100 0 R >>", {100: picture}
    )


def pdf_with_huge_font() -> bytes:
    """A font that claims widths for two thousand million characters, and text of absurd sizes."""
    font = (
        b"<< /Type /Font /Subtype /TrueType /BaseFont /X /FirstChar 0 /LastChar 2147483647 "
        b"/Widths [%s] /FontDescriptor << /Type /FontDescriptor /FontName /X /FontFile2 101 0 R "
        b">> >>" % (b"9" * 400 + b" ")
    )
    sizes = (b"1e38", b"-1e38", b"0", b"1e-30", b"99999999999999999999")
    shown = b" ".join(b"BT /G %s Tf 72 600 Td (vast) Tj ET" % size for size in sizes)
    return pages_of(
        [stream(shown + b" BT /F 12 Tf 72 700 Td (after) Tj ET")],
        b"/Font << /F 3 0 R /G 100 0 R >>",
        {100: font, 101: bomb(1 << 29, b"\0\1\0\0", times=2)},
    ).replace(b"/Font << /F 3 0 R >> /Font", b"/Font")


def pdf_that_acts(target: str, url: str) -> bytes:
    """Everything in it wants to be run, opened, fetched or written."""
    launch = b"<< /S /Launch /F (%s) /Win << /F (%s) >> >>" % (target.encode(), target.encode())
    script = b"<< /S /JavaScript /JS (app.launchURL\\('%s'\\)) >>" % url.encode()
    fetch = b"<< /FS /URL /F (%s) >>" % url.encode()
    names = b"<< /JavaScript << /Names [(a) %s] >> /EmbeddedFiles << /Names [(b) 100 0 R] >> >>"
    return pages_of(
        [said("one"), stream(b"", b"/F %s" % fetch)],
        b"/XObject << /X 102 0 R >>",
        {
            100: b"<< /Type /Filespec /F (../../../%s) /UF (../../../%s) /EF << /F 101 0 R >> >>"
            % (target.encode(), target.encode()),
            101: stream(b"attached", b"/Type /EmbeddedFile"),
            102: stream(b"", b"/Type /XObject /Subtype /Image /Width 9 /Height 9 /F %s" % fetch),
        },
        b"/OpenAction %s /AA << /WC %s >> /Names %s" % (launch, script, names % script),
    )


def pdf_with_cyclic_outline() -> bytes:
    more = {
        100: b"<< /Type /Outlines /First 101 0 R /Last 101 0 R /Count 1 >>",
        101: b"<< /Title (a) /Parent 100 0 R /First 101 0 R /Next 101 0 R /Dest [10 0 R /Fit] >>",
    }
    return pages_of([said("one")], more=more, root=b"/Outlines 100 0 R")


def pdf_with_cyclic_object_streams() -> bytes:
    inner = b"7 0 8 20 << /Type /Catalog >>  << /Length 3 >>"
    packed = stream(inner, b"/Type /ObjStm /N 2 /First 9 /Extends 100 0 R")
    return pages_of([said("one")], more={100: packed}, root=b"/Metadata 100 0 R")


def pdf_with_odd_boxes() -> bytes:
    odd = pages_of([said("one"), said("two"), said("three")])
    for box in (b"[0 0 1e30 1e30]", b"[5 5 5 5]", b"[nan 0 -9 (x)]"):
        odd = odd.replace(b"[0 0 612 792]", box, 1)
    return odd
