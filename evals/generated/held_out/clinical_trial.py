"""What does the summary of a clinical trial say?"""

from __future__ import annotations

from evals.generated.blocks import Block, Bullets, Heading, Pairs, Paragraph, Table
from evals.generated.draft import Kind, Paper
from evals.generated.field import (
    BOOLEAN,
    DATE,
    INTEGER,
    NUMBER,
    NUMBERS,
    STRING,
    STRINGS,
    choice,
    field,
    own,
)
from evals.generated.pen import Pen

_FIELDS = (
    own(
        "trial_id",
        STRING,
        "Trial registration number",
        "Under which identifier is the study registered?",
        "Registry code",
    ),
    own(
        "phase",
        choice("I", "II", "III", "IV"),
        "Phase of the trial",
        "Which phase is the study in?",
        "Stage of clinical development",
    ),
    own(
        "drug", STRING, "Investigational product", "Which drug was tested?", "Substance under study"
    ),
    own(
        "condition",
        STRING,
        "Disease studied",
        "Which illness do the participants have?",
        "Indication",
    ),
    field(
        "sponsor", STRING, "Sponsor", "Who pays for the study?", "Organisation responsible for it"
    ),
    field(
        "investigator",
        STRING,
        "Principal investigator",
        "Which doctor leads the study?",
        "Lead physician",
    ),
    own(
        "num_participants",
        INTEGER,
        "Number of participants",
        "How many patients took part?",
        "Enrolment",
    ),
    own(
        "mean_age",
        NUMBER,
        "Mean age in years",
        "How old were patients on average?",
        "Average age of those enrolled",
    ),
    own(
        "female_share",
        NUMBER,
        "Share of women in percent",
        "What part of patients was female?",
        "Percentage of female subjects",
    ),
    own(
        "dose",
        NUMBER,
        "Daily dose in mg",
        "How many milligrams were given a day?",
        "Strength of the treatment",
    ),
    own(
        "visit_days",
        NUMBERS,
        "Days on which patients were seen",
        "On which days of the study were there visits?",
        "Visit schedule",
    ),
    own(
        "duration_weeks",
        INTEGER,
        "Duration of treatment in weeks",
        "For how many weeks were patients treated?",
        "Weeks on treatment",
    ),
    own(
        "blinded",
        BOOLEAN,
        "Was the study blinded?",
        "Did patients not know which treatment they got?",
        "Blinding",
    ),
    field(
        "first_enrolled",
        DATE,
        "Date of the first enrolment",
        "When did the first patient join?",
        "Start of recruitment",
    ),
    own(
        "response_rate",
        NUMBER,
        "Response rate in the treatment arm in percent",
        "How many of those treated responded?",
        "Success with the drug",
    ),
    own(
        "control_rate",
        NUMBER,
        "Response rate in the control arm in percent",
        "How many of the comparison group responded?",
        "Success without the drug",
    ),
    own(
        "p_value",
        NUMBER,
        "P value of the primary endpoint",
        "How likely is the result by chance?",
        "Significance of the main outcome",
    ),
    own(
        "adverse_events",
        STRINGS,
        "Most common adverse events",
        "Which side effects were frequent?",
        "Unwanted effects",
    ),
    own(
        "discontinued",
        INTEGER,
        "Number of dropouts",
        "How many left the study early?",
        "Patients who stopped",
    ),
    own("sites", INTEGER, "Number of study centres", "At how many hospitals was it done?", "Sites"),
)
_DISEASES = [
    "type 2 diabetes",
    "asthma",
    "migraine",
    "plaque psoriasis",
    "rheumatoid arthritis",
    "hypertension",
    "osteoporosis",
    "chronic cough",
    "insomnia",
    "gout",
]
_EFFECTS = [
    "headache",
    "nausea",
    "fatigue",
    "dizziness",
    "rash",
    "diarrhoea",
    "dry mouth",
    "insomnia",
    "back pain",
    "constipation",
]
_STEMS = ["vel", "tor", "zan", "mir", "lib", "cor", "nex", "pal", "sul", "dar"]
_ENDS = ["imab", "osartan", "idone", "azole", "umab", "ipril", "astat", "olimus", "axine"]


def _write(pen: Pen) -> Paper:
    drug = (pen.pick(*_STEMS) + pen.pick(*_STEMS) + pen.pick(*_ENDS)).capitalize()
    disease, phase = pen.pick(*_DISEASES), pen.pick("I", "II", "III", "IV")
    title = Heading(
        f"A phase {pen.say('phase', phase)} study of {pen.say('drug', drug)} in "
        f"{pen.say('condition', disease)}",
        1,
    )
    facts = [
        (
            pen.pick("Registration", "Trial ID", "Registry no."),
            pen.say(
                "trial_id", pen.id(pen.pick("NCT0#######", "ISRCTN########", "20##-00####-##"))
            ),
        ),
        (pen.pick("Sponsor", "Funded by"), pen.say("sponsor", pen.people.company())),
    ]
    if pen.chance(0.7):
        facts.append(
            (
                pen.pick("Principal investigator", "Study lead"),
                pen.say("investigator", f"Dr {pen.people.person()}"),
            )
        )
    if pen.chance(0.6):
        facts.append(
            (
                pen.pick("First patient in", "Recruitment began"),
                pen.date("first_enrolled", pen.day()),
            )
        )
    if pen.chance(0.5):
        facts.append(("Centres", pen.count("sites", pen.rng.randint(3, 80))))
    parts: list[list[Block]] = [
        [Heading("Methods", 2), Paragraph(_methods(pen, drug))],
        [Heading(pen.pick("Results", "Outcome"), 2), *_results(pen, drug)],
        [Heading("Safety", 2), *_safety(pen)],
    ]
    return Paper(
        pen.pick("synopsis.pdf", "trial.pdf", "trial.md"),
        [title, Pairs(pen.shuffled(facts)), *(block for part in parts for block in part)],
        running_foot=pen.pick("", "{page}"),
    )


def _methods(pen: Pen, drug: str) -> str:
    said = []
    count = pen.rng.randint(40, 980)
    people = pen.pick("adults", "patients", "subjects")
    said.append(
        f"{pen.pick('A total of', 'Altogether,')} {pen.count('num_participants', count)} "
        f"{people} were randomised to {drug} or {pen.pick('placebo', 'standard care')}."
    )
    if pen.chance(0.6):
        said.append(
            f"Their mean age was {pen.number('mean_age', pen.rng.randint(280, 720) / 10, 1)} "
            f"years (standard deviation {pen.writing.number(pen.rng.randint(50, 140) / 10, 1)})."
        )
    if pen.chance(0.5):
        said.append(
            f"Women made up {pen.percent('female_share', pen.rng.randint(300, 700) / 10, 1)}."
        )
    if pen.chance(0.7):
        said.append(
            f"{drug} was given by mouth at "
            f"{pen.count('dose', pen.pick(5, 10, 20, 50, 75, 150, 300))} mg once daily for "
            f"{pen.count('duration_weeks', pen.pick(6, 8, 12, 16, 24, 52))} weeks."
        )
    if pen.chance(0.4):
        days = sorted(pen.some(range(3, 180), 3, 5))
        said.append(f"Patients came to the clinic on days {pen.counted('visit_days', days)}.")
    if pen.chance(0.6):
        blind = pen.chance(0.6)
        said.append(
            pen.flag(
                "blinded",
                pen.pick(
                    "Neither patients nor physicians knew the allocation.",
                    "The trial was double-blind.",
                )
                if blind
                else pen.pick(
                    "The trial was open-label.", "Allocation was known to patients and physicians."
                ),
                blind,
            )
        )
    return " ".join(said)


def _results(pen: Pen, drug: str) -> list[Block]:
    high, low = pen.rng.randint(400, 800) / 10, pen.rng.randint(100, 380) / 10
    p = pen.pick(0.001, 0.004, 0.012, 0.03, 0.21, 0.048)
    shown = pen.say("p_value", str(p), p)
    if pen.chance(0.4):
        rows = [
            [
                drug,
                pen.percent("response_rate", high, 1),
                pen.writing.number(pen.rng.uniform(-9, -2), 1),
            ],
            [
                pen.pick("Placebo", "Comparator"),
                pen.percent("control_rate", low, 1),
                pen.writing.number(pen.rng.uniform(-2, 1), 1),
            ],
        ]
        return [
            Table(["Arm", "Responders", "Change in score"], rows),
            Paragraph(f"The difference between arms had a p value of {shown}."),
        ]
    return [
        Paragraph(
            f"The primary endpoint was reached by {pen.percent('response_rate', high, 1)} of "
            f"those who took {drug}, against {pen.percent('control_rate', low, 1)} in the "
            f"comparison group (p = {shown})."
        )
    ]


def _safety(pen: Pen) -> list[Block]:
    effects = pen.some(_EFFECTS, 2, 4)
    blocks: list[Block] = []
    if pen.chance(0.75):
        if pen.chance(0.3):
            blocks += [
                Paragraph("The most frequent complaints were:"),
                Bullets(pen.items("adverse_events", effects)),
            ]
        else:
            blocks.append(
                Paragraph(
                    f"The most frequent complaints were {pen.listed('adverse_events', effects)}."
                )
            )
    if pen.chance(0.6):
        blocks.append(
            Paragraph(
                f"{pen.count('discontinued', pen.rng.randint(2, 35))} "
                f"{pen.pick('patients dropped out before the end', 'participants stopped early')}."
            )
        )
    return blocks or [Paragraph("No serious events were seen.")]


KIND = Kind("clinical_trial", "medicine", _FIELDS, _write)
