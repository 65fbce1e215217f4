from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from evals.lab.rows_file import RowsFile
from tests.evals.lab.lab_data import ROW as ROW_OF_A_NEEDLE

ROW = replace(ROW_OF_A_NEEDLE, got=("1", "ü\u2028\n"), details={"text": 0.5})
PAIR = [replace(ROW, plan="p", of=2, name="q0"), replace(ROW, plan="p", of=2, name="q1")]


@pytest.fixture
def file(tmp_path: Path) -> RowsFile:
    return RowsFile(tmp_path / "rows.jsonl")


def test_rows_come_back_as_they_were(file: RowsFile) -> None:
    file.append([ROW])
    file.append(PAIR)
    assert file.by_plan() == {ROW.plan: [ROW], "p": PAIR}


def test_a_file_that_is_not_there_has_no_rows(file: RowsFile) -> None:
    assert file.by_plan() == {}


@pytest.mark.parametrize("kept", [1, 100, 400])
def test_half_a_trial_is_cut_off_and_can_be_written_again(
    file: RowsFile, tmp_path: Path, kept: int
) -> None:
    path = tmp_path / "rows.jsonl"
    file.append([ROW])
    size = path.stat().st_size
    file.append(PAIR)
    path.write_bytes(path.read_bytes()[: size + kept])
    assert file.by_plan() == {ROW.plan: [ROW]}
    assert path.stat().st_size == size
    file.append(PAIR)
    assert file.by_plan() == {ROW.plan: [ROW], "p": PAIR}
