from __future__ import annotations

import struct
import zlib

import pymupdf
import pytest
from PIL import Image

from ingest.page_image import render_pages
from ingest.picture import open_picture
from ingest.read import document_of
from schemas.errors import TooLarge, UnreadableDocument
from schemas.ingest_settings import IngestSettings
from tests.ingest.scans import LINES, ONE, bytes_of, drawn, page_of_lines, read_file

BLANK = IngestSettings(ocr="off")


def sizes_of(data: bytes) -> list[tuple[float, float]]:
    return [(round(p.width, 1), round(p.height, 1)) for p in read_file(data, BLANK).pages]


def test_a_page_is_as_large_as_its_dots_an_inch_make_it() -> None:
    picture = Image.new("RGB", (300, 450), "white")
    assert sizes_of(bytes_of(picture, "PNG", dpi=(150, 150))) == [(144, 216)]
    assert sizes_of(bytes_of(picture, "JPEG", dpi=(300, 100))) == [(72, 324)]
    assert sizes_of(bytes_of(picture, "PNG")) == [(300, 450)]
    assert sizes_of(bytes_of(picture, "JPEG", dpi=(1, 1))) == [(300, 450)]


def test_each_frame_of_a_tiff_is_a_page() -> None:
    frames = [Image.new("1", (200, 100), 1), Image.new("1", (100, 300), 1)]
    data = bytes_of(
        frames[0], "TIFF", save_all=True, append_images=frames[1:], compression="group4"
    )
    assert sizes_of(data) == [(200, 100), (100, 300)]


def test_a_photograph_is_turned_as_its_camera_says() -> None:
    picture = Image.new("RGB", (300, 200), "white")
    picture.paste("black", (0, 0, 30, 20))
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera lay on its side: a quarter to the right makes it upright
    data = bytes_of(picture, "JPEG", exif=exif)
    with open_picture(data, name="a.jpg", limits=BLANK) as pdf:
        page = pdf[0]
        assert (page.rect.width, page.rect.height) == (200, 300)
        corner = page.get_pixmap(clip=pymupdf.Rect(185, 5, 195, 15), colorspace="gray").samples
    assert max(corner) < 60


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "LA", "CMYK", "I;16", "F"])
def test_every_kind_of_pixel_is_shown(mode: str) -> None:
    grey = Image.new("L", (60, 40), 255)
    grey.paste(0, (0, 0, 20, 40))
    picture = grey.convert("I;16") if mode == "I;16" else grey.convert(mode)
    with open_picture(bytes_of(picture, "TIFF"), name="a.tif", limits=BLANK) as pdf:
        pixels = pdf[0].get_pixmap(colorspace="gray")
    assert (pixels.pixel(5, 20)[0] < 60, pixels.pixel(50, 20)[0] > 200) == (True, True)


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked() -> None:
    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b""))
    data = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )
    with pytest.raises(TooLarge, match=r"a\.png: .*more than the limit of 150,000,000"):
        read_file(data)


def test_a_picture_over_the_limit_says_what_to_do() -> None:
    data = bytes_of(Image.new("L", (200, 100)))
    with pytest.raises(TooLarge, match=r"200 × 100 pixels.*NEEDLEPOINT_INGEST__MAX_PIXELS"):
        read_file(data, IngestSettings(max_pixels=10_000))


def test_more_frames_than_allowed_are_refused() -> None:
    frame = Image.new("1", (20, 10), 1)
    data = bytes_of(frame, "TIFF", save_all=True, append_images=[frame, frame])
    with pytest.raises(TooLarge, match="3 frames, more than the limit of 2"):
        read_file(data, IngestSettings(max_pages=2))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_a_picture_cut_short_is_unreadable(kind: str) -> None:
    data = bytes_of(page_of_lines(), kind)
    with pytest.raises(UnreadableDocument, match=r"a\.png"):
        read_file(data[: len(data) // 2])


def test_a_page_of_a_picture_is_drawn_with_boxes() -> None:
    data = bytes_of(Image.new("RGB", (200, 100), "white"))
    [(number, png)] = render_pages(data, {1: [(20, 20, 80, 60)]}, dpi=72)
    pixels = pymupdf.Pixmap(png)
    assert (number, pixels.width, pixels.height) == (1, 200, 100)
    assert pixels.pixel(50, 40) != pixels.pixel(150, 40)


@pytest.mark.slow
def test_a_picture_file_is_a_document() -> None:
    data = bytes_of(page_of_lines(), "JPEG", dpi=(150, 150), quality=60)
    document = document_of(data, "photo.txt", ONE)
    assert document.text.splitlines()[::2] == LINES
    assert (document.media_type, len(document.pages)) == ("image/jpeg", 1)


@pytest.mark.slow
def test_white_letters_on_black_are_read() -> None:
    picture = drawn([(72, 120, LINES[0])]).point(lambda value: 255 - value)
    assert LINES[0] in read_file(bytes_of(picture, dpi=(150, 150))).text
