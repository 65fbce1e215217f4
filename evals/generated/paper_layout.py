"""How are the parties, numbers and dates of a commercial paper arranged?"""

from __future__ import annotations

from evals.generated.blocks import Block, Columns, Heading, Paragraph
from evals.generated.clerk import Clerk, Pair
from evals.generated.firm_blocks import Party, footer, letterhead, sender_line


def headed(
    clerk: Clerk,
    title: str,
    seller: Party,
    buyer: Party,
    refs: list[Pair],
    called: tuple[str, str] = ("seller", "bill_to"),
) -> list[Block]:
    """Both parties and the references; the issuer may stand at the foot alone."""
    pen = clerk.pen
    heading = Heading(clerk.title(title), 1)
    told = buyer.lines(*buyer.reached(), *buyer.numbers())
    buyers = Paragraph(f"{clerk.label(called[1])}{pen.pick(':', '')}\n{told}")
    sellers = Paragraph(
        f"{clerk.label(called[0])}:\n{seller.lines(*seller.reached(), *seller.numbers())}"
    )
    shown = clerk.pairs(refs)
    match pen.pick("window", "letterhead", "beside", "beside", "small", "foot"):
        case "window":
            window = [Paragraph(sender_line(seller)), Paragraph(buyer.lines())]
            if clerk.is_wide:
                return [Columns(window, [heading]), *shown]
            return [Columns(window, shown), heading]
        case "letterhead":
            head = letterhead(seller, is_full=True)
            if clerk.is_wide or pen.chance(0.5):
                return [*head, heading, buyers, *shown]
            return [*head, heading, Columns([buyers], shown)]
        case "beside":
            sides: list[list[Block]] = pen.shuffled([[sellers], [buyers]])
            return [heading, *pen.shuffled([*shown, Columns(*sides)])]
        case "small":
            head = letterhead(seller, is_full=False)
            return [Columns([buyers], head), heading, *shown]
        case _:
            return [heading, buyers, *shown]


def foot(clerk: Clerk, seller: Party, bank: list[Pair]) -> list[Block]:
    blocks = footer(seller, bank)
    sentence = clerk.coin.sentence()
    thanks = clerk.pen.pick("Thank you for your business.", "E. & O. E.", "Page 1 of 1", "")
    return [*([Paragraph(text) for text in (sentence, thanks) if text]), *blocks]
