"""What does a company print of itself: where it is, how it is reached, under which numbers?"""

from __future__ import annotations

from dataclasses import dataclass

from evals.generated.pen import Pen
from evals.generated.people import People

_COUNTRY_NAMES = {
    "us": ["USA", "United States", "U.S.A."],
    "gb": ["United Kingdom", "UK", "Great Britain", "England"],
    "in": ["India", "INDIA"],
    "de": ["Germany", "Deutschland", "GERMANY"],
    "nl": ["Netherlands", "The Netherlands", "Nederland"],
    "it": ["Italy", "Italia"],
    "es": ["Spain", "España"],
    "se": ["Sweden", "Sverige"],
    "ch": ["Switzerland", "Schweiz", "Suisse"],
    "fr": ["France", "FRANCE"],
}
_TAX_IDS = {
    "us": [("EIN", "##-#######"), ("Tax ID", "##-#######"), ("Federal Tax ID", "##-#######")],
    "gb": [("VAT No.", "GB#########"), ("VAT Reg. No.", "GB ### #### ##"), ("VAT", "#########")],
    "in": [("GSTIN", "27?????####?1Z#"), ("GST No.", "29?????####?1Z?")],
    "de": [("USt-IdNr.", "DE#########"), ("VAT ID", "DE#########"), ("St.-Nr.", "##/###/#####")],
    "nl": [
        ("BTW-nummer", "NL#########B01"),
        ("VAT no.", "NL#########B02"),
        ("BTW", "NL#########B01"),
    ],
    "it": [("P. IVA", "IT###########"), ("Partita IVA", "###########"), ("VAT", "IT###########")],
    "es": [("NIF", "B########"), ("CIF", "A########"), ("VAT no.", "ESB########")],
    "se": [("VAT no.", "SE##########01"), ("Momsreg.nr", "SE##########01")],
    "ch": [("MWST-Nr.", "CHE-###.###.### MWST"), ("VAT no.", "CHE-###.###.### TVA")],
    "fr": [("TVA", "FR## #########"), ("N° TVA", "FR###########"), ("VAT no.", "FR## #########")],
}
_REGISTERS = {
    "us": [("Delaware File No.", "#######"), ("State reg. no.", "C#######")],
    "gb": [
        ("Company No.", "0#######"),
        ("Registered in England No.", "########"),
        ("Reg. No.", "0#######"),
    ],
    "in": [("CIN", "U#####MH20##PTC######"), ("CIN", "L#####KA19##PLC######")],
    "de": [("HRB", "#####"), ("Amtsgericht", "HRB ######"), ("Handelsregister", "HRB #####")],
    "nl": [("KvK", "########"), ("KvK-nummer", "########"), ("Chamber of Commerce", "########")],
    "it": [("REA", "MI-#######"), ("R.E.A.", "TO ######")],
    "es": [("Reg. Merc.", "B-######"), ("Registro Mercantil", "M-#####")],
    "se": [("Org.nr", "55####-####"), ("Reg. no.", "55####-####")],
    "ch": [("UID", "CHE-###.###.###"), ("HR-Nr.", "CH-020.3.###.###-#")],
    "fr": [("SIREN", "### ### ###"), ("SIRET", "### ### ### 000##"), ("RCS", "### ### ###")],
}
_PHONES = {
    "us": ["(###) 555-01##", "+1 ### 555 01##", "###-555-01##"],
    "gb": ["+44 20 7946 0###", "020 7946 0###", "0161 496 0###"],
    "in": ["+91 22 #### ####", "080-########", "+91 98### #####"],
    "de": ["+49 30 ######", "030 / ### ## ##", "+49 (0)89 #####-0"],
    "nl": ["+31 20 ### ####", "020-#######", "+31 (0)10 ### ## ##"],
    "it": ["+39 02 #######", "02 ########"],
    "es": ["+34 91 ### ## ##", "93 ### ## ##"],
    "se": ["+46 8 ### ## ##", "08-### ## ##"],
    "ch": ["+41 44 ### ## ##", "044 ### ## ##"],
    "fr": ["+33 1 ## ## ## ##", "01 ## ## ## ##"],
}  # fmt: skip
_BANKS = {
    "us": ["First Harbor Bank", "Liberty Union Bank"],
    "gb": ["Northgate Bank plc", "Thames & Mersey Bank"],
    "in": ["Deccan Commercial Bank", "Bharat Union Bank"],
    "de": ["Volksbank Mittelland", "Sparkasse Seenland", "Hansebank"],
    "nl": ["Polderbank", "Bank van de Maas"],
    "it": ["Banca del Lago", "Credito Adriatico"],
    "es": ["Banco de Levante", "Caja del Norte"],
    "se": ["Mälarbanken", "Nordsparbanken"],
    "ch": ["Seebank Zug", "Banque du Rhône"],
    "fr": ["Banque du Midi", "Crédit Atlantique"],
}


@dataclass(frozen=True, slots=True)
class Firm:
    """`tax_id` and `register` are label and number; `iban` is empty where none is used."""

    country_code: str
    name: str
    street: str
    postcode: str
    city: str
    country: str
    tax_id: tuple[str, str]
    register: tuple[str, str]
    phone: str
    email: str
    website: str
    bank: str
    iban: str
    bic: str
    contact: str

    @property
    def is_postcode_first(self) -> bool:
        return self.country_code not in ("us", "gb", "in")


def firm_of(pen: Pen, country: str, *, is_person: bool = False) -> Firm:
    """With a name that no other company of this pen's people has."""
    people = People(pen.rng, country)
    contact = people.person()
    name = contact if is_person else people.company()
    host = _host(contact.split()[-1] if is_person else name)
    user = pen.pick("info", "office", "billing", "accounts", "sales", "hello")
    ending = pen.pick("example", "example.com", f"{country}.example", "example.net")
    return Firm(
        country,
        name,
        _street(people, country),
        people.fake.postcode(),
        people.city(),
        pen.pick(*_COUNTRY_NAMES[country]),
        _numbered(pen, _TAX_IDS[country]),
        _numbered(pen, _REGISTERS[country]),
        pen.id(pen.pick(*_PHONES[country])),
        people.email(contact, name) if is_person or pen.chance(0.4) else f"{user}@{host}.{ending}",
        f"{pen.pick('www.', 'www.', 'https://', '')}{host}.{ending}",
        pen.pick(*_BANKS[country]),
        _iban(pen, people, country),
        pen.id(f"????{country.upper()}{pen.pick('##', '?#', '2?')}{pen.pick('', '', 'XXX')}"),
        people.person(),
    )


def _numbered(pen: Pen, forms: list[tuple[str, str]]) -> tuple[str, str]:
    label, pattern = pen.pick(*forms)
    return label, pen.id(pattern)


def _street(people: People, country: str) -> str:
    number = people.fake.building_number()
    if country in ("us", "gb", "in", "fr"):
        return f"{number}{',' if country == 'in' else ''} {people.fake.street_name()}"
    return f"{people.fake.street_name()} {number}"


def _iban(pen: Pen, people: People, country: str) -> str:
    """In groups of four, as it is mostly printed, or in one."""
    if country in ("us", "in"):
        return ""
    iban = str(people.fake.iban())
    if pen.chance(0.3):
        return iban
    return " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))


def _host(name: str) -> str:
    letters = [c if c.isascii() and c.isalnum() else "-" for c in name.lower()]
    words = [word for word in "".join(letters).split("-") if len(word) > 1]
    return "-".join(words[:2])[:22] or "office"
