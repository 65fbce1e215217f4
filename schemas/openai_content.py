"""What does the content of a message hold, in the words of either API?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_DATA = "data:"
_WEB = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class FilePart:
    """One of three: a file by its id; its bytes in base64, or a data: URL of them, with its name;
    or where it lies. A picture needs no name."""

    file_id: str | None = None
    file_data: str | None = None
    filename: str | None = None
    file_url: str | None = None
    is_picture: bool = False


@dataclass(frozen=True, slots=True)
class Content:
    texts: tuple[str, ...] = ()
    files: tuple[FilePart, ...] = ()


def content_of(content: Any, where: str = "content") -> Content:
    """Raises `ValueError` for a part that is none that is served, and says where it stands."""
    if content is None or isinstance(content, str):
        return Content((content,) if content else ())
    if not isinstance(content, list):
        raise ValueError(f"{where} is a text, or a list of parts")
    texts, files = [], []
    for number, part in enumerate(content):
        place = f"{where}[{number}]"
        text = text_of(part)
        if text is not None:
            texts.append(text)
            continue
        file = file_of(part, place)
        if file is None:
            raise ValueError(f"{place} is none that is known")
        files.append(file)
    return Content(tuple(texts), tuple(files))


def text_of(part: Any) -> str | None:
    """None for a part that is no text."""
    match part:
        case {"type": "input_text" | "output_text" | "text", "text": str(text)}:
            return text
        case {"type": "refusal", "refusal": str(text)}:
            return text
    return None


def file_of(part: Any, where: str = "part") -> FilePart | None:
    """None for a part that is neither a file nor a picture. Raises `ValueError`."""
    match part:
        case {"type": "input_file"}:
            return _file(part, where)
        case {"type": "file", "file": dict(file)}:
            return _file(file, where)
        case {"type": "input_image", "file_id": str(file_id)}:
            return FilePart(file_id=file_id, is_picture=True)
        case {"type": "input_image", "image_url": str(url)}:
            return _picture(url, where)
        case {"type": "image_url", "image_url": {"url": str(url)}}:
            return _picture(url, where)
        case {"type": "input_audio"}:
            raise ValueError(f"{where}: audio is not heard")
    return None


def part_of_file(part: Any, file_id: str) -> dict[str, Any]:
    """What says the same by the id of a file, in the words of the API that the part has."""
    match part:
        case {"type": "input_image"}:
            return {"type": "input_image", "file_id": file_id}
        case {"type": "input_file" | "input_text"}:
            return {"type": "input_file", "file_id": file_id}
    return {"type": "file", "file": {"file_id": file_id}}


def _file(file: dict[str, Any], where: str) -> FilePart:
    match file:
        case {"file_id": str(file_id)}:
            return FilePart(file_id=file_id)
        case {"file_data": str(data), "filename": str(name)}:
            return FilePart(file_data=data, filename=name)
        case {"file_data": str()}:
            raise ValueError(f"{where}: a file that is sent inline has a filename")
        case {"file_url": str(url)} if url.startswith(_WEB):
            named = file.get("filename")
            return FilePart(file_url=url, filename=named if isinstance(named, str) else None)
    raise ValueError(f"{where}: a file has a file_id, file_data and a filename, or a file_url")


def _picture(url: str, where: str) -> FilePart:
    if url.startswith(_DATA):
        kind = url[len(_DATA) :].partition(";")[0].rpartition("/")[2]
        name = f"picture.{kind}" if kind.isalnum() and len(kind) < 8 else "picture"
        return FilePart(file_data=url, filename=name, is_picture=True)
    if url.startswith(_WEB):
        return FilePart(file_url=url, is_picture=True)
    raise ValueError(f"{where}: a picture is a data: URL, or one of http or https")
