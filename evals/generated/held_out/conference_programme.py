"""What does the programme of a conference say?"""

from __future__ import annotations

from datetime import date, timedelta

from evals.generated.blocks import Block, Bullets, Heading, Pairs, Paragraph, Table
from evals.generated.draft import Kind, Paper
from evals.generated.field import BOOLEAN, DATE, NUMBER, STRING, STRINGS, Field, field, own
from evals.generated.pen import Pen

_FIELDS = (
    own("conference", STRING, "Name of the conference", "What is the event called?", "Congress"),
    own(
        "opening_day",
        DATE,
        "First day of the conference",
        "When does the event begin?",
        "Opening day",
    ),
    own(
        "closing_day", DATE, "Last day of the conference", "When does the event end?", "Closing day"
    ),
    own("venue", STRING, "Venue", "Where does the conference take place?", "House of the event"),
    own("keynote", STRING, "Keynote speaker", "Who gives the opening lecture?", "Main speaker"),
    own(
        "regular_fee",
        NUMBER,
        "Regular participation fee",
        "What does an ordinary ticket cost?",
        "Full price of attendance",
    ),
    own("student_fee", NUMBER, "Fee for students", "What do students pay?", "Reduced price"),
    own(
        "early_bird",
        DATE,
        "End of the early bird period",
        "Until when are tickets cheaper?",
        "Deadline for the lower price",
    ),
    own("committee", STRINGS, "Programme committee", "Who chose the talks?", "Selection panel"),
    field(
        "sponsors",
        STRINGS,
        "Sponsors",
        "Who supports the event with money?",
        "Companies that back it",
    ),
    own(
        "recorded",
        BOOLEAN,
        "Are the talks recorded?",
        "Recording of the lectures",
        "Can talks be watched later?",
    ),
    own(
        "dinner_place",
        STRING,
        "Place of the dinner",
        "Where do participants dine together?",
        "Restaurant of the evening",
    ),
    own(
        "wifi_code",
        STRING,
        "Code for the wireless network",
        "How does one get online there?",
        "Network password",
    ),
    own(
        "language",
        STRING,
        "Language of the conference",
        "In which language are talks given?",
        "Tongue spoken",
    ),
)
_TOPICS = (
    "Seams that heal",
    "Bees in the city",
    "Bridges of bamboo",
    "Reading old maps",
    "Listening to ice",
    "The price of silence",
    "Soil as archive",
    "Tides and time",
    "Colour before paint",
    "Letters nobody sent",
    "Cheap sensors at sea",
    "Paper that remembers",
    "Owls and noise",
    "Glass from ash",
    "Counting crowds",
)


def _write(pen: Pen) -> Paper:
    start = pen.day()
    first = pen.pick("International", "European", "Nordic", "Annual", "7th")
    form = pen.pick("Symposium", "Congress", "Conference", "Meeting")
    subjects = ["Timber Engineering", "Urban Ecology", "Polar Research", "Book History"]
    name = f"{first} {form} on {pen.pick(*subjects)}"
    days = (
        pen.date("opening_day", start),
        pen.date("closing_day", start + timedelta(days=pen.pick(1, 2, 3))),
    )
    venue = pen.say(
        "venue",
        f"{pen.pick('Congress Centre', 'University', 'Museum', 'Old Exchange')} "
        f"{pen.people.city()}",
    )
    head: list[Block] = [Heading(pen.say("conference", name), 1)]
    head.append(
        Paragraph(f"{days[0]} to {days[1]}, {venue}")
        if pen.chance(0.5)
        else Pairs([("Begins", days[0]), ("Ends", days[1]), ("Venue", venue)])
    )
    rest = [*_people(pen), *_fees(pen, start)]
    return Paper(
        pen.pick("programme.md", "programme.md", "programme.pdf"),
        [*head, *rest, *_talks(pen), *_useful(pen)],
    )


def _people(pen: Pen) -> list[Block]:
    blocks: list[Block] = []
    if pen.chance(0.7):
        blocks.append(
            Paragraph(
                f"{pen.pick('Keynote by', 'The opening lecture is given by')} "
                f"{pen.say('keynote', pen.people.person())}."
            )
        )
    if pen.chance(0.6):
        names = [pen.people.person() for _ in range(pen.pick(3, 4))]
        blocks += (
            [Heading("Programme committee", 3), Bullets(pen.items("committee", names))]
            if pen.chance(0.5)
            else [Paragraph(f"Talks were selected by {pen.listed('committee', names)}.")]
        )
    if pen.chance(0.5):
        blocks.append(
            Paragraph(
                "We thank "
                f"{pen.listed('sponsors', [pen.people.company() for _ in range(pen.pick(2, 3))])}"
                " for their support."
            )
        )
    return blocks


def _fees(pen: Pen, start: date) -> list[Block]:
    regular, student = pen.pick(180, 240, 320, 450), pen.pick(40, 60, 90)
    blocks: list[Block] = [
        Paragraph(
            f"{pen.pick('Tickets cost', 'The fee is')} "
            f"{pen.money('regular_fee', float(regular))}"
            f"{pen.pick('; students pay ', ', for students ')}"
            f"{pen.money('student_fee', float(student))}."
        )
    ]
    if pen.chance(0.5):
        blocks.append(
            Paragraph(
                "Those who register by "
                f"{pen.date('early_bird', start - timedelta(days=pen.rng.randint(40, 120)))} "
                "get a tenth off."
            )
        )
    return blocks


def _talks(pen: Pen) -> list[Block]:
    topics = pen.some(_TOPICS, 6, 11)
    asked = set(pen.some(topics, 3, 4))
    rows: list[list[str]] = []
    minutes = 9 * 60
    room_names = ["Aula", "Room 1", "Room 2", "Library", "Foyer"]
    for topic in topics:
        speaker, room = pen.people.person(), pen.pick(*room_names)
        hour = f"{minutes // 60:02d}:{minutes % 60:02d}"
        minutes += pen.pick(30, 45)
        key = topic.lower().replace(" ", "_")
        told = [hour, topic, speaker, room]
        if topic in asked:
            told[2] = pen.say(
                pen.ask(
                    Field(
                        f"speaker_{key}",
                        STRING,
                        (
                            f'Speaker of "{topic}"',
                            f'Who talks about "{topic}"?',
                            f'Lecturer, "{topic}"',
                        ),
                    )
                ),
                speaker,
            )
            if pen.chance(0.5):
                told[3] = pen.say(
                    pen.ask(
                        Field(
                            f"room_{key}",
                            STRING,
                            (
                                f'Room of "{topic}"',
                                f'Where is "{topic}" given?',
                                f'Hall for "{topic}"',
                            ),
                        )
                    ),
                    room,
                )
            if pen.chance(0.5):
                told[0] = pen.say(
                    pen.ask(
                        Field(
                            f"time_{key}",
                            STRING,
                            (
                                f'Time of "{topic}"',
                                f'At what time does "{topic}" begin?',
                                f'Hour of "{topic}"',
                            ),
                        )
                    ),
                    hour,
                )
        rows.append(told)
    title = Heading(pen.pick("Schedule", "Talks", "Programme"), 2)
    if pen.chance(0.6):
        return [title, Table(["Time", "Talk", "Speaker", "Room"], rows, 4)]
    return [
        title,
        Bullets([f"{hour} {topic} ({speaker}, {room})" for hour, topic, speaker, room in rows]),
    ]


def _useful(pen: Pen) -> list[Block]:
    said = []
    if pen.chance(0.5):
        is_recorded = pen.chance(0.5)
        said.append(
            pen.flag(
                "recorded",
                pen.pick(
                    "All talks are filmed and put online.", "Recordings follow after the event."
                )
                if is_recorded
                else pen.pick("Talks are not recorded.", "Filming is not permitted."),
                is_recorded,
            )
        )
    if pen.chance(0.5):
        inn = pen.pick("the Harbour Inn", "Casa Verde", "the Old Mill", "Restaurant Linde")
        said.append(f"We dine together at {pen.say('dinner_place', inn)}.")
    if pen.chance(0.4):
        said.append(
            f"The code of the wireless network is {pen.say('wifi_code', pen.id('??##-##??'))}."
        )
    if pen.chance(0.4):
        said.append(
            "All sessions are held in "
            f"{pen.say('language', pen.pick('English', 'French', 'Spanish'))}."
        )
    return [Heading("Good to know", 2), Paragraph(" ".join(said))] if said else []


KIND = Kind("conference_programme", "event", _FIELDS, _write)
