"""How did a bridge come to be, and what is it like?"""

from __future__ import annotations

from evals.generated.prose import Prose, Topic, ask

_STONES = (
    "grey granite|red sandstone|cast iron|pink limestone|black basalt|riveted steel|larch timber|"
    "white marble|glazed brick|reinforced concrete"
)
_CAUSES = (
    "a shortage of timber|spring floods|a strike of the bricklayers|the death of its patron|"
    "an outbreak of plague|unpaid taxes|a lightning strike|a lack of skilled workers|"
    "a dispute over land|rotten foundations|the rising price of iron|a careless baker"
)


def bridged(p: Prose, t: Topic) -> str:
    architect, rival = p.person(), p.person()
    stone, other, year = p.new.one_of(_STONES), p.new.one_of(_STONES), p.new.year(1760, 1960)
    return p.say(
        t,
        "bridged",
        f"[@, designed by {{architect}} and built of {{stone}}, was opened in {{year}}, {{delay}} "
        f"years "
        f"late because of {{cause}}; a cheaper plan by {rival.name} in {other} had been turned "
        f"down.|"
        f"{{architect}} [drew the plans for|was the architect of] @, which was completed in "
        f"{{year}} "
        f"after a delay of {{delay}} years on account of {{cause}}; {{stone}} was chosen for it, "
        f"although {rival.name} had argued for {other}.]",
        lures=(
            f"[What|Which structure] did {rival.name} [build|complete] in {year}",
            f"[How much|What sum] was {architect.last} paid for the plans",
            f"[Who|Which person] was against the use of {other}",
        ),
        who=(
            f"[What|Which structure] was [built|planned] by {architect.name}",
            f"[What|Which work] was [finished|ready for use] in {year}",
        ),
        architect=ask(
            architect.name,
            "[Who|Which architect] [planned|devised] @",
            "[Whose design|Whose work] is @",
            "[Architect|Designer] of @",
        ),
        stone=ask(
            stone,
            "[What|Which material] is @ made of",
            f"[What|Which material] did {architect.last} use for @",
            "Of what does @ consist",
        ),
        year=ask(
            year,
            "[When|In which year] was @ [finished|ready for use]",
            "In what year did [work on @ end|@ come into use]",
            "Year in which @ was taken into service",
        ),
        delay=ask(
            p.new.one_of("two|three|four|six|seven|nine"),
            "[By how many years was @ behind schedule|How many years late was @]",
            "How [long|many years] did @ take longer than planned",
            "[Number of years|Years] by which @ was overdue",
        ),
        cause=ask(
            p.new.one_of(_CAUSES),
            "[Why|For what reason] was @ [delayed|not finished on time]",
            "[What|Which trouble] [held up|slowed down] the work on @",
            "[Reason|Cause] of the delay of @",
        ),
    )


def crossed(p: Prose, t: Topic) -> str:
    length, width = p.new.number(120, 980), p.new.number(6, 38)
    return p.say(
        t,
        "crossed",
        "[@ [spans|crosses] the {river} between {left} and {right}, is {length} long and {width} "
        "wide, "
        "and rests on {piers} piers; {users} may use it on {day} only.|"
        "With a length of {length} and a width of {width}, @ links {left} with {right} across the "
        "{river}; it stands on {piers} piers and is reserved for {users} on {day}.]",
        lures=(
            "[How high|How tall] is @",
            "[How many|What number of] [vehicles|people] cross @ [a day|each day]",
            "[How deep|What depth] is the river under @",
        ),
        river=ask(
            p.new.river(),
            "[Which|What] river [does @ lead over|flows under @]",
            "Over which [river|water] does @ lead",
            "Name of the river below @",
        ),
        left=ask(
            p.new.place(),
            "At which place does @ begin, as the text names the two ends in turn",
            "Which place is named first of the two that @ connects",
            "First of the two places joined by @",
        ),
        right=ask(
            p.new.place(),
            "At which place does @ end, as the text names the two ends in turn",
            "Which place is named second of the two that @ connects",
            "Second of the two places joined by @",
        ),
        length=ask(
            f"{length} metres",
            "How long is @",
            "What [is the length of @|distance does @ cover]",
            "What does @ measure from end to end",
        ),
        width=ask(
            f"{width} metres",
            "How [wide|broad] is @",
            "What is the [width|breadth] of @",
            "What does @ measure from side to side",
        ),
        piers=ask(
            p.new.one_of("five|eight|ten|eleven|twelve|fourteen"),
            "How many [piers|supports] [does @ have|carry @]",
            "[On how many|By how many] pillars is @ carried",
            "Number of piers of @",
        ),
        users=ask(
            p.new.one_of("cyclists|cattle drovers|market traders|pilgrims|tram passengers"),
            "[For whom is @ set aside|Who has @ to themselves] on certain days",
            "[Which|What] group of users is named for @",
            "[Who|Which people] have a day of their own on @",
        ),
        day=ask(
            p.new.one_of("Sundays|Mondays|Fridays|Saturdays|feast days"),
            "[On which days|When] is @ [subject to a special rule|limited to one group]",
            "On what days does a special rule hold for @",
            "Days of restricted use of @",
        ),
    )
