"""How are the rules of a house, or the terms of a service, set out?"""

from __future__ import annotations

from collections.abc import Sequence

from evals.generated.blocks import Block, Heading, Paragraph
from evals.generated.claims import Claim, entries_of
from evals.generated.draft import Paper
from evals.generated.entry import Entry, told
from evals.generated.field import DATE, NUMBER, STRING, Field, field
from evals.generated.pair_layout import FORMAL, laid_out, paragraphs
from evals.generated.pen import Pen
from evals.generated.teller import Teller

_PER_SECTION = 5


def fields_of(whose: str) -> tuple[Field, ...]:
    """Beside what is claimed."""
    return (
        field("provider", STRING, f"Name of {whose}", f"Who runs {whose}?", "Issuer of the rules"),
        field("contact", STRING, "Contact person", "Whom does one ask?", "Who answers questions?"),
        field("phone", STRING, "Telephone number", "Which number does one call?", "Phone"),
        field("valid_from", DATE, "Valid from", "Since when do these rules hold?", "Start"),
        field("deposit", NUMBER, "Deposit", "How much is paid as a deposit?", "Security, in money"),
        field("late_fee", NUMBER, "Fee for lateness", "What does coming late cost?", "Late fee"),
    )


def rules_of(pen: Pen, titles: Sequence[str], claims: Sequence[Claim]) -> Paper:
    prose_share = pen.pick(0.5, 0.75, 0.9, 1.0)
    pairs, sentences = told(pen, entries_of(pen, claims), prose_share)
    told_pairs, told_sentences = told(pen, _facts(pen), 0.5)
    title = pen.pick(*titles)
    blocks: list[Block] = [Heading(title, 1)]
    blocks.append(Paragraph(pen.say("provider", pen.people.company())))
    said = [*laid_out(pen, told_pairs, FORMAL), *paragraphs(pen, told_sentences)]
    overview = laid_out(pen, pairs, FORMAL)
    if overview and pen.chance(0.5):
        overview = [Heading(pen.pick("At a glance", "Overview", "In short"), 2), *overview]
    rules = _sections(pen, sentences)
    blocks += [*said, *overview, *rules] if pen.chance(0.5) else [*overview, *rules, *said]
    return Paper(
        pen.pick("rules.pdf", "rules.pdf", "terms.pdf", "rules.txt", "terms.md"),
        blocks,
        running_head=pen.pick("", "", title),
        running_foot=pen.pick("", "Page {page}"),
    )


def _sections(pen: Pen, sentences: Sequence[str]) -> list[Block]:
    """Numbered rules, or paragraphs, under heads here and there."""
    blocks: list[Block] = []
    is_numbered, is_headed = pen.chance(0.4), pen.chance(0.5)
    heads = pen.shuffled(["General", "What is asked of you", "Please note", "Good to have read"])
    for start in range(0, len(sentences), _PER_SECTION):
        if is_headed and heads:
            blocks.append(Heading(heads.pop(), 2))
        part = sentences[start : start + _PER_SECTION]
        if is_numbered:
            blocks += [
                Paragraph(f"{number}. {sentence}")
                for number, sentence in enumerate(part, start=start + 1)
            ]
        else:
            blocks += paragraphs(pen, part, 3)
    return blocks


def _facts(pen: Pen) -> list[Entry]:
    tell = Teller(pen)
    deposit, late = float(pen.rng.randint(2, 40) * 10), float(pen.rng.randint(5, 60))
    return [
        Entry(
            ["Contact", "Your contact"],
            ["Questions are answered by {}.", "Please turn to {}."],
            tell.text("contact", pen.people.person()),
            0.7,
        ),
        Entry(
            ["Telephone", "Phone"],
            ["Call {} if in doubt.", "You reach us by telephone: {}."],
            tell.text("phone", pen.people.phone()),
            0.6,
        ),
        Entry(
            ["Valid from", "As of"],
            ["These rules hold from {} on.", "This version is in force since {}."],
            tell.date("valid_from", pen.day()),
            0.6,
        ),
        Entry(
            ["Deposit", "Security deposit"],
            ["A deposit of {} is paid on arrival.", "We ask for a deposit of {}."],
            tell.money("deposit", deposit),
            0.5,
            ["The deposit box is beside the door."],
        ),
        Entry(
            ["Fee for lateness"],
            ["Whoever comes late pays {}.", "Lateness costs {}."],
            tell.money("late_fee", late),
            0.4,
        ),
    ]
