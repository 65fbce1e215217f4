"""What does a measurement leave behind: one record of figures, and the rows they come from."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evals.cases import Row


@dataclass(frozen=True, slots=True)
class Measured:
    record: Mapping[str, Any]
    rows: Sequence[Row]

    def json(self) -> str:
        """A row a line, so that a field is found and two runs are told apart."""
        rows = ",\n".join(json.dumps(row.record(), ensure_ascii=False) for row in self.rows)
        record = json.dumps(self.record, ensure_ascii=False, indent=1)
        return f'{{"figures": {record},\n"rows": [\n{rows}\n]}}\n'
