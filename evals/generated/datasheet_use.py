"""Under which conditions can a device be used, and for how long is it looked after?"""

from __future__ import annotations

from datetime import date, timedelta

from evals.generated.entry import Entry, Wording, worded
from evals.generated.pen import Pen

_LANDS = ("Poland", "Portugal", "Slovenia", "Japan", "Finland", "Mexico", "Vietnam", "Austria")


def conditions_of_use(pen: Pen) -> list[Wording]:
    low, high = pen.pick(-10, -5, 0, 5), pen.pick(35, 40, 45, 50)
    cold, hot = low - pen.pick(10, 15, 20), high + pen.pick(10, 15, 20)
    join = pen.pick(" to ", " up to ")
    humid, height = pen.pick(75, 80, 85, 90, 95), pen.pick(900, 1500, 2000, 2500, 3000)
    code = pen.pick("IP20", "IP44", "IP54", "IP55", "IP65", "IP 67")
    shell = pen.pick("powder-coated steel", "stainless steel", "die-cast aluminium", "ABS plastic")
    is_fit = pen.chance(0.5)
    outside = (
        pen.pick("The device may be used outdoors.", "Operation in the open is permitted.")
        if is_fit
        else pen.pick("The device is for indoor use only.", "Not to be operated outdoors.")
    )

    def degrees(name: str, value: int) -> str:
        return pen.say(name, str(value), value)

    lines = [
        Entry(
            ("Operating temperature", "Ambient temperature, in operation"),
            ("It can be operated at {}.", "The temperature where it runs may be {}."),
            lambda _: (
                f"{degrees('lowest_operating_temperature', low)}{join}"
                f"{degrees('highest_operating_temperature', high)} °C"
            ),
            0.65,
        ),
        Entry(
            ("Storage temperature", "Temperature in storage"),
            ("It can be stored at {}.", "Switched off it withstands {}."),
            lambda _: (
                f"{degrees('lowest_storage_temperature', cold)}{join}"
                f"{degrees('highest_storage_temperature', hot)} °C"
            ),
            0.5,
        ),
        Entry(
            ("Humidity, max.", "Relative humidity up to"),
            ("The air may have a humidity of up to {}, without dew.",),
            lambda _: pen.percent("greatest_humidity", float(humid), 0),
            0.5,
        ),
        Entry(
            ("Altitude, max.", "Site above sea level up to"),
            ("It may be set up at altitudes of up to {}.",),
            lambda _: f"{pen.count('greatest_altitude', height)} m",
            0.45,
        ),
        Entry(
            ("Protection", "Degree of protection", "IP code"),
            ("The housing is sealed to {}.", "Degree of protection: {}."),
            lambda _: pen.say("protection_class", code),
            0.55,
        ),
        Entry(
            ("Housing", "Material of housing"),
            ("The housing is made of {}.", "Its shell consists of {}."),
            lambda _: pen.say("housing_material", shell),
            0.45,
        ),
        Entry(
            ("Place of use", "Installation"),
            ("{}",),
            lambda _: pen.flag("fit_for_outdoors", outside, is_fit),
            0.45,
        ),
    ]
    return worded(pen, pen.shuffled(lines))


def service_and_warranty(pen: Pen, issued: date) -> list[Wording]:
    years = pen.pick(24, 36, 48, 60)
    lines = [
        Entry(
            ("Warranty", "Warranty, device"),
            ("The warranty on the device is {}.", "The device is guaranteed for {}."),
            lambda _: f"{_count(pen, 'device_warranty_months', years)} months",
            0.6,
        ),
        Entry(
            ("Warranty, wearing parts", "Seals and filters, warranty"),
            ("For wearing parts such as seals the warranty is {}.",),
            lambda _: f"{_count(pen, 'wear_warranty_months', pen.pick(3, 6, 9, 12))} months",
            0.45,
        ),
        Entry(
            ("Service interval", "Maintenance every"),
            ("It needs service every {}.", "The interval between services is {}."),
            lambda _: (
                f"{pen.count('service_interval_hours', pen.pick(500, 1000, 1500, 2000, 4000))} h"
            ),
            0.55,
        ),
        Entry(
            ("Design life", "Expected life"),
            ("It is designed to last {}.", "Its expected life is {}."),
            lambda _: f"{pen.count('design_life_hours', pen.pick(12, 15, 20, 30, 45) * 1000)} h",
            0.45,
        ),
        Entry(
            ("Spare parts until", "Parts guaranteed until"),
            ("Spare parts will be supplied until {}.",),
            lambda _: pen.date(
                "spares_until", issued + timedelta(days=pen.rng.randint(2500, 4200))
            ),
            0.45,
        ),
        Entry(
            ("Made in", "Country of manufacture", "Origin"),
            ("It is made in {}.", "Country of manufacture: {}."),
            lambda _: pen.say("country_of_manufacture", pen.pick(*_LANDS)),
            0.5,
        ),
        Entry(
            ("List price, basic model", "Basic model from"),
            ("The basic model is listed at {}.",),
            lambda _: pen.money("unit_price", pen.rng.randint(190, 8900) + 0.9),
            0.4,
        ),
        Entry(
            ("Service contract, per year",),
            ("A service contract costs {} a year.",),
            lambda _: pen.writing.money(pen.rng.randint(80, 900) + 0.5),
            0.35,
        ),
    ]
    return worded(pen, pen.shuffled(lines))


def _count(pen: Pen, name: str, value: int) -> str:
    return pen.say(name, str(value), value)
