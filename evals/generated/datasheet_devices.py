"""Which devices are described, and what is measured of each?"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spec:
    """From `low` of the smallest model to `high` of the largest."""

    name: str
    unit: str
    low: float
    high: float
    places: int = 0

    @property
    def key(self) -> str:
        return self.name.lower().replace(" ", "_").replace(",", "")


@dataclass(frozen=True, slots=True)
class Device:
    noun: str
    specs: tuple[Spec, ...]


_BODY = (
    Spec("Net weight", "kg", 12, 240, 1),
    Spec("Shipping weight", "kg", 250, 420, 1),
    Spec("Width", "mm", 320, 980),
    Spec("Depth", "mm", 290, 870),
    Spec("Height", "mm", 410, 990),
    Spec("Sound pressure at full load", "dB(A)", 58, 84),
    Spec("Sound pressure at idle", "dB(A)", 31, 52),
    Spec("Standby power", "W", 0.4, 9.5, 1),
    Spec("Fuse rating", "A", 10, 63),
)
_DEVICES = (
    Device("screw compressor", (
        Spec("Rated pressure", "bar", 7, 10, 1),
        Spec("Maximum pressure", "bar", 10.5, 15, 1),
        Spec("Delivery at rated pressure", "m³/min", 0.8, 6.4, 2),
        Spec("Delivery at maximum pressure", "m³/min", 0.4, 0.79, 2),
        Spec("Rated motor power", "kW", 5.5, 45, 1),
        Spec("Oil volume", "l", 2.5, 19, 1),
    )),
    Device("centrifugal pump", (
        Spec("Rated flow", "m³/h", 8, 90, 1),
        Spec("Maximum flow", "m³/h", 95, 180, 1),
        Spec("Rated head", "m", 12, 48, 1),
        Spec("Shut-off head", "m", 50, 78, 1),
        Spec("Rated motor power", "kW", 0.75, 22, 2),
        Spec("Speed", "rpm", 950, 990),
    )),
    Device("laser printer", (
        Spec("Print speed, single-sided", "pages/min", 24, 62),
        Spec("Print speed, double-sided", "pages/min", 12, 23),
        Spec("Paper tray, standard", "sheets", 150, 500),
        Spec("Paper tray, maximum", "sheets", 550, 990),
        Spec("Power while printing", "W", 310, 720),
        Spec("Warm-up time", "s", 6, 28),
    )),
    Device("dehumidifier", (
        Spec("Dehumidification at 20 °C", "l/day", 9, 32, 1),
        Spec("Dehumidification at 30 °C", "l/day", 34, 88, 1),
        Spec("Air flow, low speed", "m³/h", 90, 240),
        Spec("Air flow, high speed", "m³/h", 250, 800),
        Spec("Rated power", "W", 280, 950),
        Spec("Refrigerant charge", "g", 120, 780),
    )),
    Device("emergency power supply", (
        Spec("Continuous output", "kVA", 1.5, 20, 1),
        Spec("Peak output", "kVA", 22, 48, 1),
        Spec("Bridging time at full load", "min", 4, 15),
        Spec("Bridging time at half load", "min", 16, 45),
        Spec("Charging time", "h", 3, 9, 1),
        Spec("Input current", "A", 7, 32, 1),
    )),
    Device("convection oven", (
        Spec("Lowest set temperature", "°C", 30, 60),
        Spec("Highest set temperature", "°C", 240, 320),
        Spec("Connected load", "kW", 3.4, 19, 1),
        Spec("Usable volume", "l", 60, 420),
        Spec("Number of trays", "trays", 4, 20),
        Spec("Preheating time", "min", 5, 14),
    )),
    Device("electric pallet truck", (
        Spec("Load capacity", "kg", 600, 990),
        Spec("Speed, loaded", "km/h", 3.5, 5, 1),
        Spec("Speed, unloaded", "km/h", 5.1, 7.5, 1),
        Spec("Lifting height", "mm", 115, 210),
        Spec("Battery capacity", "Ah", 20, 250),
        Spec("Turning radius", "mm", 610, 980),
    )),
)  # fmt: skip
DEVICES = tuple(Device(device.noun, (*device.specs, *_BODY)) for device in _DEVICES)
INCLUDED = "mains cable|quick guide|wall bracket|filter set|hose, 3 m|remote control|tool kit"
EXTRA = "dust cover|trolley|network card|spare battery|extension cable|silencer|carrying handle"
