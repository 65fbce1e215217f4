"""Which companies, people and addresses are in a document?"""

from __future__ import annotations

import functools
import random
from collections.abc import Callable

from faker import Faker
from faker.providers.address.it_IT import Provider

COUNTRIES = {
    "us": "en_US",
    "gb": "en_GB",
    "in": "en_IN",
    "de": "de_DE",
    "nl": "nl_NL",
    "it": "it_IT",
    "es": "es_ES",
    "se": "sv_SE",
    "ch": "de_CH",
    "fr": "fr_FR",
}
_SUFFIXES = {
    "us": ["Inc.", "LLC", "Corp.", "Co.", "Incorporated", "L.P."],
    "gb": ["Ltd", "Limited", "plc", "LLP"],
    "in": ["Pvt Ltd", "Limited", "LLP"],
    "de": ["GmbH", "AG", "GmbH & Co. KG", "KG"],
    "nl": ["B.V.", "N.V."],
    "it": ["S.r.l.", "S.p.A."],
    "es": ["S.L.", "S.A."],
    "se": ["AB"],
    "ch": ["AG", "SA", "GmbH"],
    "fr": ["SARL", "SAS", "SA"],
}
_FIRST = (
    "Alder Amber Apex Arrow Ashgrove Beacon Birch Blue Boreal Brook Cedar Cobalt Copper Coral "
    "Crown Delta Dune Eastgate Echo Elm Ember Falcon Fern Flint Forge Fox Garnet Granite Grove "
    "Harbor Hazel Heron Highland Indigo Iron Ivory Juniper Kestrel Lake Lark Linden Lotus Lynx "
    "Maple Marble Meridian Mill Moss North Oak Onyx Orchard Osprey Otter Pearl Pine Prairie "
    "Quartz Raven Ridge River Rowan Sable Saffron Sierra Silver Slate Solstice Spruce Sterling "
    "Summit Swift Tamarack Thistle Timber Union Vale Verdant Vesper Walnut Westbrook Willow "
    "Wren Zenith"
)
_TRADES = (
    "Analytics Apparel Automation Bakeries Biologics Bottling Builders Capital Castings "
    "Ceramics Chemicals Clinics Components Consulting Controls Dairy Data Dental Diagnostics "
    "Electric Energy Engineering Foods Freight Furnishings Gears Glass Hardware Health Holdings "
    "Hydraulics Imaging Industries Instruments Laboratories Lighting Logistics Marine Materials "
    "Mechanical Media Metals Minerals Motors Networks Optics Packaging Paints Paper Partners "
    "Pharma Plastics Power Press Printing Properties Pumps Retail Robotics Seeds Semiconductors "
    "Services Shipping Software Solar Steel Supply Systems Technologies Textiles Tooling "
    "Trading Transport Ventures Waterworks Wines"
)


class People:
    """Names that do not come twice in one document."""

    def __init__(self, rng: random.Random, country: str) -> None:
        self._rng, self.country = rng, country
        self.fake = _faker(COUNTRIES[country])
        self.fake.seed_instance(rng.getrandbits(48))
        self._taken: set[str] = set()

    def company(self) -> str:
        suffix = self._rng.choice(_SUFFIXES[self.country])
        first = self._rng.choice(_FIRST.split())
        trade = self._rng.choice(_TRADES.split())
        name = {
            0: f"{first} {trade} {suffix}",
            1: f"{first} & {self.fake.last_name()} {trade} {suffix}",
            2: f"{self.fake.last_name()} {trade} {suffix}",
            3: f"{first} {self._rng.choice(_FIRST.split())} {trade}",
            4: str(self.fake.company()),
        }[self._rng.choice([0, 0, 1, 2, 2, 3, 4])]
        return self._new(name, self.company)

    def person(self) -> str:
        return self._new(f"{self.fake.first_name()} {self.fake.last_name()}", self.person)

    def address(self) -> str:
        """On one line."""
        street = f"{self.fake.street_name()} {self.fake.building_number()}"
        if self.country in ("us", "gb", "in"):
            street = f"{self.fake.building_number()} {self.fake.street_name()}"
        if self.country == "us":
            return f"{street}, {self.city()}, {self.fake.state_abbr()} {self.fake.postcode()}"
        if self.country in ("gb", "in"):
            return f"{street}, {self.city()}, {self.fake.postcode()}"
        return f"{street}, {self.fake.postcode()} {self.city()}"

    def city(self) -> str:
        if self.country == "it":  # in the provider their order is another in each process
            return str(self.fake.random_element(_italian_cities()))
        return str(self.fake.city()).replace("\n", " ")

    def email(self, person: str, company: str = "") -> str:
        host = "".join(
            letter
            for letter in (company or self._rng.choice(_FIRST.split())).lower()
            if letter.isascii() and letter.isalnum()
        )
        first, _, last = person.lower().encode("ascii", "ignore").decode().partition(" ")
        user = self._rng.choice([f"{first}.{last}", f"{first[:1]}{last}", last]).replace(" ", "")
        return f"{user.strip('.') or 'office'}@{host[:18] or 'office'}.example"

    def phone(self) -> str:
        digits = "".join(str(self._rng.randint(0, 9)) for _ in range(7))
        if self.country == "us":
            return f"({self._rng.randint(201, 989)}) 555-{digits[:4]}"
        prefix = {"gb": "+44 20", "de": "+49 30", "fr": "+33 1", "in": "+91 22"}.get(self.country)
        return f"{prefix or '+41 44'} {digits[:3]} {digits[3:]}"

    def _new(self, name: str, again: Callable[[], str]) -> str:
        if name in self._taken:
            return again()
        self._taken.add(name)
        return name


@functools.cache
def _faker(locale: str) -> Faker:
    return Faker(locale)


@functools.cache
def _italian_cities() -> list[str]:
    return sorted(Provider.cities)
