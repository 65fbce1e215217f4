"""What does a picture file say: a scan or a photograph as PNG, JPEG or TIFF?

Each frame becomes a page that shows it, which is then read as any scanned page is.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Collection, Iterator
from contextlib import contextmanager

import numpy as np
import pymupdf
from PIL import Image, ImageOps

from ingest.pdf import document_of_pages
from ingest.pdf_open import be_silent
from ingest.sniff import MediaType
from schemas.document import Document
from schemas.errors import TooLarge, UnreadableDocument
from schemas.ingest_settings import IngestSettings
from schemas.progress import OnProgress

_POINTS_AN_INCH = 72.0
_SENSIBLE_DPI = (20.0, 5_000.0)
_ORIENTATION, _QUARTER_TURNS = 0x0112, (5, 6, 7, 8)  # of EXIF
_WIDE_GREY = ("I", "F", "I;16", "I;16B", "I;16L", "I;16N")


def read_picture(
    data: bytes,
    *,
    document_id: str,
    name: str,
    media_type: MediaType,
    limits: IngestSettings,
    on_progress: OnProgress,
) -> Document:
    with open_picture(data, name=name, limits=limits) as pdf:
        return document_of_pages(
            pdf,
            document_id=document_id,
            name=name,
            media_type=media_type,
            limits=limits,
            on_progress=on_progress,
        )


@contextmanager
def open_picture(
    data: bytes, *, name: str, limits: IngestSettings, shown: Collection[int] | None = None
) -> Iterator[pymupdf.Document]:
    """A PDF with a page for each frame, as large as the frame's dots an inch make it, 72 where
    it does not say; frames but those `shown` (from 1) stay blank, which takes no time."""
    be_silent()
    pdf = pymupdf.open()
    try:
        for width, height, png in _frames(data, name, limits, shown):
            page = pdf.new_page(width=width, height=height)
            if png:
                page.insert_image(page.rect, stream=png, keep_proportion=False)
        yield pdf
    finally:
        pdf.close()
        pymupdf.TOOLS.store_shrink(100)


def _frames(
    data: bytes, name: str, limits: IngestSettings, shown: Collection[int] | None
) -> Iterator[tuple[float, float, bytes]]:
    """Width and height in points of each frame as it is shown, and a PNG of it, where asked."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of sizes, which are looked at here, and of odd tags
        try:
            with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "TIFF")) as image:
                num_frames = getattr(image, "n_frames", 1)
                _check_number(num_frames, name, limits)
                for number in range(1, num_frames + 1):
                    image.seek(number - 1)
                    _check_size(image, number, name, limits)
                    is_shown = shown is None or number in shown
                    yield *_points(image), _png(image) if is_shown else b""
        except Image.DecompressionBombError as error:
            raise _too_large(name, "more pixels than any page has", limits) from error
        except (OSError, ValueError, SyntaxError, EOFError) as error:  # PIL's words for damage
            raise _damaged(name) from error


def _check_number(num_frames: int, name: str, limits: IngestSettings) -> None:
    if num_frames > limits.max_pages:
        raise TooLarge(
            f"{name}: {num_frames:,} frames, more than the limit of {limits.max_pages:,}; "
            "split the file or raise ingest.max_pages",
            param=name,
        )


def _check_size(image: Image.Image, number: int, name: str, limits: IngestSettings) -> None:
    if image.width * image.height > limits.max_pixels:
        size = f"frame {number} has {image.width:,} × {image.height:,} pixels"
        raise _too_large(name, size, limits)


def _too_large(name: str, size: str, limits: IngestSettings) -> TooLarge:
    return TooLarge(
        f"{name}: {size}, more than the limit of {limits.max_pixels:,}; save it with fewer dots "
        "an inch or raise NEEDLEPOINT_INGEST__MAX_PIXELS",
        param=name,
    )


def _damaged(name: str) -> UnreadableDocument:
    return UnreadableDocument(
        f"{name}: the picture is damaged; check that it was stored or uploaded whole", param=name
    )


def _points(frame: Image.Image) -> tuple[float, float]:
    low, high = _SENSIBLE_DPI
    dots = [float(value) for value in frame.info.get("dpi", ())]
    if len(dots) != 2 or not all(low <= value <= high for value in dots):
        dots = [_POINTS_AN_INCH, _POINTS_AN_INCH]
    width, height = (
        _POINTS_AN_INCH * pixels / dot for pixels, dot in zip(frame.size, dots, strict=True)
    )
    is_turned = frame.getexif().get(_ORIENTATION, 1) in _QUARTER_TURNS
    return (height, width) if is_turned else (width, height)


def _png(frame: Image.Image) -> bytes:
    """The frame upright, on white, in a mode that a PDF can show."""
    file = io.BytesIO()
    ImageOps.exif_transpose(_plain(frame)).save(file, "PNG", compress_level=1)
    return file.getvalue()


def _plain(frame: Image.Image) -> Image.Image:
    if frame.mode in _WIDE_GREY:
        values = np.asarray(frame, dtype=np.float32)
        low, high = float(values.min()), float(values.max())
        grey = (values - low) * (255.0 / max(high - low, 1e-9))
        plain = Image.fromarray(grey.astype(np.uint8))
    elif frame.mode in ("RGBA", "LA", "PA") or "transparency" in frame.info:
        layers = frame.convert("RGBA")
        plain = Image.new("RGB", frame.size, "white")
        plain.paste(layers, mask=layers.getchannel("A"))
    elif frame.mode in ("1", "L", "RGB"):
        return frame
    else:
        plain = frame.convert("RGB")
    plain.getexif().update(frame.getexif())
    return plain
