"""What does a work of reference tell of people's lives?"""

from __future__ import annotations

from evals.generated.blocks import Block, Paragraph
from evals.generated.careers import REASONS, TRADES, TRAITS, Life, honoured, liked, worked, wrote
from evals.generated.draft import Kind, Paper
from evals.generated.pen import Pen
from evals.generated.prose import Prose, Topic, ask, person_topic

_SUBJECTS = (
    "botany|law|medicine|theology|mechanical engineering|philosophy|classical languages|"
    "mathematics|architecture|musical composition|veterinary science|geography|chemistry"
)
_ILLS = "pneumonia|a stroke|typhoid fever|heart failure|a fall from a horse|tuberculosis|sepsis"
_FIRMS = "paper mill|brewery|glass works|brickyard|silver mine|printing house|tile factory"


def _born(p: Prose, t: Topic, life: Life) -> str:
    father, mother = p.person(False), p.person(True)
    place, river = p.new.place(), p.new.river()
    year, life.year = life.year, life.year + 17
    return p.say(
        t,
        "born",
        "@ [was born|came into the world] [in {place}, [a small town|a village] on the {river}, "
        "[on {day}|in {year}]|[on {day}|in {year}] in {place}, on the banks of the {river}]"
        "[, as the {nth} child of|, the {nth} child of] the {trade} {father} and {mother}.",
        lures=(
            f"[Where|In which town] was {father.name} [born|buried|brought up]",
            "[Which trade|What profession] did @'s mother [follow|practise|have]",
        ),
        who=(
            f"[Who|Which person] [was born|came into the world] in {place}",
            f"[Whose birthplace is|Who is a native of] {place}",
        ),
        place=ask(
            place,
            "[Where|In which town|In what place] was @ born",
            "[What|Which town] is the birthplace of @",
            "[Where|In which place] did @'s life begin",
            "Birthplace of @",
        ),
        river=ask(
            river,
            f"[On|Beside] which river does {place} [lie|stand]",
            f"[What|Which] river [flows past|runs by] {place}",
            "[Which|What] river flows by the birthplace of @",
        ),
        day=p.day(
            year,
            "[When|On which day|On what date] was @ born",
            "[Date of birth|Birthday] of @",
            "[On what day|When] did @ come into the world",
            reaches=True,
        ),
        year=ask(
            year,
            "[When|In which year|In what year] was @ born",
            "[Year of birth|Birth year] of @",
            "What year saw @'s birth",
            reaches=True,
        ),
        nth=ask(
            p.new.one_of("second|third|fourth|fifth|sixth|youngest|eldest"),
            "Which of ~his parents' children was @[, counted by age|, in order of birth]",
            "[What was @'s place|Where did @ come] among the children of the family",
            "Position of @ among the siblings",
        ),
        trade=ask(
            p.new.one_of(TRADES),
            f"[What did @'s father do for a living|What was the occupation of {father.name}]",
            "[What trade|Which profession] did @'s father [follow|have]",
            f"[What was {father.name} by trade|How did {father.name} earn a living]",
        ),
        father=ask(
            father.name,
            "Who was @'s father",
            "What was @'s father called",
            "[What was the name of|Who was] the father of @",
        ),
        mother=ask(
            mother.name,
            "Who gave birth to @",
            "What was @'s mother called",
            "[Name of|Who was] @'s mother",
        ),
    )


def _studied(p: Prose, t: Topic, life: Life) -> str:
    teacher, place = p.person(), p.new.place()
    subject, other = p.new.one_of(_SUBJECTS), p.new.one_of(_SUBJECTS)
    year = life.next(p, 1, 3)
    return p.say(
        t,
        "studied",
        "[[From {year} on|In {year}], @ [read|took up] {subject} at the university of {place} "
        "under "
        f"{{teacher}}, having given up {other} because of {{reason}}.|"
        "@ [entered|enrolled at] the university of {place} in {year} to [study|read] {subject}; "
        "there ~he was taught by {teacher}, a scholar known for a {trait}.]",
        lures=(
            f"[Where|At which university] did {teacher.name} [study|take a degree|graduate]",
            f"[Why|For what reason] did @ [fall out with|refuse to speak to] {teacher.last}",
            f"[Who|Which scholar] was taught {other} by @",
        ),
        who=(
            f"[Who|Which person] was [a student|a pupil] of {teacher.name}",
            f"[Whom did {teacher.name} teach|Who learned from {teacher.name}]",
        ),
        year=ask(
            year,
            f"[When|In which year] did @ begin to study {subject}",
            "[What year|Which year] marks the beginning of @'s university years",
            f"[Since when was @|When did @ become] a pupil of {teacher.name}",
        ),
        subject=ask(
            subject,
            f"[What|Which subject] did @ [study|learn] [in|at] {place}",
            f"[In which subject|In what discipline] was @ trained by {teacher.name}",
            f"[What was|Which was] @'s field of study under {teacher.name}",
        ),
        place=ask(
            place,
            "[Where|In which town] did @ go to university",
            "[The university of which town|Which town's university] did @ attend",
            f"In which [place|town] was @ a student of {teacher.name}",
            reaches=True,
        ),
        teacher=ask(
            teacher.name,
            f"[Who|Which scholar] [taught|instructed] @ [in|at] {place}",
            f"[From whom did @ learn|Who was @'s teacher of] {subject}",
            "[By whom was @ taught|Who was the university teacher of @]",
        ),
        reason=ask(
            p.new.one_of(REASONS),
            f"[Why|For what reason] did @ [abandon|stop studying|not go on with] {other}",
            f"What [led|caused] @ to turn away from {other}",
            f"[What was the reason|Why was it] that @ dropped {other}",
        ),
        trait=ask(
            p.new.one_of(TRAITS),
            f"[What quality|Which trait] was {teacher.name} known for",
            f"[What|Which characteristic] [distinguished|marked] {teacher.name}",
            f"For what was @'s teacher {teacher.last} known",
        ),
    )


def _married(p: Prose, t: Topic, life: Life) -> str:
    spouse, place = p.person(), p.new.place()
    year = life.next(p)
    return p.say(
        t,
        "married",
        "[In {year},|Having settled in {place} in {year},] @ married {spouse}, [the heir of|whose "
        "family owned] a {firm}[; of their {num} children only the {kid} [survived|lived to grow "
        "up]|, with whom ~he had {num} children].",
        lures=(
            f"[When|In which year] did @ [divorce|leave|separate from] {spouse.name}",
            f"[Where|In which town] was {spouse.name} [born|raised]",
        ),
        who=(
            f"[Who|Which person] was married to {spouse.name}",
            f"[Whom did {spouse.name} marry|Who became the partner in marriage of {spouse.name}]",
        ),
        year=ask(
            year,
            "[When|In which year] did @ [marry|get married|wed]",
            f"In [what|which] year was the wedding of @ and {spouse.last} held",
            "Year of @'s marriage",
        ),
        place=ask(
            place,
            "[Where|In which town] did @ make ~his home [before|ahead of] ~his wedding",
            f"[In what place|Where] had @ settled when ~he married {spouse.last}",
            f"[To which town|Where] had @ moved by the time ~he wed {spouse.last}",
        ),
        spouse=ask(
            spouse.name,
            "[Whom|Which person] did @ [marry|wed]",
            "[Who was|What was the name of] the [spouse|partner in marriage] of @",
            "Who became @'s [spouse|partner for life]",
        ),
        firm=ask(
            p.new.one_of(_FIRMS),
            f"[What|What kind of business] [belonged to|was the property of] {spouse.name}'s "
            f"family",
            "What kind of [business|firm] did @ marry into",
            f"Which [sort of works|enterprise] did the family of {spouse.last} [possess|run]",
        ),
        num=ask(
            p.pen.pick("three", "four", "five", "six", "seven", "eight"),
            f"How many [children|sons and daughters] did @ [and {spouse.last}|] have",
            f"[What|Which] was the number of [children|offspring] of @ and {spouse.name}",
            f"Number of children @ had with {spouse.name}",
        ),
        kid=ask(
            p.new.one_of("first two|last born|twins|oldest girl|second boy"),
            "[Which of @'s children|Who of @'s offspring] did not die young",
            "Which of @'s [children|sons and daughters] reached adulthood",
            f"Which of the children of @ and {spouse.last} [survived|grew up]",
        ),
    )


def _died(p: Prose, t: Topic, life: Life) -> str:
    place, heir, grave = p.new.place(), p.person(), p.new.place()
    year = life.next(p, 3, 20)
    return p.say(
        t,
        "died",
        "[@ died of {ill} [on {day}|in {year}] [at|in] {place} and was buried in {grave}; ~his "
        "{estate} [went|passed] to {heir}.|"
        "{ill} [put an end to @'s life|carried @ off] in {place} [on {day}|in {year}]; ~he was "
        "laid to "
        "rest in {grave}, and {heir} inherited ~his {estate}.]",
        lures=(
            f"[When|In which year] did {heir.name} [die|sell the legacy]",
            f"[Of what|Of which illness] did {heir.name} [die|fall ill]",
            "[What|Which possession] did @ [leave to|give to] the [town|university|church]",
        ),
        who=(
            f"[Who|Which person] [died|ended ~his days] in {place}",
            f"Who is buried in {grave}",
        ),
        ill=ask(
            p.new.one_of(_ILLS),
            "[Of what|From what cause] did @ die",
            "[What|Which misfortune] killed @",
            "[What was the cause of|What led to] @'s death",
            reaches=True,
        ),
        day=p.day(
            year,
            "[When|On which day|On what date] did @ die",
            "[Date|Day] of @'s death",
            "When did @ pass away",
            reaches=True,
        ),
        year=ask(
            year,
            "[When|In which year|In what year] did @ die",
            "Year of @'s death",
            "When did @ pass away",
            reaches=True,
        ),
        place=ask(
            place,
            "[Where|In which town] did @ die",
            "[In what place|Where] did @ [end ~his days|pass away]",
            "Place of @'s death",
            reaches=True,
        ),
        grave=ask(
            grave,
            "[Where|In which town] is @ buried",
            "[Where|In what place] [is|lies] @'s grave",
            "[Burial place|Last resting place] of @",
            reaches=True,
        ),
        estate=ask(
            p.new.one_of(
                "library of old maps|country house|collection of coins|unfinished "
                "manuscripts|orchard and stables|shares in a canal company"
            ),
            f"What did {heir.name} [inherit|come into] after @'s death",
            f"[What|Which property] did @ leave to {heir.name}",
            f"[Which possession|What] of @'s did {heir.last} get",
        ),
        heir=ask(
            heir.name,
            "[Who|Which person] was @'s heir",
            "To whom did @ [leave|bequeath] ~his property",
            "[Who|Which person] was left something by @",
        ),
    )


_MIDDLE = (_studied, _married, worked, wrote, honoured, liked)


def _write(pen: Pen) -> Paper:
    prose = Prose(pen)
    blocks: list[Block] = []
    for _ in range(pen.pick(2, 2, 3, 4)):
        topic = person_topic(prose.new.person())
        life = Life(prose.new.year(1690, 1930))
        told = [tell for tell in _MIDDLE if tell in pen.some(_MIDDLE, 2, 4)]
        if pen.chance(0.75):
            told = [_born, *told]
        else:
            life.year += 20
        told = [*told, _died] if pen.chance(0.6) else told
        text = " ".join(tell(prose, topic, life) for tell in told)
        blocks.append(Paragraph(text))
    prose.finish()
    return Paper(pen.pick("lives.txt", "lives.md", "lives.pdf"), blocks)


KIND = Kind("biography", "biography", (), _write)
