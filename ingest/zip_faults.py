"""What does Python raise over a ZIP archive that is damaged?

Seeks to nowhere are `ValueError`, names that are not there `KeyError`; each method of packing
has an error of its own, and what no method of ours unpacks is `NotImplementedError`.
"""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib

ZIP_FAULTS = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error),
    *(EOFError, OSError, RuntimeError, NotImplementedError, ValueError, LookupError),
)
