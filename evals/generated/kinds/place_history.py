"""What does a work of reference tell of towns, bridges and universities?"""

from __future__ import annotations

from evals.generated.blocks import Block, Paragraph
from evals.generated.bridges import bridged, crossed
from evals.generated.draft import Kind, Paper
from evals.generated.pen import Pen
from evals.generated.prose import Prose, Topic, ask

_FOLK = (
    "Flemish weavers|salt traders|Cistercian monks|Danish fishermen|exiled miners|grain merchants|"
    "Walloon smiths|horse breeders|Huguenot refugees|charcoal burners"
)
_GOODS = (
    "woollen cloth|church bells|glass beads|herring barrels|dried apricots|fine paper|blue pottery|"
    "tar and rope|copper kettles|linen thread|oak furniture|cider vinegar"
)
_SIGHTS = (
    "octagonal bell tower|covered fish market|sunken rose garden|astronomical clock|"
    "double spiral staircase|Gothic town gate|open-air theatre|painted guildhall"
)
_FACULTIES = (
    "forestry|dental medicine|canon law|fine arts|marine biology|mining science|economics|"
    "oriental languages|statistics|agriculture"
)


def _founded(p: Prose, t: Topic) -> str:
    founder, year = p.person(), p.new.year(1090, 1690)
    folk, old = p.new.one_of(_FOLK), p.new.place()
    return p.say(
        t,
        "founded",
        "[@ was founded by {folk} in {year}, when {founder} granted them the land [on|along] the "
        "{river}; until {later} the settlement was known as {old}.|"
        "Founded in {year} on the {river} by {folk}, to whom {founder} had given the land, @ bore "
        "the "
        "name {old} until {later}.]",
        lures=(
            f"[Who|Which group] [sold|destroyed|left] {old} in {year}",
            f"[Why|For what reason] did {founder.name} take back the land",
            "[How many|What number of] [settlers|families] founded @",
        ),
        who=(
            f"[Which town|What place] was [formerly|once] called {old}",
            f"[Which town|What place] was [established|set up] by {folk}",
        ),
        folk=ask(
            folk,
            "[Who|What kind of people] [established|settled] @",
            "[Which people|Who] were the first to live in @",
            f"[Who started|Who set up] the settlement on {founder.name}'s land",
        ),
        year=ask(
            year,
            "[When|In which year] was @ [established|settled|set up]",
            "[How far back does|To which year does] @'s history go[| back]",
            "Year of @'s foundation",
        ),
        founder=ask(
            founder.name,
            "[Who|Which person] [gave|made over] the land on which @ was built",
            "From whom did the settlers of @ get the ground",
            "[To whom|To which ruler] had the site of @ belonged",
        ),
        river=ask(
            p.new.river(),
            "[On|Beside] [which|what] river [does @ lie|is @ situated]",
            "[Which|What] river [flows|runs] through @",
            "Name of the river at @",
        ),
        old=ask(
            old,
            "What was @ [called at first|named originally]",
            "What [is the former|was the earlier] name of @",
            "Under what name was @ known in the beginning",
        ),
        later=ask(
            p.new.year(year + 60, 1780),
            "[When|In which year] did @ [change its name|get its present name]",
            f"Until [when|which year] was the name {old} [used|in use]",
            f"In what year was the name {old} given up",
        ),
    )


def _burnt(p: Prose, t: Topic) -> str:
    year, houses, saved = p.new.year(1700, 1840), p.new.number(60, 1900), p.new.one_of(_SIGHTS)
    mayor = p.person()
    return p.say(
        t,
        "burnt",
        "[In {year} {houses} houses of @ were [lost to|reduced to ashes by] a fire caused by "
        "{cause}, and only the {saved} was spared; under the mayor {mayor} the streets were "
        "laid out anew with money from {donor}.|"
        "A fire in @, which broke out in {year} because of {cause}, destroyed {houses} houses "
        "but left the {saved} unharmed; the mayor, {mayor}, had it rebuilt with a gift from "
        "{donor}.]",
        lures=(
            "[How many|What number of] [people|inhabitants] [died|were killed] in the fire in @",
            f"[When|In which year] was the {saved} [built|torn down|restored]",
            f"[How much|What sum] did {mayor.last} spend on the new streets",
        ),
        year=ask(
            year,
            "[When|In which year] did @ [burn|go up in flames]",
            f"In what year did {houses} houses [burn down|perish] in @",
            "Year of the fire in @",
        ),
        houses=p.count(
            houses,
            "How many [houses|homes|buildings] burned down in @",
            f"[What|Which] number of houses was lost in {year}",
            f"How many dwellings did the [fire|blaze] of {year} consume",
        ),
        cause=ask(
            p.new.one_of(
                "a lightning strike|a careless baker|an overturned lamp|arson by soldiers"
            ),
            "[What|Which event] started the fire in @",
            f"[Why|Through what] did houses in @ burn in {year}",
            "[Cause|Origin] of the blaze in @",
        ),
        saved=ask(
            saved,
            "[What|Which structure] [survived|came through] the fire in @",
            f"[What|Which building] in @ did not burn in {year}",
            "What did the flames in @ leave standing",
        ),
        mayor=ask(
            mayor.name,
            f"[Who|Which person] was in charge of @ after the fire of {year}",
            "[Who headed|Who led] @ when it was [reconstructed|built up again]",
            "Which mayor of @ is named",
        ),
        donor=ask(
            f"the {p.new.one_of('Bishop|Guild|Abbess|Duchess|Margrave|Brotherhood')} of "
            f"{p.new.place()}",
            "[Who|Which donor] [paid for|financed] the rebuilding of @",
            "From whom did the money for the new @ come",
            f"Who helped @ with money after {year}",
        ),
    )


def _thrived(p: Prose, t: Topic) -> str:
    old, new, year = p.new.one_of(_GOODS), p.new.one_of(_GOODS), p.new.year(1841, 1960)
    now, then = p.new.number(4200, 98000), p.new.number(900, 4100)
    return p.say(
        t,
        "thrived",
        "[@ [grew rich|prospered] through the trade in {old}, but since the closure of the {works} "
        "works in {year} it has lived chiefly on {new}; its population, once only {then}, is now "
        "{now}.|"
        "While @ once owed its wealth to {old}, most of its {now} inhabitants today work in the "
        "making "
        "of {new}, the {works} works having been shut in {year}, when the town counted {then} "
        "people.]",
        lures=(
            f"[When|In which year] did @ [begin to trade in|stop selling] {old}",
            "[How many|What number of] people [worked|were employed] at the works in @",
            f"[In which year|When] was the {new} [trade|industry] in @ [shut down|forbidden]",
        ),
        old=ask(
            old,
            "[What|Which product] made @ [wealthy|rich] in former times",
            "In what did @ [deal|trade] in the past",
            "[On which goods|On what] was the former wealth of @ based",
        ),
        new=ask(
            new,
            "[What|Which product] is @'s main source of income [today|nowadays]",
            "[What|Which goods] [does|do people in] @ chiefly produce now",
            "On what does the present economy of @ depend",
        ),
        works=ask(
            p.new.one_of("alum|soda|zinc|sugar|starch|match|powder"),
            f"What [kind|sort] of works in @ [closed|ceased production] in {year}",
            f"Which factory in @ was given up in {year}",
            "What sort of plant did @ lose",
        ),
        year=ask(
            year,
            "[When|In which year] were the works in @ [closed down|given up]",
            "In what year did the works of @ cease production",
            "Since when have there been no more works of that kind in @",
        ),
        then=p.count(
            then,
            "How many people [used to live|lived] in @ [in former times|earlier]",
            "[What|How large] was the [earlier|former] population of @",
            "[Former|Earlier] number of inhabitants of @",
        ),
        now=p.count(
            now,
            "How many people live in @ [today|now|at present]",
            "[What|How large] is the [present|current] population of @",
            "[Present|Current] number of inhabitants of @",
        ),
    )


def _taught(p: Prose, t: Topic) -> str:
    founder, rector = p.person(), p.person()
    first, added = p.new.one_of(_FACULTIES), p.new.one_of(_FACULTIES)
    year, later = p.new.year(1450, 1760), p.new.year(1780, 1970)
    return p.say(
        t,
        "taught",
        "[@ was [endowed|founded] in {year} by {founder}, who wished to {aim}; to the original "
        "faculty "
        "of {first} the rector {rector} added that of {added} in {later}.|"
        "In {year} {founder} founded @ in order to {aim}; it began with a faculty of {first}, "
        "and {added} was introduced in {later} at the urging of the rector {rector}.]",
        lures=(
            f"[When|In which year] was the faculty of {first} at @ [closed|abolished|moved]",
            f"[Which subject|What] did {founder.name} [teach|study] at @",
            f"[What|Which faculty] was [closed|given up] by {rector.name}",
            f"[How many|What number of] students of {added} [are there|enrolled] at @",
        ),
        who=(
            f"[Which institution|What] [owes its existence to|was set up by] {founder.name}",
            f"[Which institution|What] was headed by {rector.name}",
        ),
        year=ask(
            year,
            "[When|In which year] was @ [established|set up]",
            "[How far|To which year] does @ date back",
            f"In what year did {founder.name} establish @",
        ),
        founder=ask(
            founder.name,
            "[Who|Which benefactor] [established|set up] @",
            "To whom does @ owe its [existence|beginnings]",
            "[Founder|Benefactor] of @",
        ),
        aim=ask(
            p.new.one_of(
                "train village priests|raise the standard of surveying|keep gifted youths in the "
                "country|"
                "educate the sons of officers|free medicine from superstition|prepare clerks for "
                "the court"
            ),
            f"[What|Which purpose] did {founder.name} have in mind for @",
            "[Why|To what end] was @ set up",
            "[Purpose|Aim] for which @ was established",
        ),
        first=ask(
            first,
            "[What|Which subject] [was|could be] studied at @ [first|from the start]",
            "[Which|What] was the [oldest|earliest] faculty of @",
            "With which [discipline|subject] did teaching at @ start",
        ),
        added=ask(
            added,
            f"[What|Which subject] was taken up at @ in {later}",
            f"[Which|What] new faculty did @ get under {rector.name}",
            f"By which discipline was @ enlarged in {later}",
        ),
        rector=ask(
            rector.name,
            "[Who|Which person] [enlarged|widened] @ by a faculty",
            f"Who was [the head|in charge] of @ in {later}",
            f"[Thanks to whom|On whose initiative] could {added} be studied at @",
        ),
        later=ask(
            later,
            "[When|In which year] did @ get a further faculty",
            f"Since when has @ [offered|taught] {added}",
            f"In what year was {added} taken up at @",
        ),
    )


_TELL = {
    "town": (_founded, _burnt, _thrived),
    "bridge": (bridged, crossed),
    "university": (_taught,),
}


def _topic(p: Prose, kind: str) -> Topic:
    name = p.new.place()
    match kind:
        case "town":
            return Topic(name, "the town", "town")
        case "bridge":
            return Topic(p.spin(f"{name} [Bridge|Viaduct]"), "the bridge", "bridge")
        case _:
            return Topic(p.spin(f"{name} [University|College]"), "the university", "university")


def _write(pen: Pen) -> Paper:
    prose = Prose(pen)
    main, other = pen.shuffled(list(_TELL))[:2]
    blocks: list[Block] = []
    for kind in pen.shuffled([main, main, other, pen.pick(main, other)][: pen.pick(3, 4)]):
        topic = _topic(prose, kind)
        told = pen.shuffled(_TELL[kind])[: pen.pick(2, 3)]
        blocks.append(Paragraph(" ".join(tell(prose, topic) for tell in told)))
    prose.finish()
    return Paper(pen.pick("places.txt", "places.md", "places.pdf"), blocks)


KIND = Kind("place_history", "place_history", (), _write)
