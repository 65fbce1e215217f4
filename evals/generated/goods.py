"""What do companies buy and sell?"""

from __future__ import annotations

import random
from dataclasses import dataclass

_QUALITIES = [
    "Adjustable",
    "Aluminium",
    "Anti-static",
    "Black",
    "Brushed",
    "Compact",
    "Corrosion-proof",
    "Curved",
    "Double",
    "Economy",
    "Extra-wide",
    "Flat",
    "Flexible",
    "Folding",
    "Galvanised",
    "Green",
    "Heavy-duty",
    "Hinged",
    "Insulated",
    "Large",
    "Matte",
    "Medium",
    "Modular",
    "Narrow",
    "Non-slip",
    "Padded",
    "Portable",
    "Premium",
    "Red",
    "Reinforced",
    "Round",
    "Shielded",
    "Slim",
    "Small",
    "Stainless",
    "Sturdy",
    "Thermal",
    "Transparent",
    "Universal",
    "Washable",
    "White",
]
_THINGS = {
    "office": "Desk Lamp,Filing Cabinet,Office Chair,Paper Tray,Whiteboard,Label Printer,Stapler,"
    "Ring Binder,Cable Organiser,Monitor Arm,Footrest,Document Shredder,Desk Pad,Bookend",
    "workshop": "Pipe Clamp,Ball Valve,Torque Wrench,Drill Bit Set,Hose Coupling,Bearing,Gasket,"
    "Drive Belt,Safety Goggles,Work Gloves,Hex Bolt,Washer,Spring,Grease Gun,Angle Bracket",
    "electronics": "USB Hub,Power Supply,HDMI Cable,Network Switch,Docking Station,Headset,"
    "Webcam,Keyboard,Battery Pack,Patch Panel,Surge Protector,Barcode Scanner,Temperature Probe",
    "laboratory": "Pipette Tips,Beaker,Petri Dish,Centrifuge Tube,Filter Paper,Test Tube Rack,"
    "Magnetic Stirrer,pH Buffer Solution,Latex Gloves,Sample Vial,Microscope Slide,Burette",
    "kitchen": "Mixing Bowl,Chopping Board,Serving Tray,Storage Jar,Saucepan,Oven Mitt,Ladle,"
    "Water Jug,Coffee Grinder,Baking Sheet,Colander,Whisk,Salad Bowl,Tea Towel",
    "garden": "Watering Can,Garden Hose,Planter Box,Pruning Shears,Wheelbarrow,Rake,Seed Tray,"
    "Compost Bin,Trellis,Bird Feeder,Garden Bench,Hedge Trimmer,Sprinkler",
}
_SERVICES = [
    "Site survey",
    "On-site installation",
    "System configuration",
    "Staff training",
    "Project management",
    "Annual maintenance",
    "Data migration",
    "Safety inspection",
    "Graphic design",
    "Translation services",
    "Equipment rental",
    "Calibration",
    "Technical support",
    "Waste disposal",
    "Night cleaning",
    "Window cleaning",
    "Software licence",
    "Hosting fee",
    "Consulting services",
    "Travel expenses",
    "Pest control",
    "Landscaping work",
    "Catering",
    "Security patrol",
    "Printing of brochures",
]
_UNITS = ["pcs", "ea", "box", "set", "pack", "unit"]


@dataclass(frozen=True, slots=True)
class Good:
    name: str
    unit: str
    price: float


def goods(rng: random.Random, num: int, *, with_services: bool = False) -> list[Good]:
    """Different ones, of one or two trades."""
    trades = rng.sample(list(_THINGS), 2)
    things = [thing for trade in trades for thing in _THINGS[trade].split(",")]
    found: dict[str, Good] = {}
    is_of_services = with_services and rng.random() < 0.4
    while len(found) < num:
        if is_of_services and (len(found) < len(_SERVICES) - 4):
            name, unit = rng.choice(_SERVICES), rng.choice(["h", "day", "month", "flat"])
            price = rng.choice([rng.randint(45, 180), rng.randint(200, 2400)]) + 0.0
        else:
            name, unit = f"{rng.choice(_QUALITIES)} {rng.choice(things)}", rng.choice(_UNITS)
            price = rng.choice([rng.uniform(0.4, 9), rng.uniform(9, 90), rng.uniform(90, 900)])
        found.setdefault(name, Good(name, unit, round(price, 2)))
    return list(found.values())
