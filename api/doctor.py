"""How does a person read what the doctor found?"""

from __future__ import annotations

from rich.table import Table

from engine.doctor import Finding, Report, Verdict


def report_table(report: Report) -> Table:
    caption = "ready" if report.is_ready else "something is missing: see what to do"
    table = Table(caption=caption, caption_justify="left")
    for column in ("", "what", "finding", "what to do"):
        table.add_column(column, overflow="fold")
    for finding in report.findings:
        table.add_row(_mark(finding), finding.subject, finding.text, finding.remedy)
    return table


def _mark(finding: Finding) -> str:
    return "" if finding.verdict is Verdict.FINE else str(finding.verdict)
