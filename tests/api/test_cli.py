from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app, run
from tests.api import fake_extraction

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def lease(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with a document, a schema, and a reader that answers at once."""
    (tmp_path / "lease.txt").write_text("Miete: 93 € «netto»\nsecond line\n", encoding="utf-8")
    (tmp_path / "fields.json").write_text('{"type": "object", "properties": {"rent": {}}}')
    monkeypatch.chdir(tmp_path)
    fake_extraction.install(monkeypatch)


def test_an_extraction_is_one_json_object_on_standard_output() -> None:
    result = CliRunner().invoke(app, ["extract", "lease.txt", "--schema", "fields.json"])
    assert json.loads(result.stdout)["output"] == {"rent": "Miete: 93 € «netto»"}
    assert (result.exit_code, result.stderr) == (0, "")


def test_json_keeps_every_character_as_itself() -> None:
    result = CliRunner().invoke(app, ["extract", "lease.txt", "--schema", "fields.json"])
    assert '"rent": "Miete: 93 € «netto»"' in result.stdout


def test_an_incomplete_extraction_ends_with_3_and_says_why() -> None:
    arguments = ["extract", "lease.txt", "--schema", "fields.json"]
    result = CliRunner().invoke(app, [*arguments, "--instructions", "be incomplete"])
    assert result.exit_code == 3
    assert result.stderr == "needlepoint: error: /rent: is not in the document\n"
    assert json.loads(result.stdout)["status"] == "incomplete"


def test_options_reach_the_reader() -> None:
    run(
        [
            *("extract", "lease.txt", "lease.txt", "--schema", "fields.json", "--mode", "indexed"),
            *("--model", "other", "--password", "open", "--instructions", "euros"),
            "--attachments",
        ]
    )
    [call] = fake_extraction.calls
    assert call["files"] == [Path("lease.txt"), Path("lease.txt")]
    assert (call["mode"], call["settings"].engine.model) == ("indexed", "other")
    assert (call["password"], call["instructions"]) == ("open", "euros")
    assert call["attachments"]


def test_the_mode_auto_leaves_the_choice_to_the_reader() -> None:
    run(["extract", "lease.txt", "--schema", "fields.json", "--mode", "auto"])
    assert fake_extraction.calls[0]["mode"] is None


def test_out_writes_the_whole_result_and_leaves_standard_output_empty() -> None:
    arguments = ["extract", "lease.txt", "--schema", "fields.json", "--out", "result.json"]
    result = CliRunner().invoke(app, arguments)
    assert json.loads(Path("result.json").read_text(encoding="utf-8"))["status"] == "completed"
    assert (result.stdout, sorted(os.listdir())) == (
        "",
        ["fields.json", "lease.txt", "result.json"],
    )


def test_an_out_in_no_folder_is_refused_before_the_work() -> None:
    assert run(["extract", "lease.txt", "--schema", "fields.json", "--out", "no/result.json"]) == 2
    assert fake_extraction.calls == []


def test_a_missing_file_is_named_before_any_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["extract", "lease.txt", "gone.pdf", "--schema", "fields.json"]) == 2
    assert capsys.readouterr().err == "needlepoint: gone.pdf: no such file\n"
    assert fake_extraction.calls == []


def test_a_bad_schema_is_one_line_with_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    Path("fields.json").write_text('{\n  "type": object\n}')
    assert run(["extract", "lease.txt", "--schema", "fields.json"]) == 2
    captured = capsys.readouterr()
    assert captured.err == "needlepoint: fields.json: line 2, column 11: Expecting value\n"


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--nope"], "No such option: --nope: see needlepoint --help"),
        (["exract"], "No such command 'exract'"),
        (["extract", "lease.txt"], "Missing option '--schema': see needlepoint extract --help"),
        (["ask", "lease.txt"], "the files or the question are missing"),
        (["ask", "lease.txt", "lease.txt"], "the last argument is the question"),
        (["ask", "lease.txt", " "], "the question is empty"),
        (["find", "lease.txt", "rent", "--top", "0"], "see needlepoint find --help"),
        (["cache"], "Missing command: see needlepoint cache --help"),
    ],
)
def test_a_mistake_of_the_caller_is_one_line_and_ends_with_2(
    arguments: list[str], line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith("needlepoint: ")
    assert line in captured.err
    assert (captured.err.count("\n"), captured.out) == (1, "")


def test_an_error_of_ours_hides_its_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["extract", "lease.txt", "--schema", "fields.json", "--instructions", "crash"]) == 1
    assert capsys.readouterr().err == (
        "needlepoint: internal error: RuntimeError; "
        "run with NEEDLEPOINT_DEBUG=1 for the traceback\n"
    )


def test_debugging_shows_the_traceback(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEEDLEPOINT_DEBUG", "1")
    run(["extract", "lease.txt", "--schema", "fields.json", "--instructions", "crash"])
    assert "RuntimeError: a secret of the document" in capsys.readouterr().err


def test_a_setting_that_does_not_fit_is_the_callers_mistake(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEEDLEPOINT_ENGINE__READ_TOKENS", "many")
    assert run(["ask", "lease.txt", "How much?"]) == 2
    assert "NEEDLEPOINT_ENGINE__READ_TOKENS" in capsys.readouterr().err


def test_an_interrupt_ends_with_130(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["extract", "lease.txt", "--schema", "fields.json", "--instructions", "interrupt"]
    assert run(arguments) == 130
    assert capsys.readouterr().err == "needlepoint: interrupted\n"


def test_an_answer_for_people_has_its_place_quote_and_confidence() -> None:
    result = CliRunner().invoke(app, ["ask", "lease.txt", "What is the rent?"])
    assert result.stdout == (
        "Miete: 93 € «netto»\n  lease.txt, line 1: “Miete: 93 € «netto»”\n  confidence 88%\n"
    )


def test_an_answer_can_be_had_as_json() -> None:
    result = CliRunner().invoke(app, ["ask", "lease.txt", "What is the rent?", "--json"])
    assert json.loads(result.stdout)["fields"][0]["path"] == "/answer"


def test_found_passages_have_rank_place_section_and_score() -> None:
    result = CliRunner().invoke(app, ["find", "lease.txt", "rent", "--top", "3"])
    assert result.stdout.splitlines()[0] == "1. lease.txt, lines 1–2 · Lease · score 2.500"
    assert fake_extraction.calls[0]["top"] == 3


def test_an_inspection_shows_counts_and_warns_on_standard_error() -> None:
    result = CliRunner().invoke(app, ["inspect", "lease.txt"])
    assert "1,234" in result.stdout
    assert result.stderr == "needlepoint: warning: lease.txt: a line was odd\n"


def test_the_inspection_of_one_file_is_one_json_object() -> None:
    result = CliRunner().invoke(app, ["inspect", "lease.txt", "--json"])
    assert json.loads(result.stdout)["characters"] == 1234


def needlepoint(*arguments: str, **options: object) -> subprocess.Popen[bytes]:
    """A real process, on the reader that answers at once."""
    program = (
        "import sys; from tests.api import fake_extraction as fake;"
        "sys.modules['jobs.extraction'] = fake;"
        "from api.cli import main; main()"
    )
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "C"},
    )


def test_a_process_keeps_results_and_messages_apart() -> None:
    process = needlepoint(
        "extract", "lease.txt", "--schema", "fields.json", "--instructions", "be incomplete"
    )
    out, err = process.communicate(timeout=30)
    assert (process.returncode, err.count(b"\n")) == (3, 1)
    assert json.loads(out.decode("utf-8"))["output"] == {"rent": "Miete: 93 € «netto»"}


@pytest.mark.parametrize("option", ["--json", "--mode=auto"])
def test_a_process_whose_reader_is_gone_ends_without_a_word(option: str) -> None:
    process = needlepoint("ask", "lease.txt", "What is the rent?", option)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(timeout=30) == 141
    process.stderr.close()


def test_the_command_line_alone_loads_no_heavy_library() -> None:
    program = "import sys, api.cli; print({'torch', 'numpy', 'pydantic_settings'} & {*sys.modules})"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    loaded = subprocess.check_output([sys.executable, "-c", program], env=environment)
    assert loaded.decode().strip() == "set()"


@pytest.mark.parametrize("command", ["ask", "find"])
def test_a_file_alone_is_told_that_files_or_question_are_missing(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([command, "lease.txt"]) == 2
    assert "the files or the question are missing" in capsys.readouterr().err
