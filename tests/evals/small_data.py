"""Shared data in small: a document or two of each set, in the sets' own formats."""

from __future__ import annotations

import json
import lzma
from pathlib import Path
from typing import Any

import pymupdf

LEASE = "The agent is Ann Doe. The margin is 2.5 per cent. The total is 93."
AGREEMENT = (
    "This agreement is made as of 30 April 2009 by Acme, Inc. and Ann Doe. It lasts two (2) years. "
    "It is governed by the laws of the State of Delaware."
)


def report(number: int) -> dict[str, Any]:
    """A report of TAT-QA with a table and a question of each sort."""
    return {
        "table": {
            "uid": f"table-{number}",
            "table": [
                ["(in thousands)", "2019", "2018"],
                ["Revenue", "$ 1,240", f"{number}"],
                ["Loss", "(312)", "—"],
            ],
        },
        "paragraphs": [
            {"text": "Note 4. Revenue"},
            {"text": "Revenue was as follows:"},
            {"text": f"The auditor of report {number} is Ann Doe."},
        ],
        "questions": [
            question(f"Who audits report {number}?", ["Ann Doe"]),
            question("What was the loss in 2019?", ["(312)"], scale="thousand"),
            question("What was the revenue?", ["$ 1,240", str(number)], kind="multi-span"),
            question("What is the change of revenue?", 5.5, kind="arithmetic"),
        ],
    }


def question(text: str, answer: Any, *, kind: str = "span", scale: str = "") -> dict[str, Any]:
    return {"question": text, "answer": answer, "answer_type": kind, "scale": scale}


def write(folder: Path) -> Path:
    (folder / "train").mkdir(parents=True)
    _write_qa(folder)
    reports = [report(number) for number in range(10)]
    (folder / "train" / "tatqa-dev.json").write_text(json.dumps(reports))
    _write_agreements(folder / "train")
    _write_articles(folder / "train")
    _write_invoice(folder / "bench" / "invoice2data" / "tests" / "compare")
    return folder


def _write_qa(folder: Path) -> None:
    (folder / "lease.txt").write_text(LEASE)
    asked = [("total", "The total", "number", 93), ("auditor", "The auditor", "string|null", None)]
    lines = [
        {
            "id": f"s{number}",
            "doc": "lease.txt",
            "kind": "absent" if expected is None else "text",
            "question": words,
            "field_name": name,
            "json_type": declared,
            "expected": expected,
            "page": None,
        }
        for number, (name, words, declared, expected) in enumerate(asked)
    ]
    (folder / "qa.jsonl").write_text("\n".join(map(json.dumps, lines)))


def _write_agreements(folder: Path) -> None:
    text = AGREEMENT.replace(". ", ".\\n")
    with lzma.open(folder / "kleister-nda-train.in.tsv.xz", "wt", encoding="utf-8") as file:
        for number in range(5):
            cells = ["a.pdf", "party term", "", "", "", f"{text} No. {number}."]
            file.write("\t".join(cells) + "\n")
    labels = "effective_date=2009-04-30 jurisdiction=Delaware party=Acme_Inc. party=Ann_Doe"
    (folder / "kleister-nda-train.expected.tsv").write_text(f"{labels} term=2_years\n" * 5)


def _write_articles(folder: Path) -> None:
    answer = {"text": "Ann Doe", "answer_start": LEASE.index("Ann Doe")}
    asked = [
        {"question": "Who is the agent?", "is_impossible": False, "answers": [answer]},
        {"question": "Who is the auditor?", "is_impossible": True, "answers": []},
    ]
    articles = [
        {
            "title": f"Lease_{number}",
            "paragraphs": [{"context": f"{LEASE} No. {number}.", "qas": asked}],
        }
        for number in range(16)
    ]
    (folder / "squad-v2-dev-part.json").write_text(json.dumps({"data": articles}))


def _write_invoice(folder: Path) -> None:
    folder.mkdir(parents=True)
    pdf = pymupdf.open()
    page = pdf.new_page()
    for y, line in enumerate(["Acme GmbH", "Rechnung 4711 vom 7. Mai 2014", "Summe 1.240,50 EUR"]):
        page.insert_text((50, 60 + 20 * y), line)
    pdf.save(folder / "acme.pdf")
    gold = {
        "issuer": "Acme GmbH",
        "invoice_number": "4711",
        "date": "2014-05-07",
        "amount": 1240.5,
        "currency": "EUR",
        "vat": "DE 1",
    }
    (folder / "acme.json").write_text(json.dumps([gold]))
