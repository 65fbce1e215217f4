"""What does the report of a laboratory or of an inspection say?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from evals.generated.blocks import Block, Columns, Heading, Pairs, Paragraph, Table
from evals.generated.draft import Kind, Paper
from evals.generated.field import (
    BOOLEAN,
    DATE,
    NUMBER,
    NUMBERS,
    STRING,
    STRINGS,
    Field,
    field,
    own,
    rows,
)
from evals.generated.pen import Pen, plain

_RESULTS = rows(parameter={"type": "string", "description": "What was measured"}, result=NUMBER)
_FIELDS = (
    own(
        "report_number",
        STRING,
        "Report number",
        "Under which number is the report filed?",
        "Identifier of the findings",
    ),
    own("sample_id", STRING, "Sample number", "Which sample was examined?", "Code of the specimen"),
    own("laboratory", STRING, "Laboratory", "Who carried out the tests?", "Testing institute"),
    field("client", STRING, "Client", "Who ordered the tests?", "Customer of the laboratory"),
    own("sampled_on", DATE, "Date of sampling", "When was the sample taken?", "Day of collection"),
    field(
        "reported_on",
        DATE,
        "Date of the report",
        "When were the findings issued?",
        "Day of the report",
    ),
    own(
        "sampling_place",
        STRING,
        "Place of sampling",
        "Where was the sample taken?",
        "Sampling point",
    ),
    own("analyst", STRING, "Analyst", "Who examined the sample?", "Person at the bench"),
    field(
        "released_by", STRING, "Released by", "Who signed off the findings?", "Head of laboratory"
    ),
    own(
        "compliant",
        BOOLEAN,
        "Does the sample meet the requirements?",
        "Was everything within limits?",
        "Conformity",
    ),
    own(
        "retest", DATE, "Date of the repeat test", "When is it examined again?", "Day of the retest"
    ),
    own("methods", STRINGS, "Methods used", "By which methods was it tested?", "Standards applied"),
    field(
        "storage_temperature",
        NUMBER,
        "Storage temperature in °C",
        "How cold was the sample kept?",
        "Degrees at which it was stored",
    ),
    own(
        "sampled_units",
        NUMBERS,
        "Numbers of the units that were sampled",
        "From which units were samples drawn?",
        "Units picked at random",
    ),
    field(
        "results",
        _RESULTS,
        "All measured values",
        "What was found, parameter by parameter?",
        "Table of results",
    ),
)


@dataclass(frozen=True, slots=True)
class _Measure:
    name: str
    unit: str
    low: float
    high: float
    places: int


_WATER = (
    _Measure("pH value", "-", 6.5, 9.5, 1),
    _Measure("Nitrate", "mg/l", 0, 50, 1),
    _Measure("Chloride", "mg/l", 0, 250, 0),
    _Measure("Lead", "µg/l", 0, 10, 1),
    _Measure("Iron", "mg/l", 0, 0.2, 2),
    _Measure("Turbidity", "NTU", 0, 1, 2),
    _Measure("Hardness", "mmol/l", 1.5, 3.8, 1),
    _Measure("Sodium", "mg/l", 0, 200, 0),
    _Measure("Conductivity", "µS/cm", 100, 990, 0),
    _Measure("Sulphate", "mg/l", 0, 240, 0),
)
_BLOOD = (
    _Measure("Haemoglobin", "g/dl", 12, 16, 1),
    _Measure("Glucose", "mg/dl", 70, 99, 0),
    _Measure("Creatinine", "mg/dl", 0.6, 1.2, 2),
    _Measure("Potassium", "mmol/l", 3.5, 5.1, 1),
    _Measure("Ferritin", "ng/ml", 30, 300, 0),
    _Measure("TSH", "mU/l", 0.4, 4.0, 2),
    _Measure("Leucocytes", "G/l", 4, 10, 1),
    _Measure("Cholesterol", "mg/dl", 120, 200, 0),
    _Measure("Uric acid", "mg/dl", 2.4, 5.7, 1),
    _Measure("CRP", "mg/l", 0, 5, 1),
)
_STEEL = (
    _Measure("Tensile strength", "MPa", 360, 510, 0),
    _Measure("Yield strength", "MPa", 235, 340, 0),
    _Measure("Elongation", "%", 21, 40, 1),
    _Measure("Hardness", "HB", 100, 160, 0),
    _Measure("Carbon", "%", 0.05, 0.2, 2),
    _Measure("Manganese", "%", 0.4, 1.4, 2),
    _Measure("Wall thickness", "mm", 3.8, 4.4, 2),
    _Measure("Roughness", "µm", 0.2, 1.6, 1),
    _Measure("Coating", "µm", 40, 85, 0),
    _Measure("Impact energy", "J", 27, 80, 0),
)


def _write(pen: Pen) -> Paper:
    people, day = pen.people, pen.day()
    measures = pen.some(pen.pick(_WATER, _BLOOD, _STEEL), 5, 8)
    pairs = [
        (
            pen.pick("Report no.", "Our reference", "Certificate no."),
            pen.say("report_number", pen.id(pen.pick("L-#####", "##/####", "RP####-##"))),
        ),
        (
            pen.pick("Sample", "Sample ID", "Specimen"),
            pen.say("sample_id", pen.id(pen.pick("######", "S-####-?", "##-####"))),
        ),
    ]
    optional: list[tuple[str, Callable[[], str]]] = [
        (pen.pick("Client", "Ordered by"), lambda: pen.say("client", people.company())),
        (pen.pick("Taken on", "Sampling date", "Collected"), lambda: pen.date("sampled_on", day)),
        (
            pen.pick("Issued", "Date of report"),
            lambda: pen.date("reported_on", day + timedelta(days=pen.rng.randint(2, 20))),
        ),
        (
            pen.pick("Sampling point", "Taken at"),
            lambda: pen.say(
                "sampling_place",
                f"{pen.pick('Tank', 'Hall', 'Ward', 'Line', 'Gate')} {pen.rng.randint(1, 9)}"
                f", {people.city()}",
            ),
        ),
        (pen.pick("Analyst", "Examined by"), lambda: pen.say("analyst", people.person())),
        (
            pen.pick("Stored at", "Storage"),
            lambda: f"{pen.say('storage_temperature', *_cold(pen))} °C",
        ),
    ]
    pairs += [(label, write()) for label, write in optional if pen.chance(0.65)]
    title = Heading(
        pen.pick(
            "Test report", "Laboratory report", "Certificate of analysis", "Inspection report"
        ),
        1,
    )
    laboratory = Paragraph(f"{pen.say('laboratory', _institute(pen))}, {people.address()}")
    head: list[Block] = [title, laboratory, Pairs(pairs)]
    if pen.chance(0.3):
        head = [
            Columns([laboratory], [title]),
            Columns([Pairs(pairs[:2])], [Pairs(pairs[2:])] if pairs[2:] else []),
        ]
    table, is_fine = _table(pen, measures)
    return Paper(
        pen.pick("report.pdf", "analysis.pdf", "report.txt"),
        [
            *head,
            Heading(pen.pick("Results", "Findings", "Measured values"), 2),
            table,
            *_end(pen, is_fine, day),
        ],
        running_foot=pen.pick("", "Page {page}"),
    )


def _institute(pen: Pen) -> str:
    kind = pen.pick("Testing Institute", "Laboratories", "Inspection Service")
    return f"{pen.people.city()} {kind}"


def _cold(pen: Pen) -> tuple[str, int]:
    degrees = pen.pick(4, 5, 8, 20, -18, -20)
    return str(degrees), degrees


def _table(pen: Pen, measures: list[_Measure]) -> tuple[Table, bool]:
    lines: list[list[str]] = []
    is_fine = True
    asked = set(pen.some(range(len(measures)), 2, 4))
    shows_flag, lists = pen.chance(0.5), pen.chance(0.25)
    for number, measure in enumerate(measures):
        is_out = pen.chance(0.15)
        value = (
            measure.high * pen.rng.uniform(1.05, 1.6)
            if is_out
            else pen.rng.uniform(measure.low, measure.high)
        )
        value = round(value, measure.places)
        is_out = not measure.low <= value <= measure.high
        is_fine = is_fine and not is_out
        text = pen.writing.number(value, measure.places)
        upper, lower = (
            pen.writing.number(measure.high, measure.places),
            pen.writing.number(measure.low, measure.places),
        )
        limits = f"{lower} - {upper}" if measure.low else f"< {upper}"
        name = measure.name
        key = pen.ask(_result(measure)) if number in asked and not lists else ""
        limit = pen.ask(_limit(measure)) if key and pen.chance(0.4) else ""
        shown = pen.say(key, text, plain(value))
        if lists:
            shown = pen.cell("results", number, "result", text, plain(value))
            name = pen.cell("results", number, "parameter", measure.name)
        if limit:
            limits = (
                f"{lower} - {pen.say(limit, upper, plain(measure.high))}"
                if measure.low
                else f"< {pen.say(limit, upper, plain(measure.high))}"
            )
        lines.append(
            [
                name,
                shown,
                measure.unit,
                limits,
                *([("above" if is_out else "")] if shows_flag else []),
            ]
        )
    head = [
        pen.pick("Parameter", "Analyte", "Test"),
        pen.pick("Result", "Value", "Found"),
        "Unit",
        pen.pick("Reference range", "Limit", "Permitted"),
        *(["Flag"] if shows_flag else []),
    ]
    return Table(head, lines, 1), is_fine


def _result(measure: _Measure) -> Field:
    name, unit = measure.name, "" if measure.unit == "-" else f" in {measure.unit}"
    return Field(
        f"result_{name.lower().replace(' ', '_')}",
        NUMBER,
        (
            f"{name}{unit}",
            f"What was measured for {name} ({unit.strip() or 'no unit'})?",
            f"Measured value of {name}{unit}",
        ),
    )


def _limit(measure: _Measure) -> Field:
    name, unit = measure.name, "" if measure.unit == "-" else f" in {measure.unit}"
    return Field(
        f"limit_{name.lower().replace(' ', '_')}",
        NUMBER,
        (
            f"Upper limit for {name}{unit}",
            f"How high may {name} be at most?",
            f"Greatest permitted value of {name}{unit}",
        ),
    )


def _end(pen: Pen, is_fine: bool, day: date) -> list[Block]:
    said = []
    if pen.chance(0.6):
        said.append(
            pen.flag(
                "compliant",
                pen.pick("All values are within the limits.", "The sample meets the requirements.")
                if is_fine
                else pen.pick(
                    "The sample does not comply with the requirements.",
                    "At least one value exceeds its limit.",
                ),
                is_fine,
            )
        )
    if pen.chance(0.5):
        standards = [
            pen.id(pen.pick("ISO ####", "EN #####", "DIN ####")) for _ in range(pen.pick(2, 3))
        ]
        said.append(
            f"{pen.pick('Tested according to', 'Methods:')} {pen.listed('methods', standards)}."
        )
    if pen.chance(0.4):
        units = sorted(pen.some(range(2, 99), 3, 5))
        said.append(f"Samples were drawn from units {pen.counted('sampled_units', units)}.")
    if pen.chance(0.3):
        said.append(
            "A repeat test is planned for "
            f"{pen.date('retest', day + timedelta(days=90), in_prose=True)}."
        )
    if pen.chance(0.6):
        said.append(
            f"{pen.pick('Released by', 'Approved by', 'Signed:')} "
            f"{pen.say('released_by', pen.people.person())}."
        )
    said.append("The results refer to the sample tested only.")
    return [Paragraph(text) for text in said]


KIND = Kind("inspection_report", "laboratory", _FIELDS, _write)
