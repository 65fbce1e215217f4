from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.disk_cache import DiskCache
from engine.lookup import Lookup, Source
from engine.named_lines import Named, NamedLines
from tests.engine.sources import question_about, source_of

TEXT = {"type": "string"}
LIST = {"type": "array", "items": TEXT}
LOG = "\n".join(
    f"10:0{n} request 8f3a-2{n} from {city} took {n}5 ms"
    for n, city in enumerate(["Lyon", "Nice", "Pau", "Brest", "Genoa", "Turin"])
)
UNITS = "Unit B-12 is let to Ann. The lease ends in May. Unit B-13 is let to Bob. It ends in June."
PROSE = "The SM-65 was a missile. It flew far. Its crews trained in the desert for many years."


def named(folder: Path, text: str | Source, asked: str, schema: dict[str, Any]) -> list[Named]:
    source = source_of(text) if isinstance(text, str) else text
    lines = NamedLines([source], Lookup([source], DiskCache(folder, 1 << 20)))
    return lines.of(question_about({**schema, "description": asked}))


def read(folder: Path, text: str, asked: str, schema: dict[str, Any] = TEXT) -> list[str]:
    found = named(folder, text, asked, schema)
    return ["\n".join(p.text for _, p in one.within or one.lines) for one in found]


@pytest.mark.parametrize(
    ("text", "asked", "lines"),
    [
        (LOG, "From where did 8f3a-23 come?", ["10:03 request 8f3a-23 from Brest took 35 ms"]),
        (UNITS, "When does B-12 end?", ["Unit B-12 is let to Ann. The lease ends in May."]),
        (
            "Invoice INV-20\nDue: 5\n\nInvoice INV-21\nDue: 6\nPaid: yes\n\nInvoice INV-22\nDue: 7",
            "What is due of INV-21?",
            ["Invoice INV-21\nDue: 6\nPaid: yes"],
        ),
        (
            "From: Lyon\nRef: R-20\n\nFrom: Nice\nRef: R-21\n\nFrom: Pau\nRef: R-22",
            "From where is R-21?",
            ["From: Nice\nRef: R-21"],
        ),
        (
            "- 10:15 Paper that remembers (Ann)\n- 11:45 Tides and time (Bob)\n- 12:30 Owls (Cy)",
            'When does "Tides and time" begin?',
            ["- 11:45 Tides and time (Bob)"],
        ),
        (
            'The fund "Red Cliff" costs 3.\nThe fund "Blue Bay" costs 4.',
            'What does "Blue Bay" cost?',
            ['The fund "Blue Bay" costs 4.'],
        ),
    ],
)
def test_what_a_question_names_is_read_without_its_neighbours(
    tmp_path: Path, text: str, asked: str, lines: list[str]
) -> None:
    assert read(tmp_path, text, asked) == lines


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (PROSE, "What was the SM-65?"),
        (LOG, "From where did 8f3a-99 come?"),
        (LOG, "Which request came from Brest?"),
        ("- Paper that remembers\n- Tides and time\n- Owls", 'When is "Tides and time"?'),
        ("- Tides (talk)\n  - Speaker: Ann\n  - Room: 4\n- Owls (talk)", 'Speaker of "Tides"'),
        ("1 Introduction\n2 Tides at sea\n3 Owls\n\nAnn wrote it.", 'Who wrote "Tides"?'),
        ("- 2010 Berlin, student\n- 2012 Bonn, clerk", 'Place of birth, such as "Berlin"'),
        ("- 3 May: open for all\n- 4 May: closed", 'Status of it, e.g. "open"'),
        ("Ann spoke of tides and time.\nBob spoke of owls.", 'Who spoke of "tides and time"?'),
        (LOG.replace("8f3a-20", "8f3a-23 8f3a-23") + "\nsee 8f3a-23" * 4, "When was 8f3a-23?"),
    ],
)
def test_nothing_is_named_where_nothing_can_be_taken_for_it(
    tmp_path: Path, text: str, asked: str
) -> None:
    assert read(tmp_path, text, asked) == []


def test_lines_are_read_together_and_for_a_list_each_by_itself(tmp_path: Path) -> None:
    text = "\n\n".join(
        f"The weather was {kind} all day long and nobody went out to the fields. {line}"
        for kind, line in [
            ("dry", "One code of RX-7 is: 11."),
            ("wet", "One code of RX-8 is: 12."),
            ("hot", "One code of RX-7 is: 13."),
        ]
    )
    assert read(tmp_path, text, "What is the code of RX-7?") == [
        "One code of RX-7 is: 11.\nOne code of RX-7 is: 13."
    ]
    assert read(tmp_path, text, "All codes of RX-7", LIST) == [
        "One code of RX-7 is: 11.",
        "One code of RX-7 is: 13.",
    ]


def test_lines_that_what_belongs_to_them_makes_the_same_are_read_once(tmp_path: Path) -> None:
    edges = [*(f"n99 -> e{n}" for n in range(50, 54)), "c30 -> d40", "f60 -> g70"]
    found = read(tmp_path, "\n".join(edges), "All that n99 leads to", LIST)
    assert found
    assert len(found) == len(set(found))


def test_lines_far_apart_make_a_list_where_they_are_worded_alike(tmp_path: Path) -> None:
    apart = "\n\n".join([PROSE] * 3)
    alike = f"One code of RX-7 is: 11.\n\n{apart}\n\nOne code of RX-7 is: 13."
    assert len(read(tmp_path / "alike", alike, "All codes of RX-7", LIST)) == 2
    other = f"One code of RX-7 is: 11.\n\n{apart}\n\nNobody knew RX-7 before."
    assert read(tmp_path / "other", other, "All codes of RX-7", LIST) == []


def test_a_row_is_named_by_its_whole_cell(tmp_path: Path) -> None:
    table = "| Name | Size |\n|---|---|\n| batch-timeout | 5 |\n| proxy-timeout | 6 |\n"
    rows = source_of(table, "a.md")
    (found,) = named(tmp_path, rows, "Size of proxy-timeout", TEXT)
    assert [passage.text for _, passage in found.lines] == ["proxy-timeout | Size: 6"]
    kinds = source_of(table.replace("timeout |", "timeout of all |"), "a.md")
    assert named(tmp_path, kinds, "Size of proxy-timeout", TEXT) == []


def test_a_row_is_named_by_the_title_that_is_quoted(tmp_path: Path) -> None:
    table = "| Time | Talk |\n|---|---|\n| 10:15 | Bees |\n| 11:45 | Tides and time |\n"
    rows = source_of(table, "a.md")
    (found,) = named(tmp_path, rows, 'Hour of "Tides and time"', TEXT)
    assert [line.text for _, line in found.within] == ["Time: 11:45 | Talk: Tides and time"]
    assert found.lines == ((0, rows.passages[0]),)
    assert named(tmp_path, rows, "Hour of Tides and time", TEXT) == []


def test_a_label_and_what_it_labels_are_no_row_that_says_more(tmp_path: Path) -> None:
    table = "| Field | Value |\n|---|---|\n| Title | Tides and time |\n| Author | Ann Lee |\n"
    assert named(tmp_path, source_of(table, "a.md"), 'Author of "Tides and time"', TEXT) == []
