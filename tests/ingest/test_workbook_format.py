from __future__ import annotations

import datetime

import pytest

from ingest.workbook_cells import CellKind
from ingest.workbook_format import shown

EPOCH_1900 = datetime.datetime(1899, 12, 30)


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (484.974, "General", "484.974"),
        (0.1 + 0.2, "General", "0.3"),
        (1e20, "General", "1e+20"),
        (1234.5, "#,##0.00", "1,234.50"),
        (-1234.5, "#,##0.00;(#,##0.00)", "(1,234.50)"),
        (-5, "#,##0", "-5"),
        (0.125, "0.0%", "12.5%"),
        (0.5, "0.##", "0.5"),
        (7, "000", "007"),
        (1234567, '#,##0,"k"', "1,235k"),
        (12.5, "[$€-407] #,##0.00", "€ 12.50"),
        (12.5, '_("$"* #,##0.00_)', "$12.50"),
        (0, '0;-0;"nil"', "nil"),
        (12345, "0.00E+00", "1.23E+04"),
        (1.5, "# ?/?", "1.5"),
        (200, '[>100]"many";0', "many"),
        (43494, "dd/mm/yyyy", "2019-01-29"),
        (43494.5475, "dd/mm/yyyy hh:mm", "2019-01-29 13:08"),
        (0.5475694444, "h:mm", "13:08"),
        (1.25, "[h]:mm:ss", "30:00:00"),
        (43494, "[$-409]mmmm d, yyyy", "2019-01-29"),
        (-3, "yyyy-mm-dd", "-3"),
        (99999999, "yyyy-mm-dd", "99999999"),
    ],
)
def test_a_number_is_shown_as_its_format_says(value: float, number_format: str, text: str) -> None:
    assert shown(value, number_format, EPOCH_1900)[0] == text


def test_the_1904_epoch_moves_dates() -> None:
    assert shown(1, "yyyy-mm-dd", datetime.datetime(1904, 1, 1))[0] == "1904-01-02"


def test_only_a_bare_whole_number_is_taken_for_a_year() -> None:
    kinds = [shown(2021, number_format, EPOCH_1900)[1] for number_format in ("0", "#,##0", "0.0")]
    assert kinds == [CellKind.YEAR, CellKind.NUMBER, CellKind.NUMBER]
