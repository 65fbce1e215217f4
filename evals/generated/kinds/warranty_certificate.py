"""What does the warranty certificate of a product say?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from evals.generated.blocks import Block, Bullets, Columns, Heading, Paragraph
from evals.generated.draft import Kind, Paper
from evals.generated.entries import Entry, claim, dated, paragraphs, section, worded
from evals.generated.pen import Pen
from evals.generated.warranty_fields import FIELDS

_PRODUCTS = (
    ("heat pump", "compressor"),
    ("electric bicycle", "frame"),
    ("dishwasher", "motor"),
    ("garden tractor", "engine"),
    ("refrigerator", "cooling circuit"),
    ("mattress", "core"),
    ("cordless drill", "gearbox"),
    ("solar inverter", "power unit"),
    ("coffee machine", "boiler"),
    ("air compressor", "pressure vessel"),
    ("washing machine", "drum bearing"),
    ("office chair", "gas spring"),
    ("hearing aid", "casing"),
    ("pressure washer", "pump"),
)
_EXCLUDED = (
    "normal wear",
    "improper installation",
    "use of parts of other makers",
    "scratches and dents",
    "power surges",
    "frost",
    "lack of maintenance",
    "damage in transit",
    "consumables such as filters",
    "corrosion",
    "unauthorised repairs",
    "cleaning with unsuitable agents",
)
_CONDITIONS = (
    "The warranty applies in addition to the statutory rights of the buyer, which it does not "
    "restrict.",
    "Before a claim is made, the hints on faults in the manual should be followed; many "
    "disturbances have simple causes, such as a loose plug, a clogged filter or a child lock.",
    "Journeys to islands, mountain huts and ships are made by arrangement only, since the time "
    "they take cannot be foreseen.",
    "Repairs are done by our own staff or by workshops that we have trained for the purpose.",
    "A product that was bought abroad is repaired where it was sold, unless both countries belong "
    "to the same sales region.",
    "If a fault cannot be put right in two attempts, the unit is exchanged.",
    "Replaced parts become the property of the manufacturer.",
    "The right to repair or exchange the product is at the choice of the manufacturer. If the "
    "model is no longer made, one of equal worth is supplied.",
    "Please keep the original packing, so that the product can be sent without damage.",
    "The type plate must be legible and must not have been altered.",
    "Data given at registration are used only to handle claims and for notices on safety.",
    "Nothing is owed for loss of profit, for stoppages or for other indirect damage.",
    "Service performed does not prolong the term, nor does it start a new one.",
    "Claims are handled faster when a photograph of the fault is enclosed.",
    "No dealer, fitter or other person is authorised to change these terms.",
    "The instructions for use are part of these terms; operation at temperatures other than those "
    "given there is at the risk of the user.",
    "Before it is handed over for repair, personal belongings and accessories are to be removed.",
)


@dataclass(frozen=True, slots=True)
class _Sale:
    """What was bought when, and how the warranty on it is called."""

    product: str
    component: str
    bought: date
    start: date
    months: int
    word: str
    prose_share: float


def _write(pen: Pen) -> Paper:
    sale = _sale(pen)
    title = pen.pick(f"{sale.word} Certificate", f"Certificate of {sale.word}", f"{sale.word} Card")
    maker = pen.say("warrantor", pen.people.company())
    head: list[Block] = [Heading(title, 1), Paragraph(f"{pen.pick('', 'Issued by ')}{maker}")]
    if pen.chance(0.25):
        head = [Columns([Paragraph(maker)], [Heading(title, 1)])]
    data = [
        Heading(pen.pick("Product", "Product data", "Your product"), 2),
        *section(pen, _product(pen, sale), sale.prose_share),
        Heading(pen.pick("Registration", "Owner and purchase", "Purchase"), 2),
        *section(pen, _purchase(pen, sale), sale.prose_share),
    ]
    terms = [
        Heading(pen.pick("Term", "Period of cover", f"How long the {sale.word} lasts"), 2),
        *_term(pen, sale),
        Heading(pen.pick("Conditions", "Terms", "What to note"), 2),
        *_conditions(pen, sale),
        Heading(pen.pick("Service", "In case of a defect", "How to claim"), 2),
        *section(pen, _service(pen), sale.prose_share),
    ]
    return Paper(
        pen.pick("warranty.pdf", "certificate.pdf", "guarantee.pdf", "warranty.txt"),
        [*head, *data, *terms] if pen.chance(0.75) else [*head, *terms, *data],
        running_head=pen.pick("", "", title),
        running_foot=pen.pick("", "Page {page}", "Please keep with your receipt"),
    )


def _sale(pen: Pen) -> _Sale:
    product, component = pen.pick(*_PRODUCTS)
    bought = pen.day()
    return _Sale(
        product,
        component,
        bought,
        bought + timedelta(days=pen.pick(0, 0, 1, pen.rng.randint(2, 25))),
        pen.pick(12, 18, 24, 36, 48, 60),
        pen.pick("Warranty", "Warranty", "Guarantee"),
        pen.pick(0.1, 0.35, 0.6, 0.9),
    )


def _product(pen: Pen, sale: _Sale) -> list[Entry]:
    made = sale.bought - timedelta(days=pen.rng.randint(30, 400))
    number = pen.id(pen.pick("W-#######", "####-####-##", "GC######", "??####/##"))
    return [
        worded(
            pen,
            "product",
            pen.pick(sale.product, sale.product.capitalize()),
            ["Product", "Article", "Appliance"],
            [],
        ),
        worded(
            pen,
            "model_number",
            pen.id(pen.pick("?? ###", "?-####?", "??##-###", "### ?")),
            ["Model", "Type", "Model no."],
            ["It is the model {}.", "The type designation is {}."],
            0.75,
        ),
        worded(
            pen,
            "serial_number",
            pen.id(pen.pick("##########", "SN####-#####", "?##??######")),
            ["Serial no.", "Serial number", "S/N"],
            ["The unit has the serial number {}.", "Its serial number is {}."],
            0.7,
            ["The serial number is found on the plate at the back of the product."],
        ),
        worded(
            pen,
            "certificate_number",
            number,
            ["Certificate no.", "Certificate", "Document no."],
            ["This certificate bears the number {}.", "Please quote certificate {} in letters."],
            0.75,
        ),
        dated(
            pen,
            "manufacture_date",
            made,
            ["Date of manufacture", "Made on"],
            ["The product was made on {}.", "It left the works on {}."],
            0.4,
        ),
    ]  # fmt: skip


def _purchase(pen: Pen, sale: _Sale) -> list[Entry]:
    people = pen.people
    recorded = sale.bought + timedelta(days=pen.rng.randint(1, 40))
    fitted = sale.bought + timedelta(days=pen.rng.randint(2, 60))
    price = round(pen.rng.uniform(90, 9000), 2)
    return [
        worded(
            pen,
            "product_owner",
            people.person() if pen.chance(0.8) else people.company(),
            ["Owner", "Registered to", "Customer"],
            ["The product is registered to {}.", "Its owner is {}."],
        ),
        worded(
            pen,
            "owner_address",
            people.address(),
            ["Address", "Owner's address", "Place of use"],
            ["The owner's address is {}.", "The place of use was given as {}."],
            0.6,
        ),
        dated(
            pen,
            "purchase_date",
            sale.bought,
            ["Date of purchase", "Bought on", "Purchase date"],
            ["The product was bought on {}.", "The sale took place on {}."],
            0.75,
            ["The date of purchase is shown by the receipt."],
        ),
        worded(
            pen,
            "dealer",
            people.company(),
            ["Dealer", "Bought from", "Sold by"],
            ["{} sold the product.", "It was the dealer {} that sold the product."],
            0.65,
            ["The dealer's stamp is valid only with a signature."],
        ),
        worded(
            pen,
            "receipt_number",
            pen.id(pen.pick("R######", "##-#####", "INV-####")),
            ["Receipt no.", "Dealer's invoice no."],
            ["The dealer's invoice has the number {}."],
            0.45,
        ),
        Entry(
            ["Price", "Purchase price"],
            ["The price paid was {}.", "The product cost {} in all."],
            lambda _: pen.money("purchase_price", price),
            0.5,
        ),
        dated(
            pen,
            "installation_date",
            fitted,
            ["Installed on", "Put into service"],
            ["The product was put into service on {}.", "Installation took place on {}."],
            0.45,
            ["The day of installation is to be entered by the fitter."],
        ),
        worded(
            pen,
            "installer",
            people.person() if pen.chance(0.5) else people.company(),
            ["Installer", "Installed by"],
            ["The work was done by the installer {}."],
            0.4,
            ["Installation by a trained fitter is advised."],
        ),
        dated(
            pen,
            "registration_date",
            recorded,
            ["Registered on", "Date of registration"],
            ["The registration was received on {}.", "The product was registered on {}."],
            0.55,
        ),
        worded(
            pen,
            "registration_code",
            pen.id(pen.pick("????-####", "###-###-###", "??##??##")),
            ["Registration code", "Code"],
            ["The code of the registration is {}."],
            0.45,
            ["A registration code is sent by email."],
        ),
    ]


def _term(pen: Pen, sale: _Sale) -> list[Block]:
    months = sale.start.year * 12 + sale.start.month - 1 + sale.months
    day = min(sale.start.day, 28)
    end = date(months // 12, months % 12 + 1, day)
    entries = [
        Entry(
            [f"{sale.word} in months", "Period (months)"],
            [
                f"The {sale.word.lower()} is given for {{}} months.",
                "For a term of {} months the manufacturer mends faults in material and workmanship "
                "free of charge.",
            ],
            lambda in_prose: (
                pen.in_words("warranty_months", sale.months)
                if in_prose
                else pen.count("warranty_months", sale.months)
            ),
            0.75,
        ),
        Entry(
            [f"{sale.component.capitalize()} (years)"],
            [
                f"On the {sale.component} it is {{}} years.",
                f"The {sale.component} is guaranteed for {{}} years.",
            ],
            lambda _: pen.in_words("component_years", pen.pick(3, 6, 7, 8, 10, 12)),
            0.5,
            ["Seals and batteries are covered for half a year only."],
        ),
        dated(
            pen,
            "cover_from",
            sale.start,
            ["Valid from", f"{sale.word} begins", "Start"],
            [f"The {sale.word.lower()} runs from {{}}.", "The first day of the term is {}."],
            0.55,
            [f"The {sale.word.lower()} begins with the day of delivery."],
        ),
        dated(
            pen,
            "cover_to",
            end,
            ["Valid until", f"{sale.word} ends", "Expires"],
            [f"The {sale.word.lower()} expires on {{}}.", "Claims can be made up to {}."],
            0.6,
        ),
        Entry(
            ["Operating hours at most"],
            ["Cover ends early once {} operating hours are reached."],
            lambda _: pen.count("usage_limit", pen.pick(800, 1500, 2000, 5000, 10000)),
            0.35,
        ),
        Entry(
            ["Parts replaced (days)"],
            ["Parts fitted in a repair are guaranteed for {} days."],
            lambda _: pen.in_words("repair_warranty_days", pen.pick(45, 60, 90, 180)),
            0.45,
            ["Parts fitted in a repair are covered for what is left of the term."],
        ),
    ]
    return section(pen, pen.shuffled(entries), sale.prose_share)


def _conditions(pen: Pen, sale: _Sale) -> list[Block]:
    word = sale.word.lower()
    kind = pen.pick("limited", "full", "extended")
    entries = [
        Entry(
            [],
            [f"This is a {{}} {word}.", f"The {word} is {{}}."]
            if kind != "extended"
            else [f"The {word} is {{}} by agreement with the owner."],
            lambda _: pen.say("warranty_type", kind, kind),
            0.45,
        ),
        Entry(
            [],
            ["The product must be registered within {} days of the purchase."],
            lambda _: pen.in_words("register_days", pen.pick(10, 14, 28, 30, 60)),
            0.5,
            ["Registration is voluntary and can be done at any time."],
        ),
        Entry(
            [],
            ["A defect must be reported within {} days of its discovery."],
            lambda _: pen.in_words("report_days", pen.pick(5, 7, 14, 15, 20)),
            0.5,
            ["A defect must be reported without delay."],
        ),
        claim(
            pen,
            "is_transferable",
            [],
            [f"The {word} passes to a later owner.", "When it is sold, the new owner keeps all "
             "rights."],
            [f"The {word} is not transferable.", "Only the first buyer has these rights."],
            0.5,
        ),
        claim(
            pen,
            "covers_commercial_use",
            [],
            ["Use in a business is covered as well.", "Commercial use is included."],
            ["Use in a business is not covered.", "It is valid for private use only."],
            0.45,
        ),
    ]  # fmt: skip
    blocks = section(pen, entries, 1.0)
    if pen.chance(0.65):
        excluded = pen.some(_EXCLUDED, 2, 5)
        if pen.chance(0.45):
            blocks += [
                Paragraph("Not covered is damage that comes from"),
                Bullets(pen.items("exclusions", excluded)),
            ]
        else:
            listed = pen.listed("exclusions", excluded)
            blocks.append(Paragraph(f"The {word} does not extend to {listed}."))
    said = paragraphs(pen, pen.some(_CONDITIONS, 4, 14), 3)
    return [*blocks, *said] if pen.chance(0.6) else [*said, *blocks]


def _service(pen: Pen) -> list[Entry]:
    people = pen.people
    email = people.email(people.person())
    entries = [
        worded(
            pen,
            "claims_phone",
            people.phone(),
            ["Service hotline", "Claims by telephone"],
            ["Defects are reported by telephone on {}.", "For repairs please call {} first."],
            0.55,
        ),
        worded(
            pen,
            "parts_phone",
            people.phone(),
            ["Spare parts", "Parts and accessories"],
            ["Spare parts are ordered on {}."],
            0.5,
        ),
        worded(
            pen,
            "claims_email",
            email,
            ["Claims by email", "Service email"],
            ["Faults can be described to {} in writing."],
            0.45,
            [f"For questions on products write to {people.email(people.person())} instead."],
        ),
        worded(
            pen,
            "service_address",
            people.address(),
            ["Returns to", "Service centre"],
            ["A faulty product is sent to the service centre, {}."],
            0.5,
            [f"Visitors find our showroom at {people.address()}."],
        ),
        Entry(
            ["Repair time (working days)"],
            ["A repair takes {} working days at most."],
            lambda _: pen.in_words("repair_days", pen.pick(3, 5, 8, 10, 12)),
            0.4,
        ),
        Entry(
            ["Owner's share of a repair"],
            ["Of each repair the owner pays {}."],
            lambda _: pen.money("deductible", float(pen.pick(15, 25, 40, 50, 75))),
            0.35,
        ),
        Entry(
            ["Call-out without defect"],
            ["If no fault is found, {} is charged for the visit."],
            lambda _: pen.money("callout_charge", pen.rng.randint(35, 160) * 1.0),
            0.45,
        ),
        Entry(
            ["Extension, one-off price"],
            ["The term can be prolonged by two years for {}."],
            lambda _: pen.money("extension_price", round(pen.rng.uniform(29, 480), 2)),
            0.45,
        ),
    ]
    return pen.shuffled(entries)


KIND = Kind("warranty_certificate", "warranty", FIELDS, _write)
