"""How many fields of real invoices are right, with their place? The 11 PDFs of invoice2data.

Counted are the fields of the gold records that have a plain meaning (below) and whose value
stands in the text as our ingest reads it: what a template supplies by itself (a currency, an
issuer that is only in a picture) can not be read. Line items, notes and constants of the
template are not asked. A place is right where the quote itself states the value.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from evals.answer_rules import is_expected
from evals.cases import Case, Row
from evals.figures import by_kind, figures_of
from evals.invoice_gold import compact, states, states_currency
from evals.measured import Measured
from evals.place_rules import quoting
from evals.product import Product
from evals.shared_data import shared_data
from schemas.settings import Settings

_STRING = {"type": ["string", "null"]}
_NUMBER = {"type": ["number", "null"]}
_DATE = {"type": ["string", "null"], "format": "date"}
_CURRENCY = {"enum": ["EUR", "USD", "GBP", "CHF", "PLN", "INR", "CNY", "JPY", None]}

Schema = Mapping[str, Any]

FIELDS: Mapping[str, tuple[str, Schema]] = {
    "issuer": ("Name of the company that issued the invoice", _STRING),
    "invoice_number": ("Invoice number", _STRING),
    "date": ("Date of the invoice", _DATE),
    "date_due": ("Date by which the invoice must be paid", _DATE),
    "amount": ("Total amount to pay, tax included", _NUMBER),
    "amount_untaxed": ("Total amount before tax", _NUMBER),
    "amount_tax": ("Total amount of tax", _NUMBER),
    "currency": ("Currency of the amounts", _CURRENCY),
    "vat": ("VAT identification number of the seller", _STRING),
    "iban": ("IBAN of the seller's bank account", _STRING),
    "bic": ("BIC of the seller's bank", _STRING),
    "siren": ("SIREN or RCS company registration number of the seller", _STRING),
    "partner_coc": ("Chamber of commerce number of the seller", _STRING),
    "partner_street": ("Street and house number of the seller", _STRING),
    "partner_zip": ("Postal code of the seller", _STRING),
    "partner_city": ("City of the seller", _STRING),
    "partner_email": ("Email address of the seller", _STRING),
    "partner_website": ("Website of the seller", _STRING),
    "telephone": ("Telephone number of the seller", _STRING),
    "payment_method": ("Means of payment", _STRING),
    "payment_reference": ("Reference to state with the payment", _STRING),
    "incoterm": ("Incoterm", _STRING),
    "order_id": ("Order number", _STRING),
    "booking_id": ("Booking number", _STRING),
    "client_id": ("Customer number", _STRING),
    "line_number": ("Telephone or subscriber line number", _STRING),
    "hotel_details": ("Name of the hotel", _STRING),
    "date_check_in": ("Date of arrival", _DATE),
    "date_check_out": ("Date of departure", _DATE),
    "gstin": ("GSTIN of the seller", _STRING),
    "cin": ("CIN (corporate identity number) of the seller", _STRING),
}


def measure(settings: Settings, every: int = 1) -> Measured:
    rows: list[Row] = []
    with Product.open(settings) as product:
        for pdf, gold in list(_invoices(shared_data() / "bench" / "invoice2data" / "tests"))[
            ::every
        ]:
            document = product.read(pdf.read_bytes(), pdf.name)
            rows += product.rows(document, list(cases_of(gold, document.text)))
    record = {"model": product.model, **figures_of(rows), "kinds": by_kind(rows)}
    return Measured(record, rows)


def cases_of(gold: Mapping[str, Any], text: str) -> Iterator[Case]:
    for name, (description, schema) in FIELDS.items():
        value = gold.get(name)
        if value is None:
            continue
        value = str(value).strip() if schema is _STRING else value
        states_it = partial(_states, name=name, value=value)
        if states_it(text):
            is_right = partial(_is_right, value)
            yield Case(name, description, schema, value, name, is_right, quoting(states_it))


def _states(text: str, name: str, value: Any) -> bool:
    return states_currency(text, value) if name == "currency" else states(text, value)


def _is_right(value: Any, got: Any) -> bool:
    return is_expected(value, got) or (
        isinstance(value, str) and any(map(str.isdigit, value)) and compact(got) == compact(value)
    )


def _invoices(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    for pdf in sorted(folder.glob("**/*.pdf")):
        [gold] = json.loads(pdf.with_suffix(".json").read_text(encoding="utf-8"))
        yield pdf, gold
