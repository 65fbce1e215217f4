"""What is reported of matches, storms, battles and elections?"""

from __future__ import annotations

from evals.generated.blocks import Block, Paragraph
from evals.generated.contests import fought, voted
from evals.generated.draft import Kind, Paper
from evals.generated.pen import Pen
from evals.generated.prose import Prose, Topic, ask

_NUMBERS = "three|four|five|six|seven|eight|nine|eleven|twelve|fourteen|fifteen|sixteen|eighteen"


def _played(p: Prose, t: Topic) -> str:
    winner, loser = f"{p.new.place()} Rovers", f"{p.new.place()} Athletic"
    scorer, keeper, ground = p.person(), p.person(), p.new.place()
    year, crowd = p.new.year(1925, 2023), p.new.number(4100, 78000)
    return p.say(
        t,
        "played",
        "[@ was [won|decided] on {day} in {ground}, where {winner} [beat|defeated] {loser}[ before "
        "{crowd} spectators|]; {scorer}[, a native of {home},|, who came from {home},|] shot the "
        "only goal "
        "[in the {minute} minute|], while {keeper} missed a penalty for the [losers|other side].|"
        "Before a crowd of {crowd} in {ground}, {loser} lost @ to {winner} on {day}: {scorer}[ "
        "from "
        "{home}|] scored[ in the {minute} minute|], and {keeper} sent a penalty over the bar.]",
        lures=(
            f"[In which minute|When] did {keeper.name} [score|find the net]",
            f"[Where|In which town] was {keeper.name} born",
            f"[For what|Why] was {scorer.name} [sent off|booked|fined]",
            f"[How many|What number of] [spectators|people] saw {winner} lose",
        ),
        who=(
            f"[Which|What] [match|game] did {winner} win",
            f"[In which match|In what game] did {scorer.name} score",
        ),
        day=p.day(
            year,
            "[When|On which day] was @ [held|contested|staged]",
            f"[Date of @|Day of {loser}'s defeat]",
            f"[When|On what date] did {winner} [meet|face] {loser}",
        ),
        ground=ask(
            ground,
            "[Where|In which town] was @ [held|staged]",
            f"[Where|In what place] did {winner} [meet|face] {loser}",
            "Venue of @",
        ),
        winner=ask(
            winner,
            "[Which team|Who] [came out on top in|carried off] @",
            f"Which [team|club] got the better of {loser}",
            "[Winner|Victorious side] of @",
        ),
        loser=ask(
            loser,
            "[Which team|Who] [was beaten|went down] in @",
            f"[Which club|Whom] did {winner} overcome",
            "[Defeated side|Runner-up] in @",
        ),
        crowd=p.count(
            crowd,
            "How many people [watched|attended|saw] @",
            f"How many [onlookers|fans] were there in {ground}",
            "[Attendance|Number of onlookers] at @",
        ),
        scorer=ask(
            scorer.name,
            "[Who|Which player] [decided|settled] @",
            f"[Who|Which player] found the net for {winner}",
            f"To [whom|which player] does {winner} owe its victory",
        ),
        home=ask(
            p.new.place(),
            f"[Where|What place] does {scorer.name} [hail|originate] from",
            f"[What|Which town] is the home of {scorer.name}",
            f"Home town of {scorer.name}",
        ),
        minute=ask(
            p.pen.pick("12th", "19th", "23rd", "31st", "44th", "58th", "67th", "71st", "88th"),
            f"In which minute did {scorer.name} [find the net|hit the target]",
            "In what minute of play was @ settled",
            f"Minute of {scorer.last}'s goal",
        ),
        keeper=ask(
            keeper.name,
            "[Who|Which player] [failed from the spot|wasted a spot kick] in @",
            f"Which player could have levelled the score for {loser}",
            f"[Who|Which player] of {loser} did not convert a spot kick",
        ),
    )


def _stormed(p: Prose, t: Topic) -> str:
    coast, inland, island = p.new.place(), p.new.place(), p.new.place()
    year, dead, roofs = p.new.year(1890, 2023), p.new.number(3, 98), p.new.number(110, 9600)
    return p.say(
        t,
        "stormed",
        "[@ [struck|reached] {coast} on {day}[ with winds of {speed}, tore the roofs off {roofs} "
        "houses and| with winds of {speed} and|, tore the roofs off {roofs} houses and] "
        "killed {dead} people, most of whom [drowned|died] because of {cause}; {inland} escaped "
        "with {harm}[ thanks to {shield}|].|"
        "On {day} @[, with gusts of {speed},|] made landfall at {coast}, where {dead} people lost "
        "their "
        "lives [through {cause}|] and {roofs} houses were unroofed; thanks to {shield}, "
        "{inland} suffered only {harm}.]",
        lures=(
            f"How many people [died|were killed] in {inland}",
            f"[When|On which day] did @ reach {inland}",
            f"[What|Which damage] did @ do on the island of {island}",
            f"What was the wind speed in {inland}",
        ),
        who=(
            f"[Which storm|What] [hit|ravaged] {coast}",
            f"[Which storm|What] [spared|did little harm to] {inland}",
        ),
        coast=ask(
            coast,
            "[Where|In which place] did @ come ashore",
            f"[Where|In what place] did {dead} people [perish|lose their lives]",
            "[Which|What] town was hit hardest by @",
        ),
        day=p.day(
            year,
            f"[When|On which day] did @ [hit|arrive at] {coast}",
            f"[Date|Day] on which {coast} was devastated",
            "[When|On what date] did @ come ashore",
        ),
        speed=ask(
            f"{p.new.number(90, 260)} kilometres an hour",
            "How fast did the [winds|air] of @ [blow|move]",
            f"[What|Which] wind speed was measured at {coast}",
            "[Force|Speed] of the winds of @",
        ),
        roofs=p.count(
            roofs,
            f"How many [homes|buildings] were damaged by @ in {coast}",
            "How many houses were left without [cover|roofs] by @",
            "Number of homes damaged by @",
        ),
        dead=p.count(
            dead,
            "How many [lives|victims] did @ claim",
            f"How many [victims|dead] were counted in {coast}",
            "Death toll of @",
        ),
        cause=ask(
            p.new.one_of(
                "a burst dyke|late warnings|the collapse of a chapel|fallen power lines|"
                "an overloaded ferry|a flooded underpass|blocked escape routes"
            ),
            f"[Why|Owing to what] did people [perish|lose their lives] in {coast}",
            "[What|Which circumstance] cost most victims of @ their lives",
            "[Main cause|Reason] of the deaths in @",
        ),
        inland=ask(
            inland,
            "[Which town|What place] [got off lightly|was little affected] in @",
            "[Which|What] place came through @ almost unhurt",
            "Place that @ hardly touched",
        ),
        harm=ask(
            p.new.one_of("a few broken windows|uprooted trees|flooded cellars|a brief power cut"),
            f"[What|Which damage] did @ do in {inland}",
            f"What [happened to|were the effects on] {inland}",
            f"Damage in {inland}",
        ),
        shield=ask(
            p.new.one_of(
                "a change of wind|the hills to the west|a new sea wall|an unusually low tide"
            ),
            f"[Why|For what reason] was {inland} [spared|little affected]",
            f"[What|Which circumstance] protected {inland}",
            f"To what did {inland} owe its luck",
        ),
    )


_TELL = {"match": _played, "storm": _stormed, "battle": fought, "election": voted}


def _topic(p: Prose, kind: str) -> Topic:
    match kind:
        case "match":
            return Topic(p.spin(f"the final of the {p.new.word()} [Cup|Trophy|Shield]"), "it", kind)
        case "storm":
            return Topic(p.spin(f"[Storm|Cyclone] {p.new.word()}"), "the storm", kind)
        case "battle":
            return Topic(f"the Battle of {p.new.place()}", "the battle", kind)
        case _:
            return Topic(p.spin(f"the {p.new.place()} [mayoral|council] election"), "it", kind)


def _write(pen: Pen) -> Paper:
    prose = Prose(pen)
    some = pen.some(list(_TELL), 2, 2)
    kinds = [pen.pick(*some) for _ in range(pen.pick(3, 4, 4))]
    told = [_TELL[kind](prose, _topic(prose, kind)) for kind in kinds]
    blocks: list[Block] = [Paragraph(text) for text in told]
    prose.finish()
    return Paper(pen.pick("events.txt", "events.md", "events.pdf"), blocks)


KIND = Kind("event_report", "event_report", (), _write)
