"""Where do a paper's parties print who they are: letterhead, address block or footer?"""

from __future__ import annotations

from dataclasses import dataclass

from evals.generated.blocks import Block, Heading, Paragraph, Table
from evals.generated.clerk import Clerk, Pair, inline
from evals.generated.firms import Firm

SELLER_TELLS = {
    "country": 0.5,
    "phone": 0.7,
    "email": 0.6,
    "website": 0.5,
    "tax_id": 0.8,
    "register": 0.55,
}
BUYER_TELLS = {"country": 0.4, "phone": 0.25, "email": 0.25, "tax_id": 0.45, "register": 0.12}
"""How often a party tells what; the parts of an address, but for the country, always."""

_ADDRESS_PARTS = ("street", "postcode", "city", "country")


@dataclass(frozen=True, slots=True)
class Party:
    """What a firm tells of itself on one paper; its fields begin with `role`."""

    clerk: Clerk
    role: str
    firm: Firm
    told: frozenset[str]
    is_whole: bool

    def say(self, part: str) -> str:
        return self.clerk.pen.say(f"{self.role}_{part}", str(getattr(self.firm, part)))

    def address(self) -> list[str]:
        """A line each for street, town and country; a single one where it is asked as a whole."""
        firm = self.firm
        if self.is_whole:
            country = [firm.country] if "country" in self.told else []
            town = _town(firm, firm.postcode, firm.city)
            whole = ", ".join([firm.street, town, *country])
            return [self.clerk.pen.say(f"{self.role}_address", whole)]
        town = _town(firm, self.say("postcode"), self.say("city"))
        return [
            self.say("street"),
            town,
            *([self.say("country")] if "country" in self.told else []),
        ]

    def reached(self) -> list[Pair]:
        parts = [part for part in ("phone", "email", "website") if part in self.told]
        return [(self.clerk.label(part), self.say(part)) for part in parts]

    def numbers(self) -> list[Pair]:
        found = []
        for part, (label, number) in (
            ("tax_id", self.firm.tax_id),
            ("register", self.firm.register),
        ):
            if part in self.told:
                found.append((label, self.clerk.pen.say(f"{self.role}_{part}", number)))
        return found

    def lines(self, *details: Pair) -> str:
        said = [f"{label}: {text}" for label, text in details]
        return "\n".join([self.say("name"), *self.address(), *said])


def _town(firm: Firm, postcode: str, city: str) -> str:
    if firm.is_postcode_first:
        return f"{postcode} {city}"
    return f"{city}, {postcode}" if firm.country_code == "us" else f"{city} {postcode}"


def party_of(clerk: Clerk, role: str, firm: Firm, shares: dict[str, float]) -> Party:
    pen = clerk.pen
    told = frozenset(part for part, share in shares.items() if pen.chance(share))
    is_whole = pen.chance(0.3)
    for part in _ADDRESS_PARTS if is_whole else ("address",):
        pen.drop(f"{role}_{part}")
    return Party(clerk, role, firm, told, is_whole)


def bank_pairs(clerk: Clerk, firm: Firm) -> list[Pair]:
    """IBAN alone, or with what else a transfer needs; or an account of a country without."""
    pen = clerk.pen
    if pen.chance(0.15):
        return []
    if firm.iban:
        pairs = [(clerk.label("iban"), pen.say("iban", firm.iban))]
    else:
        code = (
            ("IFSC", "????0######") if firm.country_code == "in" else ("Routing no.", "0########")
        )
        pairs = [
            (pen.pick("A/C No.", "Bank account no."), pen.id("##########")),
            (code[0], pen.id(code[1])),
        ]
    if pen.chance(0.6):
        pairs.append((clerk.label("bic"), pen.say("bic", firm.bic)))
    if pen.chance(0.5):
        pairs.insert(0, (clerk.label("bank"), pen.say("bank", firm.bank)))
    return pairs


def sender_line(party: Party) -> str:
    """The small line over a window's address."""
    between = party.clerk.pen.pick(" · ", " | ", " - ", ", ")
    return between.join([party.say("name"), *party.address()])


def letterhead(party: Party, *, is_full: bool) -> list[Block]:
    pen = party.clerk.pen
    if not is_full:
        return [Heading(party.say("name"), pen.pick(1, 2))]
    details = [*party.reached(), *party.numbers()]
    match pen.pick("lines", "line", "named"):
        case "lines":
            return [Paragraph(party.lines(*details))]
        case "line":
            between = pen.pick(" | ", ", ", " · ")
            where = between.join(
                [*party.address(), inline(details, between)] if details else party.address()
            )
            return [Heading(party.say("name"), 2), Paragraph(where)]
        case _:
            return [
                Heading(party.say("name"), 2),
                Paragraph("\n".join(party.address())),
                *([Paragraph(inline(details, pen.pick("  ", " | ")))] if details else []),
            ]


def footer(party: Party, bank: list[Pair]) -> list[Block]:
    """A firm's data at the foot: a line with bars or commas, or three columns."""
    pen = party.clerk.pen
    match pen.pick("bars", "bars", "commas", "columns", "lines"):
        case "bars" | "commas" as way:
            between = pen.pick(" | ", " · ", " | ") if way == "bars" else ", "
            first = between.join([party.say("name"), *party.address()])
            rest = inline([*party.reached(), *party.numbers()], between)
            last = inline(bank, between)
            return [Paragraph("\n".join(filter(None, (first, rest, last))))]
        case "columns":
            parts = [
                "\n".join([party.say("name"), *party.address()]),
                inline([*party.reached(), *party.numbers()], "\n"),
                inline(bank, "\n"),
            ]
            told = [part for part in parts if part]
            return [Table([""] * len(told), [told], len(told))]
        case _:
            return [Paragraph(party.lines(*party.reached(), *party.numbers(), *bank))]
