"""What can be asked about the parties of a commercial paper, and in which words?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evals.generated.field import STRING, Field

_NOUNS: Mapping[str, Sequence[str]] = {
    "address": ("full address", "postal address", "address on one line"),
    "street": ("street and house number", "street", "street address"),
    "postcode": ("postcode", "postal code", "ZIP or postal code"),
    "city": ("city", "town", "town without postcode"),
    "country": ("country", "country in the address", "country as printed"),
    "phone": ("phone number", "telephone", "telephone number"),
    "email": ("e-mail address", "e-mail", "email"),
    "website": ("website", "web address", "internet address"),
    "tax_id": (
        "VAT number",
        "tax number",
        "VAT or tax identification number",
        "VAT ID (USt-IdNr., GSTIN, TVA, BTW)",
    ),
    "register": (
        "company registration number",
        "number in the commercial register",
        "registration number (chamber of commerce, SIREN, HRB, CIN)",
    ),
    "contact": ("contact person", "person to be contacted", "name of the clerk"),
}


def party_fields(
    role: str, shorts: Sequence[str], names: Sequence[str], called: Sequence[str]
) -> tuple[Field, ...]:
    """The fields "seller_name", "seller_street" and so on. `shorts` go before a noun ("Seller"),
    `names` behind one ("the company that bills"), and `called` asks for the name itself."""
    fields = [Field(f"{role}_name", STRING, tuple(called))]
    for part, nouns in _NOUNS.items():
        fields.append(Field(f"{role}_{part}", STRING, _wordings(nouns, shorts, names)))
    return tuple(fields)


def trade_parties(paper: str) -> tuple[Field, ...]:
    """Who sends and who receives a paper called, say, "invoice"."""
    seller = party_fields(
        "seller",
        ("Seller", "Supplier", "Vendor", "Issuer"),
        (f"the company that issues the {paper}", "the seller", "the supplier", "the sender"),
        (
            f"Name of the company that issues the {paper}",
            "Seller's name",
            "Supplier name as printed",
            f"From which company is the {paper}?",
        ),
    )
    buyer = party_fields(
        "buyer",
        ("Buyer", "Customer", "Recipient"),
        (f"the party that receives the {paper}", "the buyer", "the customer", "the recipient"),
        (
            f"Name of the party that receives the {paper}",
            "Buyer's name",
            "Customer name as printed",
            f"To whom is the {paper} addressed?",
        ),
    )
    return seller + buyer


def _wordings(nouns: Sequence[str], shorts: Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
    of = [f"{_capital(noun)} of {names[n % len(names)]}" for n, noun in enumerate(nouns)]
    short = [f"{word} {nouns[n % len(nouns)]}" for n, word in enumerate(shorts)]
    asked = f"What is the {nouns[-1]} of {names[0]}?"
    return (*dict.fromkeys([*of, *short, asked, f"{_capital(nouns[0])} ({shorts[0].lower()})"]),)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
