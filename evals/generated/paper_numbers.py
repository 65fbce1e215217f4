"""Which numbers, days and terms does one commercial paper take from another?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from evals.generated.clerk import Clerk
from evals.generated.paper_fields import INCOTERMS
from evals.generated.pen import Pen


def numbers(clerk: Clerk) -> list[tuple[str, Callable[[], str]]]:
    """What else identifies a paper: labels with who writes the number."""
    pen = clerk.pen
    forms = {
        "order": ("order_number", ("PO-#####", "45########", "B-####-##", "#######")),
        "customer": ("customer_number", ("#####", "C-####", "K#####", "10####")),
        "project": ("project_number", ("P-####", "##-###", "PRJ####")),
        "contract": ("contract_number", ("V######", "CT-####/##", "########")),
        "note": ("delivery_note_number", ("DN-#####", "LS ######", "8#######")),
        "offer": ("quotation_number", ("Q-####", "AN##-###", "QT######")),
        "payment_ref": ("payment_reference", ("RF## #### ####", "############", "??######")),
    }

    def writer(name: str, patterns: tuple[str, ...]) -> Callable[[], str]:
        return lambda: pen.say(name, pen.id(pen.pick(*patterns)))

    return [(key, writer(name, patterns)) for key, (name, patterns) in forms.items()]


def day_before(pen: Pen, day: date, most: int) -> date:
    return day - timedelta(days=pen.rng.randint(1, most))


def incoterm(clerk: Clerk) -> str:
    """Its letters with a place, or the words it is short for."""
    pen = clerk.pen
    code = pen.pick(*INCOTERMS)
    if pen.chance(0.5):
        pen.drop("delivery_terms")
        words = pen.say("incoterm", pen.pick(code, INCOTERMS[code]), code)
        return f"{words} {pen.pick(clerk.seller, clerk.buyer).city}"
    pen.drop("incoterm")
    where = pen.pick(clerk.seller, clerk.buyer).city
    return pen.say("delivery_terms", f"{pen.pick(code, INCOTERMS[code])} {where}")
