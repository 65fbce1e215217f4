"""What does a work of reference tell of substances and of living things?"""

from __future__ import annotations

from evals.generated.blocks import Block, Paragraph
from evals.generated.creatures import described, endangered
from evals.generated.draft import Kind, Paper
from evals.generated.pen import Pen
from evals.generated.prose import Prose, Topic, ask

_COLOURS = "pale yellow|brick red|bluish green|dull grey|deep violet|chalk white|rusty brown"
_SOURCES = (
    "the ash of seaweed|roasted pyrite|coal tar|the bark of alders|river mud|volcanic glass|"
    "fermented beet juice|the shells of beetles|old roof lead|spring water|whale oil"
)
_USES = (
    "hardening surgical needles|dyeing silk|purifying drinking water|tanning hides|"
    "coating camera lenses|preserving timber|treating gout|welding thin pipes|sealing batteries"
)
_HARMS = (
    "damage to the liver|loss of hair|burns on the skin|dizziness|clouding of the eyes|"
    "brittle nails|a dry cough|stomach cramps"
)
_METHODS = (
    "slow distillation|repeated filtering|electric discharge|heating in a sealed tube|"
    "freezing with ether|grinding under water|X-ray diffraction"
)


def _isolated(p: Prose, t: Topic) -> str:
    finder, namer, place = p.person(), p.person(), p.new.place()
    source, method, year = p.new.one_of(_SOURCES), p.new.one_of(_METHODS), p.new.year(1760, 1965)
    return p.say(
        t,
        "isolated",
        "[@ was [first isolated|discovered] in {year} by the chemist {finder}[, working in "
        "{place}|], "
        "who obtained it from {source}[ by {method}|]; its name was proposed [in {later} |]by "
        "{namer}.|"
        "In {year}, {finder} [of {place} |][extracted|separated] @ from {source}[ by means of "
        "{method}|], and {namer} gave it its present name[ in {later}|].]",
        lures=(
            f"[When|In which year] did {namer.name} [discover|isolate|sell] @",
            f"[Where|In which town] did {namer.name} [work|live|teach]",
            f"[Which|What] [substance|material] did {finder.name} name",
            f"[By what method|How] did {namer.name} [produce|test] @",
        ),
        who=(
            f"[What|Which substance] did {finder.name} discover",
            f"[What|Which substance] owes its name to {namer.name}",
        ),
        year=ask(
            year,
            "[When|In which year] was @ [found|discovered]",
            f"[When|In what year] did {finder.name} find @",
            "Year of the discovery of @",
        ),
        finder=ask(
            finder.name,
            "[Who|Which scientist] [discovered|found] @",
            "[To whom do we owe|Whose achievement was] the discovery of @",
            "[Discoverer|Finder] of @",
        ),
        place=ask(
            place,
            "[Where|In which town] was @ [found|discovered]",
            f"[Where|In what town] did {finder.name} [have a laboratory|do research]",
            "Place of the discovery of @",
        ),
        source=ask(
            source,
            "[From what|Out of which material] was @ [won|extracted] at first",
            f"[What|Which] raw material did {finder.name} use to get @",
            "Original source of @",
        ),
        method=ask(
            method,
            "[By what method|In which way] was @ [won|first obtained]",
            f"[What|Which] technique did {finder.name} [apply|use] to get @",
            "[Technique|Procedure] that led to @",
        ),
        namer=ask(
            namer.name,
            "[Who|Which person] [named|thought of the name of] @",
            "By whom was the [word|term] @ [coined|invented]",
            "[To whom|To which person] does @ owe its name",
        ),
        later=ask(
            p.new.year(year + 1, year + 30),
            "[When|In which year] did @ [get its name|receive its name]",
            f"In what year did {namer.name} [coin|suggest] the word @",
            "Year in which @ was named",
        ),
    )


def _measured(p: Prose, t: Topic) -> str:
    melts, boils = p.new.number(31, 490), p.new.number(500, 2400)
    gas = p.new.one_of("hydrogen|chlorine|ammonia|oxygen|nitrogen")
    liquid = p.new.one_of("warm alcohol|ether|strong vinegar|turpentine|benzene")
    return p.say(
        t,
        "measured",
        "[[At room temperature |]@ is a {colour} solid[ with a smell of {smell}|] that melts at "
        "{melts}"
        "[ and boils at {boils}|]; it dissolves readily in {liquid}[, but not in water|]"
        "[, and it catches fire in {gas}|].|"
        "The {colour} crystals of @[, which smell of {smell},|] melt at {melts}, "
        "[turn to vapour at {boils} |]and are soluble in {liquid}[, while {gas} sets them on "
        "fire|].]",
        lures=(
            "[At what|At which] temperature does @ [dissolve|burn|explode]",
            f"[What|Which colour] does @ take on in {liquid}",
            "[How heavy|How hard] is @",
        ),
        colour=ask(
            p.new.one_of(_COLOURS),
            "[What|Which] colour is @",
            "How is the colour of @ described",
            "[Hue|Colour] of @",
        ),
        smell=ask(
            p.new.one_of("bitter almonds|burnt rubber|garlic|fresh hay|camphor|wet dog"),
            "What does @ smell of",
            "[Odour|Scent] of @",
            "[To what|With what] can the odour of @ be compared",
        ),
        melts=ask(
            f"{melts} degrees",
            "[At what|At which] temperature does @ [turn liquid|become liquid]",
            "[What is the melting point|What is the fusing point] of @",
            "How hot must @ be in order to melt",
        ),
        boils=ask(
            f"{boils} degrees",
            "[At what|At which] temperature does @ [turn into gas|vaporise]",
            "What is the boiling point of @",
            "How hot must @ be in order to boil",
        ),
        liquid=ask(
            liquid,
            "[What|Which liquid] [is a good solvent for|can be used to dissolve] @",
            "In [what|which liquid] [can @ be dissolved|is @ soluble]",
            "Solvent for @",
        ),
        gas=ask(
            gas,
            "[Which|What] gas makes @ [burn|ignite]",
            "[In which gas|In the presence of what] does @ ignite",
            "Gas in which @ [burns|goes up in flames]",
        ),
    )


def _used(p: Prose, t: Topic) -> str:
    first, now, doctor = p.new.one_of(_USES), p.new.one_of(_USES), p.person()
    tons, year = p.new.number(120, 9800), p.new.year(1966, 2020)
    return p.say(
        t,
        "used",
        "[Once [employed|sold] for {first}, @ now serves mainly for {now}[; about {tons} a year "
        "are produced, most of it in {place}|]; its use was restricted in {year} after {doctor} "
        "had "
        "shown that it can lead to {harm}.|"
        "{doctor} proved that exposure to @ causes {harm}, so that its sale was limited in {year}; "
        "the present output[ of {tons} a year, chiefly from {place},|] "
        "is meant no longer for {first} but for {now}.]",
        lures=(
            f"[Where|In which town] did {doctor.name} [work|practise]",
            f"[When|In which year] was the use of @ for {first} [invented|begun]",
            "[Who|Which company] [produces|sells] @",
            "[What|Which remedy] can cure the effects of @",
        ),
        first=ask(
            first,
            "What was @ formerly used for",
            "What was the [original|earlier] [application|purpose] of @",
            "[Former|Earlier] use of @",
        ),
        now=ask(
            now,
            "What is @ chiefly used for [today|nowadays]",
            "What is the [present|current] [application|purpose] of @",
            "[Present|Current] use of @",
        ),
        tons=ask(
            f"{tons:,} tonnes",
            "How much @ is [made|manufactured] [a year|annually]",
            "What is the yearly [output|production] of @",
            "[Annual|Yearly] output of @",
        ),
        place=ask(
            p.new.place(),
            "[Where|In which place] is @ chiefly made",
            "[Which|What] place is the main producer of @",
            "Main place of manufacture of @",
        ),
        year=ask(
            year,
            "[When|In which year] [were limits put on @|did rules against @ come in]",
            "Since when has @ no longer been freely [used|on sale]",
            "In what year did @ become subject to limits",
        ),
        doctor=ask(
            doctor.name,
            "[Who|Which person] [proved|pointed out] the dangers of @",
            "By whom were the risks of @ [demonstrated|made known]",
            "[Who|Which researcher] found that @ is harmful",
        ),
        harm=ask(
            p.new.one_of(_HARMS),
            "[What|Which ailment] can @ [bring about|cause]",
            "[How|In what way] can @ harm people",
            f"What effect of @ did {doctor.name} find",
        ),
    )


_TELL = {"substance": (_isolated, _measured, _used), "creature": (described, endangered)}


def _topic(p: Prose, kind: str) -> Topic:
    if kind == "substance":
        ending = p.pen.pick("ite", "ium", "ol", "ane", "ene", "one")
        name = p.new.new(lambda: p.new.word().lower() + ending)
        return Topic(name, p.spin("[the substance|it]"), kind)
    quality = p.new.one_of("spotted|lesser|dwarf|grey|ringed|horned|long-eared|crested|striped")
    animal = p.new.one_of("newt|shrew|grouse|toad|heron|vole|lizard|bat|plover|marten")
    return Topic(f"the {quality} {p.new.place()} {animal}", "the species", kind)


def _write(pen: Pen) -> Paper:
    prose = Prose(pen)
    main, other = pen.shuffled(list(_TELL))
    blocks: list[Block] = []
    for kind in [main, main, other][: pen.pick(2, 3, 3)]:
        topic = _topic(prose, kind)
        told = _TELL[kind][: pen.pick(2, 3)] if pen.chance(0.7) else pen.shuffled(_TELL[kind])[:2]
        blocks.append(Paragraph(" ".join(tell(prose, topic) for tell in told)))
    prose.finish()
    return Paper(pen.pick("notes.txt", "notes.md", "notes.pdf"), blocks)


KIND = Kind("science_note", "science", (), _write)
