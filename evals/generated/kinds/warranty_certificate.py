"""What does the warranty certificate of a product say?"""

from __future__ import annotations

from datetime import timedelta

from evals.generated.blocks import Block, Columns, Heading, Paragraph
from evals.generated.draft import Kind, Paper
from evals.generated.entry import Entry
from evals.generated.pair_layout import section
from evals.generated.pen import Pen
from evals.generated.teller import Teller
from evals.generated.warranty_fields import FIELDS
from evals.generated.warranty_sale import Sale, sale_of
from evals.generated.warranty_terms import claim_service, term_of_cover, warranty_conditions


def _write(pen: Pen) -> Paper:
    sale = sale_of(pen)
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
        *term_of_cover(pen, sale),
        Heading(pen.pick("Conditions", "Terms", "What to note"), 2),
        *warranty_conditions(pen, sale),
        Heading(pen.pick("Service", "In case of a defect", "How to claim"), 2),
        *section(pen, claim_service(pen), sale.prose_share),
    ]
    return Paper(
        pen.pick("warranty.pdf", "certificate.pdf", "guarantee.pdf", "warranty.txt"),
        [*head, *data, *terms] if pen.chance(0.75) else [*head, *terms, *data],
        running_head=pen.pick("", "", title),
        running_foot=pen.pick("", "Page {page}", "Please keep with your receipt"),
    )


def _product(pen: Pen, sale: Sale) -> list[Entry]:
    tell = Teller(pen)
    made = sale.bought - timedelta(days=pen.rng.randint(30, 400))
    number = pen.id(pen.pick("W-#######", "####-####-##", "GC######", "??####/##"))
    return [
        Entry(
            ["Product", "Article", "Appliance"],
            [],
            tell.text("product", pen.pick(sale.product, sale.product.capitalize())),
        ),
        Entry(
            ["Model", "Type", "Model no."],
            ["It is the model {}.", "The type designation is {}."],
            tell.text("model_number", pen.id(pen.pick("?? ###", "?-####?", "??##-###", "### ?"))),
            0.75,
        ),
        Entry(
            ["Serial no.", "Serial number", "S/N"],
            ["The unit has the serial number {}.", "Its serial number is {}."],
            tell.text(
                "serial_number", pen.id(pen.pick("##########", "SN####-#####", "?##??######"))
            ),
            0.7,
            ["The serial number is found on the plate at the back of the product."],
        ),
        Entry(
            ["Certificate no.", "Certificate", "Document no."],
            ["This certificate bears the number {}.", "Please quote certificate {} in letters."],
            tell.text("certificate_number", number),
            0.75,
        ),
        Entry(
            ["Date of manufacture", "Made on"],
            ["The product was made on {}.", "It left the works on {}."],
            tell.date("manufacture_date", made),
            0.4,
        ),
    ]


def _purchase(pen: Pen, sale: Sale) -> list[Entry]:
    tell = Teller(pen)
    people = pen.people
    recorded = sale.bought + timedelta(days=pen.rng.randint(1, 40))
    fitted = sale.bought + timedelta(days=pen.rng.randint(2, 60))
    price = round(pen.rng.uniform(90, 9000), 2)
    return [
        Entry(
            ["Owner", "Registered to", "Customer"],
            ["The product is registered to {}.", "Its owner is {}."],
            tell.text("product_owner", people.person() if pen.chance(0.8) else people.company()),
        ),
        Entry(
            ["Address", "Owner's address", "Place of use"],
            ["The owner's address is {}.", "The place of use was given as {}."],
            tell.text("owner_address", people.address()),
            0.6,
        ),
        Entry(
            ["Date of purchase", "Bought on", "Purchase date"],
            ["The product was bought on {}.", "The sale took place on {}."],
            tell.date("purchase_date", sale.bought),
            0.75,
            ["The date of purchase is shown by the receipt."],
        ),
        Entry(
            ["Dealer", "Bought from", "Sold by"],
            ["{} sold the product.", "It was the dealer {} that sold the product."],
            tell.text("dealer", people.company()),
            0.65,
            ["The dealer's stamp is valid only with a signature."],
        ),
        Entry(
            ["Receipt no.", "Dealer's invoice no."],
            ["The dealer's invoice has the number {}."],
            tell.text("receipt_number", pen.id(pen.pick("R######", "##-#####", "INV-####"))),
            0.45,
        ),
        Entry(
            ["Price", "Purchase price"],
            ["The price paid was {}.", "The product cost {} in all."],
            lambda _: pen.money("purchase_price", price),
            0.5,
        ),
        Entry(
            ["Installed on", "Put into service"],
            ["The product was put into service on {}.", "Installation took place on {}."],
            tell.date("installation_date", fitted),
            0.45,
            ["The day of installation is to be entered by the fitter."],
        ),
        Entry(
            ["Installer", "Installed by"],
            ["The work was done by the installer {}."],
            tell.text("installer", people.person() if pen.chance(0.5) else people.company()),
            0.4,
            ["Installation by a trained fitter is advised."],
        ),
        Entry(
            ["Registered on", "Date of registration"],
            ["The registration was received on {}.", "The product was registered on {}."],
            tell.date("registration_date", recorded),
            0.55,
        ),
        Entry(
            ["Registration code", "Code"],
            ["The code of the registration is {}."],
            tell.text(
                "registration_code", pen.id(pen.pick("????-####", "###-###-###", "??##??##"))
            ),
            0.45,
            ["A registration code is sent by email."],
        ),
    ]


KIND = Kind("warranty_certificate", "warranty", FIELDS, _write)
