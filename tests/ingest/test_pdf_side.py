from __future__ import annotations

from schemas.document import SegmentKind
from tests.ingest.pdf_maker import Item, heads_of, pdf_of, read, right, table_of, texts

BILL = ["Bill to:", "Ann Ash", "12 Mill Street", "8001 Zurich", "Switzerland"]
SHIP = ["Ship to:", "Bob Oak", "3 Quay Road", "75008 Paris", "France"]


def _columns(*columns: tuple[float, list[str]], top: float = 100) -> list[Item]:
    return [(x, top + 12 * n, text) for x, lines in columns for n, text in enumerate(lines)]


def test_addresses_side_by_side_are_read_one_after_the_other() -> None:
    document = read(pdf_of([_columns((72, BILL), (320, SHIP))]))
    assert " ".join(document.text.split()) == " ".join([*BILL, *SHIP])
    assert not document.grids


def test_particulars_beside_an_address_stay_with_their_values() -> None:
    labels, values = ["Date:", "Number:", "Due:", "Terms:"], ["1 May", "A-77", "9 May", "cash"]
    page = _columns((72, BILL), (230, SHIP), (400, labels), (480, values))
    document = read(pdf_of([page]))
    [grid] = document.grids
    assert table_of(document, grid)[1] == ["Number:", "A-77"]


def test_two_signatures_are_read_one_after_the_other() -> None:
    one = ["By: Ann Ash", "Name: Ann Ash", "Title: Director"]
    other = ["By: Bob Oak", "Name: Bob Oak", "Title: Treasurer"]
    text = " ".join(read(pdf_of([_columns((72, one), (320, other))])).text.split())
    assert text == " ".join([*one, *other])


def test_a_list_of_addresses_is_a_table() -> None:
    names = ["Zurich office", "Paris office", "Lyon office", "Bern office"]
    towns = ["8001 Zurich", "75008 Paris", "69100 Lyon", "3011 Bern"]
    streets = ["1 Mill Street", "2 Quay Road", "3 Hill Road", "4 Dale Street"]
    document = read(pdf_of([_columns((72, names), (220, streets), (400, towns))]))
    [grid] = document.grids
    assert table_of(document, grid)[1] == ["Paris office", "2 Quay Road", "75008 Paris"]


def test_labels_over_their_values_are_heads() -> None:
    labels, values = ["Invoice date:", "Due date:"], ["1 May 2024", "9 May 2024"]
    items = [(72.0, 100.0, labels[0]), (220.0, 100.0, labels[1])]
    items += [(72.0, 112.0, values[0]), (220.0, 112.0, values[1])]
    document = read(pdf_of([[*items, (72, 160, "Payable in cash.")]]))
    [grid] = document.grids
    assert heads_of(document, grid) == labels
    assert table_of(document, grid)[1] == values


def test_figures_grouped_by_blanks_are_one_cell() -> None:
    items: list[Item] = [right(300, 84, "2022"), right(420, 84, "2021")]
    for n, (label, one, other) in enumerate(
        [
            ("Ventes", "1 234 567,89", "987 654,32"),
            ("Coûts", "12 345", "11 222"),
            ("Impôt", "9", "8"),
        ]
    ):
        y = 100 + 16 * n
        items += [(72, y, label), right(300, y, one), right(420, y, other)]
    document = read(pdf_of([items]))
    [grid] = document.grids
    assert table_of(document, grid)[1] == ["Ventes", "1 234 567,89", "987 654,32"]


def test_lines_of_a_description_go_on_in_its_cell() -> None:
    items: list[Item] = []
    for n in range(3):
        y = 100 + 40 * n
        items += [(72, y, str(n + 1)), (100, y, f"Service {n}"), right(420, y, "3,89")]
        items += [(100, y + 14, "per unit and month"), right(500, y, "7,78")]
    document = read(pdf_of([items]))
    [grid] = document.grids
    assert table_of(document, grid)[0] == ["1", "Service 0 per unit and month", "3,89", "7,78"]


def test_a_sentence_between_two_tables_is_in_none() -> None:
    prose = "The votes were counted. Each of the two was elected with the votes of more than half."
    items: list[Item] = []
    for top in (100, 180):
        for n in range(3):
            y = top + 16 * n
            items += [(72, y, f"Item {n}"), right(300, y, f"1,23{n}"), right(400, y, f"2,34{n}")]
    document = read(pdf_of([[*items, (72, 156, prose)]]))
    assert prose in texts(document, SegmentKind.PARAGRAPH)
