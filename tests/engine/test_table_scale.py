from __future__ import annotations

from engine.table_scale import scale_of
from tests.engine.sources import source_of

ROWS = "| | 2022 | 2021 |\n|---|---|---|\n| Sales | $ 1,234 | $ 980 |\n| Rent | 7 | 6 |\n"


def scale_at(text: str, quote: str) -> tuple[int, str] | None:
    document = source_of(text, "a.md").document
    scale = scale_of(document, document.text.index(quote))
    return None if scale is None else (scale.factor, document.text[scale.start : scale.stop])


def test_a_caption_above_the_table_scales_it() -> None:
    text = f"# Accounts\n\nIncome (in thousands of US dollars)\n\n{ROWS}"
    assert scale_at(text, "1,234") == (1000, "in thousands")


def test_a_head_scales_its_table() -> None:
    text = ROWS.replace("| |", "| ($ in millions) |")
    assert scale_at(text, "7 |") == (10**6, "in millions")


def test_the_head_of_the_column_goes_before_that_of_the_table() -> None:
    text = ROWS.replace("| |", "| in thousands |").replace("| 2022", "| 2022 (€m)")
    assert scale_at(text, "1,234") == (10**6, "€m")


def test_the_label_of_the_row_goes_before_the_caption() -> None:
    text = f"In thousands:\n\n{ROWS.replace('Sales', 'Sales (EUR million)')}"
    assert scale_at(text, "1,234") == (10**6, "EUR million")


def test_the_heading_of_the_section_scales_where_nothing_nearer_does() -> None:
    assert scale_at(f"# Accounts, in millions\n\nSome words.\n\n{ROWS}", "1,234") == (
        10**6,
        "in millions",
    )


def test_amounts_per_share_and_rates_are_not_scaled() -> None:
    text = (
        f"(in millions)\n\n{ROWS}| Earnings per share | $ 3.10 | $ 2.90 |\n| Tax rate | 21 | 22 |\n"
    )
    assert scale_at(text, "3.10") is None
    assert scale_at(text, "21 |") is None


def test_what_the_scale_makes_an_exception_of_is_not_scaled() -> None:
    text = f"(in millions, except share data)\n\n{ROWS}| Shares issued | 512 | 500 |\n"
    assert scale_at(text, "512") is None
    assert scale_at(text, "1,234") == (10**6, "in millions")


def test_what_a_document_says_of_all_its_tables_scales_their_money() -> None:
    text = f"Tabular dollars are presented in millions.\n\n{'Words. ' * 90}\n\n{ROWS}"
    assert scale_at(text, "1,234") == (10**6, "in millions")


def test_a_number_in_prose_and_a_table_without_words_have_no_scale() -> None:
    assert scale_at("Sales (in millions) came to 1,234.", "1,234") is None
    assert scale_at(ROWS, "1,234") is None
