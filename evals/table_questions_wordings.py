"""How is a question about a generated table told, and what are its columns called?

One set of heads and wordings is to choose by, another to measure.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wording:
    """A question with `{key}` for a cell's value and `{key:number}`, `{year}`, `{month}`, `{top}`.
    The gold: `operator` of `column` over the rows that have the named cells, `key` compared by
    `compare` with the number. `by` orders or, with `group`, the groups are ordered by the sum."""

    text: str
    operator: str
    column: str = ""
    where: tuple[str, ...] = ()
    compare: tuple[str, str] | None = None
    by: str = ""
    is_highest: bool = True
    group: str = ""
    number: float = 0.0


HEADS: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "inventory": (
        {
            "id": "SKU",
            "name": "Item name",
            "category": "Category",
            "place": "Warehouse",
            "quantity": "Qty on hand",
            "price": "Unit cost (EUR)",
            "partner": "Supplier",
            "date": "Last counted",
        },
        {
            "id": "Article no.",
            "name": "Article",
            "category": "Product group",
            "place": "Depot",
            "quantity": "Stock",
            "price": "Purchase price",
            "partner": "Vendor",
            "date": "Counted on",
        },
    ),
    "sales": (
        {
            "id": "Order ID",
            "date": "Order date",
            "partner": "Customer",
            "place": "Region",
            "name": "Product",
            "quantity": "Units",
            "amount": "Revenue",
            "person": "Sales rep",
        },
        {
            "id": "Order",
            "date": "Sold on",
            "partner": "Client",
            "place": "Territory",
            "name": "Article",
            "quantity": "Pieces sold",
            "amount": "Net amount (USD)",
            "person": "Salesperson",
        },
    ),
    "ledger": (
        {
            "id": "Entry",
            "date": "Posting date",
            "category": "Account",
            "place": "Cost centre",
            "partner": "Counterparty",
            "amount": "Debit",
            "credit": "Credit",
        },
        {
            "id": "Doc no.",
            "date": "Date",
            "category": "GL account",
            "place": "Department",
            "partner": "Payee",
            "amount": "Amount",
            "credit": "VAT",
        },
    ),
    "staff": (
        {
            "id": "Personnel no.",
            "person": "Name",
            "category": "Department",
            "place": "Office",
            "title": "Job title",
            "date": "Hire date",
            "amount": "Annual salary",
            "quantity": "Weekly hours",
        },
        {
            "id": "Staff ID",
            "person": "Employee",
            "category": "Team",
            "place": "Site",
            "title": "Role",
            "date": "Joined",
            "amount": "Gross pay (GBP)",
            "quantity": "Leave days",
        },
    ),
}
