"""How is an Outlook file (MSG) made? A compound file of streams that hold properties."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

_SECTOR, _SMALL = 512, 64
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_TEXT, _BINARY = 0x001F, 0x0102
Tree = Mapping[str, "bytes | Tree"]
Properties = Mapping[int, "str | bytes"]


def message(properties: Properties, files: Sequence[Properties] = ()) -> bytes:
    """`properties` by their ids, such as 0x0037 for the subject; `files` are those attached."""
    counts = struct.pack("<8x4I8x", 0, len(files), 0, len(files))
    tree: dict[str, bytes | Tree] = dict(_streams(properties, counts))
    for number, file in enumerate(files):
        tree[f"__attach_version1.0_#{number:08X}"] = _streams(file, bytes(8))
    return _compound_file(tree)


def _streams(properties: Properties, header: bytes) -> dict[str, bytes]:
    found, entries = {}, header
    for key, value in properties.items():
        kind = _TEXT if isinstance(value, str) else _BINARY
        content = value.encode("utf-16-le") if isinstance(value, str) else value
        found[f"__substg1.0_{key:04X}{kind:04X}"] = content
        entries += struct.pack("<HHIII", kind, key, 6, len(content), 0)
    return {"__properties_version1.0": entries, **found}


def _compound_file(tree: Tree) -> bytes:
    """Of streams shorter than 4,096 bytes, which stand together in small sectors."""
    small, chains = bytearray(), list[int]()
    entries: list[bytes] = [b""]
    first = _add(tree, entries, small, chains)
    padded = bytes(small) + bytes(-len(small) % _SECTOR)
    num_directory = -(-len(entries) // 4)
    num_chain = max(1, -(-len(chains) // 128))
    stream_at = 1 + num_directory + num_chain
    num_stream = len(padded) // _SECTOR
    entries[0] = _entry("Root Entry", 5, first, stream_at if small else _END, len(small))
    fat = [_FAT]
    for start, length in (
        (1, num_directory),
        (1 + num_directory, num_chain),
        (stream_at, num_stream),
    ):
        fat += [*range(start + 1, start + length), _END] if length else []
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII",
        *(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096),
        *(1 + num_directory, num_chain, _END, 0),
    )
    header += struct.pack("<I", 0) + struct.pack("<I", _FREE) * 108
    directory = b"".join(entries).ljust(num_directory * _SECTOR, b"\0")
    chain = struct.pack(f"<{len(chains)}I", *chains).ljust(num_chain * _SECTOR, b"\xff")
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(_SECTOR, b"\xff")
    return header + table + directory + chain + padded


def _add(tree: Tree, entries: list[bytes], small: bytearray, chains: list[int]) -> int:
    """The number of the tree's first entry; each one's right neighbour is the next."""
    numbers = []
    for name, content in tree.items():
        number = len(entries)
        entries.append(b"")
        numbers.append((number, name, content))
    for at, (number, name, content) in enumerate(numbers):
        right = numbers[at + 1][0] if at + 1 < len(numbers) else _FREE
        if isinstance(content, bytes):
            start = len(chains) if content else _END
            length = -(-len(content) // _SMALL)
            chains += [*range(start + 1, start + length), _END] if length else []
            small += content + bytes(-len(content) % _SMALL)
            entries[number] = _entry(name, 2, _FREE, start, len(content), right)
        else:
            child = _add(content, entries, small, chains)
            entries[number] = _entry(name, 1, child, 0, 0, right)
    return numbers[0][0] if numbers else _FREE


def _entry(name: str, kind: int, child: int, start: int, size: int, right: int = _FREE) -> bytes:
    written = name.encode("utf-16-le") + b"\0\0"
    return struct.pack(
        "<64sHBBIII36xIQ", written, len(written), kind, 1, _FREE, right, child, start, size
    )
