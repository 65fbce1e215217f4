"""What does the API process carry with it?"""

from __future__ import annotations

import subprocess
import sys


def test_the_api_loads_no_model_and_opens_no_document() -> None:
    heavy = ("torch", "transformers", "pymupdf", "openpyxl")
    code = f"import api.app, sys; print(*[name for name in {heavy} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []
