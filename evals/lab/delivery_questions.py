"""What is asked of one row of a long table, as a workbook or as a CSV file?"""

from __future__ import annotations

from collections.abc import Callable

from evals.lab.deliveries import SHEET, Record, Records, csv_text, workbook
from evals.lab.trial import Message, Question, Trial, object_of, user

_BUFFER = 200
_HEAD = "The following is a table of deliveries.\n"
_ONLY = " Answer with the values only."


def table_trial(records: Records, length: int, depth: float, *, is_row: bool) -> Trial:
    rows, num_tokens = records.table(length - _BUFFER, depth)
    ask = _row_question if is_row else _cell_question
    suffix, data = ("csv", csv_text(rows).encode()) if is_row else ("xlsx", workbook(rows))
    question = ask(records.needle, csv_text(rows), depth)
    return Trial(f"{SHEET}.{suffix}", data, num_tokens, (question,))


def _cell_question(needle: Record, text: str, depth: float) -> Question:
    asked = f"What is the serial number of the item {needle.item}?"
    return Question(
        name="q",
        asked=asked,
        chat=_chat(text, asked),
        expected=(needle.serial,),
        kind="cells",
        depth=depth,
        places=(needle.serial,),
    )


def _row_question(needle: Record, text: str, depth: float) -> Question:
    """Three fields of an object."""
    item = needle.item
    asked = f"What are the serial number, the lot and the contact of the item {item}?"
    return Question(
        name="q",
        asked="Delivery",
        chat=_chat(text, asked),
        expected=(needle.serial, needle.lot, needle.contact),
        schema=object_of(
            {
                "serial_number": f"Serial number of the item {item}",
                "lot": f"Lot of the item {item}",
                "contact": f"Contact for the item {item}",
            }
        ),
        kind="rows",
        depth=depth,
        places=(needle.serial, needle.lot, needle.contact),
    )


def _chat(text: str, asked: str) -> Callable[[], list[Message]]:
    return lambda: [user(f"{_HEAD}{text}\n{asked}{_ONLY}")]
