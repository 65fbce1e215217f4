"""How are clauses of a contract numbered and set out?"""

from __future__ import annotations

from collections.abc import Sequence

from evals.generated.blocks import Block, Heading, Paragraph
from evals.generated.pen import Pen

Clause = tuple[str, Sequence[str]]
"""A title and its paragraphs."""

STATES = [
    "Delaware",
    "New York",
    "California",
    "Texas",
    "Ohio",
    "Illinois",
    "Nevada",
    "Georgia",
    "Colorado",
    "Oregon",
    "Florida",
    "Massachusetts",
    "New Jersey",
    "Washington",
    "Minnesota",
    "Virginia",
    "Michigan",
    "Pennsylvania",
    "Utah",
    "Arizona",
    "North Carolina",
    "Maryland",
    "Indiana",
    "Wisconsin",
    "Tennessee",
    "Missouri",
    "Connecticut",
]


def boilerplate(pen: Pen, most: int = 12) -> list[Clause]:
    """Clauses that state nothing that is asked for, in most contracts few."""
    num = pen.rng.randint(0, most) if pen.chance(0.45) else pen.rng.randint(0, 2)
    return pen.some(_BOILERPLATE, num, num)


def set_out(pen: Pen, clauses: Sequence[Clause]) -> list[Block]:
    form = pen.pick("headed", "headed", "inline", "section", "article")
    blocks: list[Block] = []
    for number, (title, paragraphs) in enumerate(clauses, start=1):
        match form:
            case "headed":
                blocks.append(Heading(f"{number}. {title}", 2))
                many = len(paragraphs) > 1
                blocks += [
                    Paragraph(f"{number}.{n} {text}" if many else text)
                    for n, text in enumerate(paragraphs, start=1)
                ]
            case "inline":
                blocks.append(Paragraph(f"{number}. {title}. {' '.join(paragraphs)}"))
            case "section":
                blocks.append(Heading(f"Section {number}. {title}", 3))
                letters = "abcdefgh" if len(paragraphs) > 1 else ""
                blocks += [
                    Paragraph(f"({letters[n]}) {text}" if letters else text)
                    for n, text in enumerate(paragraphs)
                ]
            case _:
                blocks.append(Heading(f"ARTICLE {number} - {title.upper()}", 2))
                blocks.append(Paragraph(" ".join(paragraphs)))
    return blocks


_BOILERPLATE: tuple[Clause, ...] = (
    (
        "Entire Agreement",
        [
            "This document contains everything the parties have agreed on its subject and "
            "takes the "
            "place of all earlier drafts, letters and talks.",
        ],
    ),
    (
        "Severability",
        [
            "Should a provision prove void, the remainder stays in force, and the parties "
            "shall put "
            "in its place what comes closest to its economic purpose.",
        ],
    ),
    (
        "Force Majeure",
        [
            "Neither party is answerable for delay caused by events beyond its reasonable control, "
            "such as flood, fire, war, strike or acts of government.",
            "The party that is affected shall tell the other without undue delay and shall resume "
            "performance as soon as it can.",
        ],
    ),
    (
        "Waiver",
        [
            "A failure to insist on a right is no waiver of it, and a single waiver does not "
            "extend "
            "to any later occasion.",
        ],
    ),
    (
        "Assignment",
        [
            "Rights and duties may not be transferred without written consent, which shall not be "
            "withheld without good cause.",
        ],
    ),
    (
        "Data Protection",
        [
            "Personal data are handled only as far as performance requires and in line with the "
            "statutes that apply.",
            "Each party keeps suitable technical and organisational safeguards in place and "
            "reports "
            "any breach that concerns the other.",
        ],
    ),
    (
        "Counterparts",
        ["It may be signed in any number of copies, all of which together are one instrument."],
    ),
    (
        "Headings",
        ["Headings serve convenience only and do not bear on how the text is read."],
    ),
    (
        "Compliance",
        [
            "The parties observe the laws against bribery, corruption and forced labour, and train "
            "their people accordingly.",
        ],
    ),
    (
        "Publicity",
        [
            "No press release that names the other party is issued before that party has approved "
            "its wording.",
        ],
    ),
    (
        "Records",
        [
            "Proper books are kept of everything done hereunder, and copies are handed over on "
            "reasonable request during business hours.",
        ],
    ),
    (
        "Relationship of the Parties",
        [
            "The parties are independent of each other; nothing herein makes them partners, agents "
            "or members of a joint venture.",
        ],
    ),
    (
        "Intellectual Property",
        [
            "What a party owned before it goes on owning. Results made for the other party pass to "
            "it once they have been paid for in full.",
        ],
    ),
    (
        "Definitions",
        [
            '"Affiliate" means a company that controls, is controlled by or is under common '
            'control with a party. "Business Day" means a day on which banks are open for '
            "general business.",
            'Words in the singular include the plural, and "including" is not limiting.',
        ],
    ),
    (
        "Disputes",
        [
            "The parties first try to settle a dispute by talks between senior staff. Urgent "
            "relief "
            "may be sought at any time.",
        ],
    ),
)
