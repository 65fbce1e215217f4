from __future__ import annotations

import pymupdf

from tests.ingest.pdf_maker import (
    Item,
    centred,
    heads_of,
    pdf_of,
    read,
    right,
    table_of,
)

PROSE = "The company closed two plants in the quarter and moved their work to the third of them."


def _restructuring() -> list[Item]:
    """A table as filings set it: signs in cells of their own, heads of two lines."""
    return [
        (72, 80, PROSE),
        centred(400, 110, "Three Months Ended"),
        centred(400, 122, "December 31,"),
        (72, 134, "(in millions)"),
        right(360, 134, "2022"),
        right(460, 134, "2021"),
        (72, 150, "Net sales"),
        *((320.0, 150.0, "$"), right(360, 150, "1,234")),
        *((420.0, 150.0, "$"), right(460, 150, "987")),
        (72, 166, "Restructuring and related"),
        (72, 178, "expenses, net"),
        *(right(356, 178, "(16"), (357.0, 178.0, ")"), right(460, 178, "-")),
        (72, 194, "Tax rate"),
        *(right(350, 194, "25"), (352.0, 194.0, "%"), right(450, 194, "24"), (452.0, 194.0, "%")),
        (72, 230, PROSE),
    ]


def test_signs_stand_in_one_cell_with_their_figures() -> None:
    document = read(pdf_of([_restructuring()]))
    [grid] = document.grids
    assert table_of(document, grid)[grid.num_head_rows :] == [
        ["Net sales", "$ 1,234", "$ 987"],
        ["Restructuring and related expenses, net", "(16)", "-"],
        ["Tax rate", "25 %", "24 %"],
    ]


def test_a_head_over_the_middle_of_two_columns_heads_both() -> None:
    document = read(pdf_of([_restructuring()]))
    [grid] = document.grids
    assert heads_of(document, grid) == [
        "(in millions)",
        "Three Months Ended / December 31, / 2022",
        "Three Months Ended / December 31, / 2021",
    ]


def test_a_row_reads_as_its_cells_with_bars_between() -> None:
    assert "\nNet sales | $ 1,234 | $ 987\n" in read(pdf_of([_restructuring()])).text


def test_text_around_a_table_stays_out_of_it() -> None:
    text = read(pdf_of([_restructuring()])).text
    assert (text.startswith(f"{PROSE}\n\n"), text.endswith(f"\n\n{PROSE}")) == (True, True)


def test_heads_of_words_stand_over_their_own_columns() -> None:
    lines = [
        ("Name", "Votes For", "Votes Against", "Abstentions"),
        ("Ann Ash", "59,657", "294", "10"),
        ("Bob Oak", "54,760", "518", "11"),
    ]
    rows: list[Item] = []
    for n, (label, *cells) in enumerate(lines):
        rows += [(72, 100 + 16 * n, label)]
        rows += [right(300 + 100 * i, 100 + 16 * n, cell) for i, cell in enumerate(cells)]
    document = read(pdf_of([rows]))
    [grid] = document.grids
    assert heads_of(document, grid) == ["Name", "Votes For", "Votes Against", "Abstentions"]


def test_heads_reach_over_words_right_of_the_figures() -> None:
    rows: list[Item] = [(72, 84, "Country"), right(300, 84, "Area"), (400, 84, "Official language")]
    for n, (name, area, tongue) in enumerate(
        [("Austria", "83,879", "German"), ("Belgium", "30,689", "Dutch"), ("Chad", "1,284", "Arab")]
    ):
        y = 100 + 16 * n
        rows += [(72, y, name), right(300, y, area), (400, y, f"{tongue} and others")]
    document = read(pdf_of([rows]))
    assert heads_of(document, document.grids[0]) == ["Country", "Area", "Official language"]


def test_one_row_of_figures_under_its_heads_is_a_table() -> None:
    rows = [right(300, 100, "For"), right(400, 100, "Against"), right(500, 100, "Abstained")]
    figures = [right(300, 116, "57,172"), right(400, 116, "13,324"), right(500, 116, "170")]
    document = read(pdf_of([[*rows, *figures]]))
    [grid] = document.grids
    assert table_of(document, grid)[0] == ["For", "Against", "Abstained"]
    assert table_of(document, grid)[1] == ["57,172", "13,324", "170"]


def test_definitions_in_two_columns_are_a_table_of_words() -> None:
    items: list[Item] = []
    for n, word in enumerate(("Agent", "Borrower", "Lender")):
        y = 100 + 40 * n
        items += [(72, y, word), (200, y, f"means the party {n} that is named")]
        items += [(200, y + 12, "in the first schedule.")]
    document = read(pdf_of([items]))
    [grid] = document.grids
    assert table_of(document, grid)[1] == [
        "Borrower",
        "means the party 1 that is named in the first schedule.",
    ]


def test_cells_between_ruled_lines_are_a_table() -> None:
    pdf = pymupdf.open()
    page = pdf.new_page()
    for y in (100, 130, 160, 190):
        page.draw_line((72, y), (400, y))
    for x in (72, 200, 400):
        page.draw_line((x, 100), (x, 190))
    cells = [["Fee", "Amount"], ["Commitment", "0.5%"], ["Agency", "1%"]]
    for row, (key, value) in enumerate(cells):
        page.insert_text((76, 118 + 30 * row), key, fontsize=10)
        page.insert_text((204, 118 + 30 * row), value, fontsize=10)
    document = read(pdf.tobytes())
    [grid] = document.grids
    assert table_of(document, grid) == cells
    assert heads_of(document, grid) == ["Fee", "Amount"]


def test_prose_with_figures_in_it_is_no_table() -> None:
    lines = [
        "Net sales rose by 12 % to $ 1,234 million in the year 2022 and those of the year",
        "2021 by 5 % to $ 1,100 million, while costs fell from 900 to 850 million in both",
        "2020 and 2021 because of the plan of 2019, which cost (12) million altogether.",
        "It is to end in 2025 and is to have cost 200 million by then, of which 150 are cash.",
    ]
    assert not read(pdf_of([[(72.0, 100.0 + 12 * i, line) for i, line in enumerate(lines)]])).grids


def test_a_list_with_markers_is_no_table() -> None:
    items: list[Item] = []
    for n, mark in enumerate(("(a)", "(b)", "(c)", "(d)")):
        y = 100 + 30 * n
        items += [(72, y, mark), (96, y, "an item that says something of note,")]
        items += [(96, y + 12, "and says it over two lines of text;")]
    document = read(pdf_of([items]))
    assert not document.grids
    assert document.text.startswith("(a) an item that says something of note, and says it")


def test_an_amount_with_its_unit_is_no_head() -> None:
    lines = [
        (72.0, 80.0, "Rate"),
        (300.0, 80.0, "0.9655 / kWh"),
        *((72.0, 94.0, "336 kWh"), right(360, 94, "324.41")),
        *((72.0, 108.0, "Base fee"), right(360, 108, "59.36")),
        *((72.0, 122.0, "Balance"), right(360, 122, "192.29")),
    ]
    document = read(pdf_of([lines]))
    assert [head for grid in document.grids for head in heads_of(document, grid) if head] == []
    assert "Base fee | 59.36" in document.text


def _bill(*, gap: float = 24) -> list[Item]:
    """Heads well above their amounts, one of them over a column without any."""
    items: list[Item] = [(72, 100, "Item"), (250, 100, "Rebate")]
    items += [right(400, 100, "Price"), right(500, 100, "Amount")]
    for at, (name, price) in enumerate((("Chair", "40.00"), ("Table", "90.00"), ("Lamp", "15.50"))):
        y = 110 + gap + 16 * at
        items += [(72, y, name), right(400, y, price), right(500, y, price)]
    return items


def test_heads_that_stand_well_above_a_table_are_its_heads() -> None:
    document = read(pdf_of([_bill()]))
    assert heads_of(document, document.grids[0]) == ["Item", "Rebate", "Price", "Amount"]


def test_a_line_between_heads_and_table_is_one_of_its_rows() -> None:
    document = read(pdf_of([[*_bill(gap=36), (72, 114, "Delivered in May")]]))
    assert heads_of(document, document.grids[0]) == ["Item", "Rebate", "Price", "Amount"]
    assert table_of(document, document.grids[0])[1] == ["Delivered in May", "", "", ""]


def test_two_heads_that_nearly_touch_stand_each_over_its_column() -> None:
    items: list[Item] = [(72, 100, "Item"), (300, 100, "Tax Quantity"), right(450, 100, "Amount")]
    for at in range(3):
        y = 114.0 + 14 * at
        items += [(72, y, "Chair"), (300, y, "5%"), right(357, y, f"{at + 1}")]
        items += [right(450, y, "40.00")]
    document = read(pdf_of([items]))
    assert heads_of(document, document.grids[0]) == ["Item", "Tax", "Quantity", "Amount"]


def test_a_line_near_the_row_above_does_not_begin_the_row_below() -> None:
    items: list[Item] = []
    for at, name in enumerate(("Chair of oak and of iron", "Table")):
        y = 100.0 + 40 * at
        items += [(72, y, name), right(400, y, "40.00"), right(500, y, "80.00")]
        items += [(72, y + 12, "made to measure")]
    items += [(72, 180, "Lamp"), right(400, 180, "9.00"), right(500, 180, "9.00")]
    document = read(pdf_of([items]))
    labels = [row[0] for row in table_of(document, document.grids[0])]
    assert "made to measure Table" not in labels
    assert "made to measure Lamp" not in labels
