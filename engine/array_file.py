"""How do named arrays and a few words about them become a file, whole or not at all?

The format is that of safetensors, with a checksum over everything among its metadata. A file is
written under another name and then renamed, so that a reader finds all of it or none of it.
"""

from __future__ import annotations

import json
import mmap
import os
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from blake3 import blake3

Array = npt.NDArray[Any]
Run = memoryview | bytes

TEMPORARY = ".writing"
_MAX_HEADER_BYTES = 64 << 20
_TYPES: Mapping[str, type[np.generic]] = {
    "F64": np.float64,
    "F32": np.float32,
    "F16": np.float16,
    "I64": np.int64,
    "I32": np.int32,
    "I16": np.int16,
    "I8": np.int8,
    "U64": np.uint64,
    "U32": np.uint32,
    "U16": np.uint16,
    "U8": np.uint8,
    "BOOL": np.bool_,
}
_TYPE_NAMES = {np.dtype(kind): name for name, kind in _TYPES.items()}


@dataclass(frozen=True, slots=True)
class ArrayFile:
    """`arrays` are read-only views of the file, which stays readable when it is removed."""

    about: Mapping[str, str]
    arrays: Mapping[str, Array]


def runs_of(arrays: Mapping[str, Array], about: Mapping[str, str]) -> list[Run]:
    """The bytes of a file, one run after the other; those of the arrays are not copied."""
    ordered = _ordered(arrays)
    return [_head(about, ordered), *(_bytes_of(array) for array in ordered.values())]


def write(path: Path, runs: Sequence[Run]) -> None:
    """On the disk when it returns; an error (`OSError`) leaves nothing behind."""
    temporary = path.with_name(f"{uuid.uuid4().hex}{TEMPORARY}")
    try:
        with temporary.open("xb") as file:
            for run in runs:
                file.write(run)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def read(path: Path) -> ArrayFile | None:
    """None for a file that is torn or was changed. Every byte is looked at, once."""
    with path.open("rb") as file:
        if not os.fstat(file.fileno()).st_size:  # an empty file can not be mapped
            return None
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    try:
        size = int.from_bytes(data[:8], "little")
        fields = json.loads(data[8 : 8 + size])
        about = fields.pop("__metadata__")
        expected = about.pop("blake3")
        body = memoryview(data)[8 + size :]
        if _checksum(about, fields, [body]) != expected:
            return None
        return ArrayFile(about, {name: _view(body, field) for name, field in fields.items()})
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def about_of(path: Path) -> Mapping[str, str]:
    """What a file says about itself, unverified; nothing for one that is torn or gone."""
    try:
        with path.open("rb") as file:
            size = int.from_bytes(file.read(8), "little")
            about = json.loads(file.read(min(size, _MAX_HEADER_BYTES)))["__metadata__"]
            return dict(about)
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _ordered(arrays: Mapping[str, Array]) -> dict[str, Array]:
    """Contiguous, the widest numbers first: so each array is aligned without padding."""
    names = sorted(arrays, key=lambda name: (-arrays[name].itemsize, name))
    return {name: np.ascontiguousarray(arrays[name]) for name in names}


def _head(about: Mapping[str, str], arrays: Mapping[str, Array]) -> bytes:
    fields: dict[str, Any] = {}
    stop = 0
    for name, array in arrays.items():
        start, stop = stop, stop + array.nbytes
        fields[name] = {
            "dtype": _TYPE_NAMES[array.dtype],
            "shape": list(array.shape),
            "data_offsets": [start, stop],
        }
    checksum = _checksum(about, fields, (_bytes_of(array) for array in arrays.values()))
    text = json.dumps({"__metadata__": {**about, "blake3": checksum}, **fields}).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text


def _checksum(about: Any, fields: Any, runs: Iterable[Run]) -> str:
    digest = blake3(json.dumps([about, fields], sort_keys=True).encode())
    for run in runs:
        digest.update(run)
    return str(digest.hexdigest())


def _bytes_of(array: Array) -> memoryview:
    return array.reshape(-1).view(np.uint8).data


def _view(body: memoryview, field: Mapping[str, Any]) -> Array:
    start, stop = field["data_offsets"]
    flat = np.frombuffer(body[start:stop], dtype=_TYPES[field["dtype"]])
    return flat.reshape(field["shape"])


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
