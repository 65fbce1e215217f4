from __future__ import annotations

from typing import Any

import pytest

from evals.invoice_gold import states, states_currency


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Totaal € 4.904,94", 4904.94),
        ("Total $1,234.5", 1234.5),
        ("Grand Total 319.00", 319.0),
        ("Rs 1939", 1939.0),
        ("21 % 41,31 8,68 49,99", 41.31),
        ("Facture du 02 Juillet 2015", "2015-07-02"),
        ("Rechnungsdatum 7. Mai 2014", "2014-05-07"),
        ("August 3 , 2014", "2014-08-03"),
        ("Jan 1, 2022", "2022-01-01"),
        ("8-9-2022", "2022-09-08"),
        ("03/20/2023", "2023-03-20"),
        ("01.05.14", "2014-05-01"),
        ("Paris B 530 848 134", "530848134"),
        ("sold by Coolblue B.V. in", "Coolblue B.V."),
    ],
)
def test_a_text_states_a_value_in_the_customs_of_its_language(text: str, value: Any) -> None:
    assert states(text, value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Total 4.90", 4904.94),
        ("12345", 2345.0),
        ("31 May 2014", "2014-05-01"),
        ("11.05.2014", "2014-05-01"),
        ("Coolblue", "Coolblue B.V."),
    ],
)
def test_a_text_does_not_state_what_only_resembles_it(text: str, value: Any) -> None:
    assert not states(text, value)


def test_a_currency_is_stated_by_its_code_or_its_sign() -> None:
    assert states_currency("Total € 5", "EUR")
    assert states_currency("5,00 EUR", "EUR")
    assert states_currency("Rs 1939", "INR")
    assert not states_currency("Total $ 5", "EUR")
