from __future__ import annotations

import pytest

from engine.checked_identifiers import identifiers_in


def found(name: str, text: str) -> list[str]:
    return [text[start:stop] for start, stop in identifiers_in(name, text)]


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("iban", "NL91 ABNA 0417 1643 00"),
        ("iban", "GB82WEST12345698765432"),
        ("bic", "DEUTDEFF500"),
        ("vat", "DE 136 695 976"),
        ("vat", "NL4495445B01"),
        ("isin", "US0378331005"),
        ("siren", "732 829 320"),
    ],
)
def test_what_passes_its_check_is_found_as_it_is_written(name: str, written: str) -> None:
    assert found(name, f"No. 4711 is {written}, of 12 May") == [written]


def test_a_wrong_check_digit_is_not_found() -> None:
    assert found("iban", "NL92 ABNA 0417 1643 00") == []


def test_a_word_of_eight_letters_is_no_bic_unless_it_names_a_country() -> None:
    assert found("bic", "INVOICES of DEUTDEFF") == ["DEUTDEFF"]
