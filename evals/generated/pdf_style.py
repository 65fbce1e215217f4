"""How does a PDF look?"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PdfStyle:
    """`pairs` is one of "table", "edges" (the value at the right), "colon", "lines" (the value
    below its label), "bold"."""

    size: str
    margin: float
    font: str
    points: float
    borders: str
    pairs: str
    heading: str
    is_justified: bool
    num_columns: int
    is_full_width: bool
    running_head: str = ""
    running_foot: str = ""

    @property
    def bold_font(self) -> str:
        bold = {"Times-Roman": "Times-Bold"}
        return bold.get(self.font, f"{self.font}-Bold")
