"""What does a formula of the workbook come to?

A workbook that Excel has saved holds the value of each formula beside it; openpyxl writes
none. This works them out: the operators of arithmetic and comparison, cells and ranges of any
sheet, and the functions below. Anything else is an error, never a guess.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
from openpyxl import Workbook
from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token

Value = float | str
_EXCEL_DAY_0 = dt.date(1899, 12, 30)
_OPERATORS = {"=": "==", "<>": "!=", "^": "**"}


class Calculation:
    """The values of one workbook, each worked out once. A circle ends in a RecursionError."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._values: dict[tuple[str, str], Value] = {}

    def value_of(self, sheet: str, cell: str) -> Value:
        """What stands in a cell; dates are serial numbers and empty cells 0, as in Excel."""
        if (sheet, cell) not in self._values:
            self._values[sheet, cell] = self._worked_out(sheet, self._workbook[sheet][cell].value)
        return self._values[sheet, cell]

    def _worked_out(self, sheet: str, content: Any) -> Value:
        if isinstance(content, str) and content.startswith("="):
            return self._result_of(sheet, content)
        if isinstance(content, dt.date):
            return float((content - _EXCEL_DAY_0).days)
        return 0.0 if content is None else content

    def _result_of(self, sheet: str, formula: str) -> Value:
        def cells(reference: str) -> Any:
            return self._cells(sheet, reference)

        source = "".join(_python_of(token) for token in Tokenizer(formula).items)
        result = eval(source, {"__builtins__": {}, "cells": cells, **_FUNCTIONS})
        return result if isinstance(result, str) else float(result)

    def _cells(self, sheet: str, reference: str) -> Any:
        """One value, or an array of the shape of the range."""
        name, _, address = reference.replace("$", "").rpartition("!")
        sheet = name.strip("'") or sheet
        if ":" not in address:
            return self.value_of(sheet, address)
        rows = self._workbook[sheet][address]
        return np.array([[self.value_of(sheet, cell.coordinate) for cell in row] for row in rows])


def _python_of(token: Token) -> str:
    if token.type == Token.OPERAND and token.subtype == Token.RANGE:
        return f"cells({token.value!r})"
    return str(_OPERATORS.get(token.value, token.value))


def _rounded(number: float, digits: float) -> float:
    """Half away from zero, as Excel does."""
    step = Decimal(1).scaleb(-int(digits))
    return float(Decimal(repr(float(number))).quantize(step, rounding=ROUND_HALF_UP))


def _chosen(condition: bool, then: Value, otherwise: Value) -> Value:
    return then if condition else otherwise


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "SUM": lambda *parts: sum(float(np.sum(part)) for part in parts),
    "SUMPRODUCT": lambda product: float(np.sum(product)),
    "ROUND": _rounded,
    "IF": _chosen,
}
