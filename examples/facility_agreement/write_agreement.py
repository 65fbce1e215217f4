"""What writes agreement.pdf? `python -m examples.facility_agreement.write_agreement [FILE]`.

The same text gives the same bytes, always.
"""

from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path

from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    HRFlowable,
    KeepTogether,
    NextPageTemplate,
    PageBreak,
    Paragraph,
    Spacer,
)

from examples.facility_agreement.clause_text import Line, agreement_lines
from examples.facility_agreement.page_layout import (
    STYLES,
    AgreementTemplate,
    ListedHeading,
    contents_of,
    markup_of,
    signature_of,
    table_of,
)

HERE = Path(__file__).parent
HEADS = {
    "left": "Calderbrook Harbour Group plc",
    "contents": "Contents",
    "body": "Term and Revolving Facilities Agreement",
    "letter": "Amendment Letter",
    "ref": "HJM/0417/CAL.2-6 Conformed copy",
}
LONG_TABLE = 10  # rows; past this a table may break over a page, under a repeated head


def write_agreement(path: Path) -> None:
    template = AgreementTemplate(path, title="Term and Revolving Facilities Agreement", heads=HEADS)
    template.multiBuild(_story_of(agreement_lines(), template))


def _story_of(lines: list[Line], template: AgreementTemplate) -> list[Flowable]:
    story: list[Flowable] = []
    is_in_clause = False
    for line, following in pairwise([*lines, Line("!end", "")]):
        if line.kind in ("clause", "schedule", "!closing", "!signatures", "!letter"):
            is_in_clause = line.kind == "clause"
        made = _flowables_of(line, template, is_in_clause=is_in_clause)
        if following.kind == "table" and len(following.rows) > LONG_TABLE:
            made.insert(0, CondPageBreak(150))
        elif line.text.endswith(":") or following.kind == "table":
            made[-1].keepWithNext = 1
        story += made
    return story


def _flowables_of(line: Line, template: AgreementTemplate, *, is_in_clause: bool) -> list[Flowable]:
    match line.kind:
        case "table":
            return [table_of(line.rows, line.text)]
        case "!space":
            return [Spacer(1, float(line.text))]
        case "!rule":
            return [HRFlowable("100%", 0.8, color="black", spaceBefore=4, spaceAfter=4)]
        case "!sign":
            return [KeepTogether([signature_of(line.text)])]
        case "!contents":
            return [
                *_new_section("contents"),
                Paragraph("CONTENTS", STYLES["schedule"]),
                contents_of(template),
            ]
        case "!body":
            return _new_section("body")
        case "!letter":
            return [
                *_new_section("letter"),
                ListedHeading(line.text, "schedule", number=None, entry=line.text),
            ]
        case "!signatures":
            return [
                PageBreak(),
                ListedHeading(line.text.upper(), "schedule", number=None, entry=line.text),
            ]
        case "schedule":
            name = f"Schedule {line.number}"
            return [
                PageBreak(),
                Spacer(1, 4),
                ListedHeading(
                    f"{name.upper()}<br/>{line.text}",
                    "schedule",
                    number=None,
                    entry=f"{name}: {line.text}",
                ),
            ]
        case "clause":
            entry = f"{line.number}\u00a0\u00a0\u00a0{line.text}"
            return [
                CondPageBreak(90),
                ListedHeading(line.text.upper(), "clause", number=line.number, entry=entry),
            ]
        case "text" if is_in_clause:
            return [Paragraph(markup_of(line.text), STYLES["clause_text"])]
        case "!closing":
            return [Paragraph(f"<b>{markup_of(line.text)}</b>", STYLES["text"])]
    style = STYLES[line.kind.removeprefix("!")]
    return [Paragraph(markup_of(line.text), style, bulletText=line.number or None)]


def _new_section(name: str) -> list[Flowable]:
    return [NextPageTemplate(name), PageBreak()]


if __name__ == "__main__":
    write_agreement(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "agreement.pdf")
