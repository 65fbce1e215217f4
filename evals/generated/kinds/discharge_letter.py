"""What does a hospital write to the family doctor when a patient goes home?"""

from __future__ import annotations

from datetime import date, timedelta

from evals.generated.blocks import Block, Bullets, Columns, Heading, Pairs, Paragraph, Table
from evals.generated.discharge_after import after_the_stay, findings, medicines
from evals.generated.discharge_cases import ALLERGENS, CASES, SECONDARY, Case
from evals.generated.discharge_fields import FIELDS
from evals.generated.draft import Kind, Paper
from evals.generated.pen import Pen

_GREETINGS = ("Dear colleague,", "Dear Doctor,", "Dear Sir or Madam,")
_EXAMINATIONS = (
    "Chest X-ray: no infiltrate, heart not enlarged, diaphragm smooth on both sides.",
    "ECG: sinus rhythm, normal axis, no disturbance of repolarisation.",
    "Ultrasound of the abdomen: liver and spleen of normal size, no free fluid, kidneys without "
    "congestion.",
    "Echocardiography: good function of the left ventricle, valves without relevant finding.",
    "On examination the patient was awake and fully oriented; the abdomen was soft, the lungs "
    "were clear on both sides, and there was no oedema.",
    "Urine test strip: leucocytes negative, nitrite negative.",
    "Computed tomography of the head: no bleeding, no mass, ventricles of normal width.",
    "Swabs for resistant germs taken on the day of arrival remained negative.",
)
_FAREWELLS = ("Yours sincerely,", "With kind regards,", "With best wishes,")
_SMALL_PRINT = (
    "This letter was made out electronically and is valid without signature.",
    "Outstanding results of histology will be sent to you separately.",
    "Please check the drug plan for interactions when new preparations are added; the hospital "
    "chose generics, and a change of maker is possible.",
    "The patient received a copy of this letter and was told about signs that call for an "
    "immediate return, such as fever, bleeding or shortness of breath.",
    "In an emergency please call the rescue service.",
    "Billing of the stay follows the flat rates in force; a co-payment of 10.00 per day is "
    "collected by the insurer.",
)


def _write(pen: Pen) -> Paper:
    case = pen.pick(*CASES)
    admitted = pen.day(date(2018, 1, 1))
    left = admitted + timedelta(days=pen.rng.randint(3, 19))
    doctor = f"Dr {pen.people.person()}"
    patient = pen.people.person()
    body = [
        *_diagnoses(pen, case),
        *_procedure(pen, case, admitted),
        *_history(pen, case, patient),
        *findings(pen, _EXAMINATIONS),
        *_course(pen, case),
        *medicines(pen),
        *after_the_stay(pen, left, bool(case.procedure)),
    ]
    return Paper(
        pen.pick("discharge.pdf", "letter.pdf", "report.pdf", "discharge.txt", "letter.txt"),
        [*_top(pen, case, doctor, left), *_opening(pen, patient, doctor, admitted, left), *body,
         *_end(pen)],
        running_head=pen.pick("", "", "Confidential medical report"),
        running_foot=pen.pick("", "Page {page}"),
    )  # fmt: skip


def _top(pen: Pen, case: Case, doctor: str, left: date) -> list[Block]:
    people = pen.people
    house = f"{pen.pick('St.', 'Holy', 'Old')} {pen.pick('Cross', 'Anne', 'Brendan', 'Martin')}"
    name = pen.pick(f"{house} Hospital", f"{people.city()} General Hospital", f"{house} Infirmary")
    lines = [pen.say("hospital", name)]
    if pen.chance(0.7):
        unit = pen.say("department", case.department)
        lines.append(pen.pick(f"Department of {unit}", f"Clinic for {unit}"))
    if pen.chance(0.5):
        head = pen.say("consultant", f"{pen.pick('Prof.', 'Dr', 'PD Dr')} {people.person()}")
        lines.append(pen.pick(f"Head: {head}", f"Medical director: {head}", f"Consultant: {head}"))
    lines.append(people.address())
    if pen.chance(0.5):
        lines.append(f"Switchboard {people.phone()}")
    if pen.chance(0.5):
        lines.append(f"{pen.pick('Ward', 'Ward phone')} {pen.say('ward_phone', people.phone())}")
    to = [pen.say("family_doctor", doctor)] if pen.chance(0.85) else ["To the family doctor"]
    to += [people.address()]
    if pen.chance(0.3):
        to.append(f"by fax {people.phone()}")
    wrote = left + timedelta(days=pen.rng.randint(0, 6))
    day = Paragraph(pen.writing.date(wrote), pen.pick("left", "right"))
    sender, recipient = Paragraph("\n".join(lines)), Paragraph("\n".join(to))
    if pen.chance(0.35):
        return [Columns([recipient], [sender]), day]
    return [sender, recipient, day]


def _opening(pen: Pen, patient: str, doctor: str, admitted: date, left: date) -> list[Block]:
    in_prose = pen.chance(0.6)
    born = pen.day(date(1934, 1, 1), date(2003, 1, 1))
    case_number = pen.id(pen.pick("F-########", "########", "##-####-##"))
    card = pen.id(pen.pick("?#########", "### ### ####", "??-######"))
    title = Heading(pen.pick("Discharge letter", "Medical report", "Discharge summary"), 1)
    greeting = Paragraph(pen.pick(*_GREETINGS, f"Dear {doctor},"))
    number = pen.say("case_number", case_number) if pen.chance(0.6) else ""
    insured = pen.say("health_insurance_number", card) if pen.chance(0.45) else ""
    if in_prose:
        stay = pen.pick(
            "who was an in-patient with us from {} to {}.",
            "who was admitted on {} and left our hospital on {}.",
            "whom we treated on our ward between {} and {}.",
        ).format(*_stay(pen, admitted, left))
        said = (
            f"{pen.pick('we report on', 'thank you for referring', 'we write about')} "
            f"{pen.say('patient', patient)}, {pen.pick('born', 'date of birth')} "
            f"{pen.date('date_of_birth', born, in_prose=True)}, {stay}"
        )
        if number:
            said += f" {pen.pick('Our case number is', 'The stay is filed as')} {number}."
        if insured:
            said += f" The number on the insurance card is {insured}."
        if pen.chance(0.4):
            said += f" Next of kin is {pen.say('next_of_kin', pen.people.person())}."
        return [title, greeting, Paragraph(said)]
    first, last = _stay(pen, admitted, left)
    pairs = [
        (pen.pick("Patient", "Name", "Re"), pen.say("patient", patient)),
        (pen.pick("Born", "Date of birth", "DOB"), pen.date("date_of_birth", born)),
        *([(pen.pick("Case no.", "Our reference", "Admission no."), number)] if number else []),
        *([(pen.pick("Insurance no.", "Insured under"), insured)] if insured else []),
    ]
    if pen.chance(0.4):
        pairs.append((pen.pick("In-patient", "Stay"), f"{first} {pen.pick('to', '-')} {last}"))
    else:
        pairs += [(pen.pick("Admission", "Admitted"), first), ("Discharge", last)]
    if pen.chance(0.4):
        kin = pen.say("next_of_kin", pen.people.person())
        pairs.append((pen.pick("Next of kin", "To be informed"), f"{kin}, {pen.people.phone()}"))
    return [title, Pairs(pairs), greeting, Paragraph("we report on the stay of the above patient.")]


def _stay(pen: Pen, admitted: date, left: date) -> tuple[str, str]:
    return pen.date("admitted_on", admitted), pen.date("discharged_on", left)


def _diagnoses(pen: Pen, case: Case) -> list[Block]:
    main = pen.say("main_diagnosis", case.diagnosis)
    others = pen.some(SECONDARY, 2, 4)
    title = Heading(pen.pick("Diagnoses", "Diagnosis", "Assessment"), 2)
    has_others = pen.chance(0.65)
    match pen.pick("list", "prose", "pairs"):
        case "list":
            more = pen.items("secondary_diagnoses", others) if has_others else []
            told: list[Block] = [Paragraph(f"{pen.pick('Main:', 'Principal diagnosis:')} {main}")]
            if more:
                told += [Paragraph(pen.pick("Also known:", "Secondary:")), Bullets(more)]
        case "prose":
            said = pen.pick(f"The stay was caused by {main}.", f"We treated {main}.")
            if has_others:
                said += f" Besides, there are {pen.listed('secondary_diagnoses', others)}."
            told = [Paragraph(said)]
        case _:
            pairs = [(pen.pick("Main diagnosis", "Principal diagnosis"), main)]
            if has_others:
                pairs.append(("Other conditions", pen.listed("secondary_diagnoses", others, ", ")))
            told = [Pairs(pairs)]
    return [title, *told]


def _procedure(pen: Pen, case: Case, admitted: date) -> list[Block]:
    if not case.procedure:
        return []
    day = admitted + timedelta(days=pen.rng.randint(0, 2))
    done = pen.say("procedure", case.procedure)
    when = pen.date("operated_on", day, in_prose=True) if pen.chance(0.75) else ""
    surgeon = pen.say("surgeon", f"Dr {pen.people.person()}") if pen.chance(0.5) else ""
    anaesthetist = f"Dr {pen.people.person()}"
    if pen.chance(0.4):
        pairs = [(pen.pick("Procedure", "Intervention"), done)]
        pairs += [(pen.pick("Carried out on", "Date"), when)] if when else []
        pairs += [(pen.pick("Surgeon", "Performed by"), surgeon)] if surgeon else []
        pairs += [("Anaesthesia", anaesthetist)]
        return [Heading("Therapy", 2), Pairs(pairs)]
    said = f"{pen.pick('Procedure', 'Intervention')}: {done}{f' on {when}' if when else ''}."
    if surgeon:
        said += f" {pen.pick('It was performed by', 'The operation was done by')} {surgeon}."
    said += f" The anaesthetic was given by {anaesthetist}."
    return [Heading(pen.pick("Procedure", "Treatment"), 2), Paragraph(said)]


def _history(pen: Pen, case: Case, patient: str) -> list[Block]:
    said = [f"{pen.pick('The patient', patient)} {case.history}."]
    if pen.chance(0.5):
        allergens = pen.some(ALLERGENS, 1, 3)
        said.append(
            f"{pen.pick('There is an allergy to', 'Not tolerated are', 'Known allergies:')} "
            f"{pen.listed('allergies', allergens)}."
        )
    if pen.chance(0.45):
        smokes = pen.chance(0.5)
        sentence = (
            pen.pick("The patient smokes ten cigarettes a day.", "Nicotine: present use.")
            if smokes
            else pen.pick("The patient does not smoke.", "Smoking was given up years ago.")
        )
        said.append(pen.flag("is_smoker", sentence, smokes))
    return [Heading(pen.pick("History", "Reason for admission"), 2), Paragraph(" ".join(said))]


def _course(pen: Pen, case: Case) -> list[Block]:
    said = [case.course]
    if pen.chance(0.5):
        seen = pen.pick("The dietitian", "The physiotherapist", "The social worker")
        said.append(f"{seen}, {pen.people.person()}, saw the patient and gave advice.")
    if pen.chance(0.45):
        ward = pen.say("ward_physician", f"Dr {pen.people.person()}")
        said.append(
            pen.pick(
                f"On the ward the patient was looked after by {ward}.",
                f"The ward physician was {ward}.",
            )
        )
    return [Heading(pen.pick("Course", "Course of the stay"), 2), Paragraph(" ".join(said))]


def _end(pen: Pen) -> list[Block]:
    first, second = pen.people.person(), pen.people.person()
    ranks = "Medical secretary", pen.pick("Case management", "Patient records")
    signed: Block = Paragraph(f"{pen.pick(*_FAREWELLS)}\n{first}, {ranks[0]}\n{second}, {ranks[1]}")
    if pen.chance(0.3):
        signed = Table(["", ""], [[first, second], list(ranks)], 2)
    return [*(Paragraph(text) for text in pen.some(_SMALL_PRINT, 1, 4)), signed]


KIND = Kind("discharge_letter", "hospital", FIELDS, _write)
