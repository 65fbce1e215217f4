from __future__ import annotations

import pytest

from engine.asked_forms import asks_for_digits, form_asked


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("E-mail address of the seller", "email"),
        ("What is the telephone number for faults?", "phone"),
        ("Website", "site"),
        ("VAT identification number of the seller", "vat"),
        ("BIC of the bank", "bic"),
        ("SWIFT code", "bic"),
        ("At what time does the session begin?", "clock time"),
        ("Hour of the opening", "clock time"),
        ("Departure time", "clock time"),
        ("Time of the departure from Lyon", "clock time"),
        ("Closing time of the desk", "clock time"),
        ("What time does it end?", "clock time"),
        ("By what time of day must bids be in?", "clock time"),
    ],
)
def test_a_form_is_known_by_what_is_asked_for(question: str, form: str) -> None:
    asked = form_asked(question, "field")
    assert asked is not None
    assert asked.name == form


@pytest.mark.parametrize(
    "question",
    [
        "Who sent the e-mail?",
        "Date of the telephone call",
        "VAT rate",
        "Name of the web site",
        "Lead time",
        "Running time of the battery",
        "Time for the return of materials",
        "Within what time must it be returned?",
        "In what time did the winner finish?",
        "What time limit applies?",
        "Time of payment",
        "Price of an hour",
    ],
)
def test_a_word_for_something_else_promises_no_form(question: str) -> None:
    assert form_asked(question, "field") is None


def test_the_name_of_a_field_tells_where_its_question_does_not() -> None:
    asked = form_asked("Whom to call at night?", "night phone")
    assert asked is not None
    assert asked.name == "phone"


def test_a_number_is_asked_for_by_that_word() -> None:
    assert asks_for_digits("Invoice number", "field")
    assert asks_for_digits("Chamber of commerce number of the seller", "field")
    assert asks_for_digits("Street and house number", "field")
    assert not asks_for_digits("Name of the person with the number", "field")
    assert not asks_for_digits("Under which account is it kept?", "account")


def test_phones_and_sites_stand_apart_from_amounts_and_addresses() -> None:
    phone, site = form_asked("Telephone", "t"), form_asked("Website", "w")
    assert phone is not None
    assert site is not None
    text = "Call +44 20 7946 0018, pay 1,234.50 on www.lee.org or ann@lee.org."
    assert [text[a:b] for a, b in phone.places_in(text)] == ["+44 20 7946 0018"]
    assert [text[a:b] for a, b in site.places_in(text)] == ["www.lee.org"]
