"""What is known of a living thing?"""

from __future__ import annotations

from evals.generated.prose import Prose, Topic, ask

_HABITATS = (
    "salt marshes|beech woods|abandoned quarries|limestone caves|mountain streams|sand dunes|"
    "peat bogs|coastal cliffs|wet meadows|old orchards"
)
_FOODS = (
    "snail eggs|pine needles|rotting fruit|mosquito larvae|lichen|grass roots|small crabs|"
    "fallen acorns|honeydew|seaweed|spider silk"
)
_ENEMIES = "barn owls|stoats|herring gulls|pike|tree vipers|foxes|wild boars|otters"
_THREATS = (
    "the draining of wetlands|a fungus brought in with timber|night lighting|overgrazing|"
    "rising water temperatures|the loss of old trees|illegal collecting|road salt"
)
_TOOLS = (
    "long curved claws|a hooked upper lip|broad bristly feet|a forked tongue|stiff tail feathers|"
    "a transparent eyelid|sticky toe pads|a double row of teeth"
)


def described(p: Prose, t: Topic) -> str:
    finder, place = p.person(), p.new.place()
    year, length = p.new.year(1750, 1990), p.new.number(4, 95)
    return p.say(
        t,
        "described",
        "[@, which {finder} [described|recorded] for the first time in {year}[ near {place}|], "
        "grows to a "
        "length of {length} and [has|possesses] {tool}, with which it [digs|reaches] for {food}; "
        "[it "
        "lives in {habitat}[ and is hunted by {enemy}|]|it makes its home in {habitat}].|"
        "First [noted|described] by {finder} [near {place} |]in {year}, @ inhabits {habitat}, "
        "[measures {length} |reaches {length} ]and feeds on {food}, for which it uses {tool}[; its "
        "worst enemies are {enemy}|].]",
        lures=(
            f"[When|In which year] [was {finder.name} born|did {finder.name} die]",
            "[How much|What] does @ weigh",
            "Where does @ [sleep|lay its eggs|spend the winter]",
            "[What|Which animals] does @ [hunt|chase] at night",
        ),
        who=(
            f"[Which|What] [species|creature] did {finder.name} make known",
            f"[Which|What] [species|creature] became known in {year}",
        ),
        finder=ask(
            finder.name,
            "[Who|Which naturalist] [discovered|made known] @",
            "Whose discovery was @",
            "[To whom|To which naturalist] do we owe the first account of @",
        ),
        year=ask(
            year,
            "[When|In which year] [did @ become known|was @ discovered]",
            f"In what year did {finder.name} write of @",
            "Year of the first account of @",
        ),
        place=ask(
            place,
            "[Where|Near which town] was @ [discovered|first seen]",
            f"[Where|Near what place] did {finder.name} come across @",
            "Place where @ was first found",
        ),
        length=ask(
            f"{length} centimetres",
            "How [long|big] is @",
            "What [size|length] does @ attain",
            "Size of @",
        ),
        tool=ask(
            p.new.one_of(_TOOLS),
            "[What|Which part of the body] helps @ to get at its food",
            "With what does @ [obtain|get] its food",
            "[Which|What] [feature|part] of @'s body is mentioned",
        ),
        food=ask(
            p.new.one_of(_FOODS),
            "What does @ [eat|live on]",
            "[Of what does the diet of @ consist|Which things form the diet of @]",
            "[Food|Diet] of @",
        ),
        habitat=ask(
            p.new.one_of(_HABITATS),
            "[Where|In what surroundings] [does @ live|is @ at home]",
            "What is the habitat of @",
            "[In what|In which] kind of [landscape|surroundings] can @ be found",
        ),
        enemy=ask(
            p.new.one_of(_ENEMIES),
            "[What preys on|Which animals eat|Which animals prey on] @",
            "[By what|By which animals] is @ threatened",
            "[Predators|Natural enemies] of @",
        ),
    )


def endangered(p: Prose, t: Topic) -> str:
    keeper, place, other = p.person(), p.new.place(), p.new.place()
    then, now, year = p.new.number(2100, 48000), p.new.number(120, 2000), p.new.year(1991, 2023)
    return p.say(
        t,
        "endangered",
        "[Because of {threat}, the number of @ fell from {then} to {now}[ within {span} years|]; "
        "since "
        "{year} it has been bred in {place}[ under the care of {keeper}|][, though "
        "an attempt to settle it in {other} failed through {flop}|].|"
        "Of @, {now} are left, [down from {then} in former days|whereas {then} were counted "
        "earlier], a decline put down to {threat}; {keeper} has [raised|bred] it in "
        "{place} since {year}.]",
        lures=(
            f"[How many|What number of] specimens of @ [live|are kept] in {place}",
            f"[Who|Which keeper] [opposed|stopped] the breeding of @ in {place}",
            "[When|In which year] was the hunting of @ [allowed|banned]",
        ),
        threat=ask(
            p.new.one_of(_THREATS),
            "[Why|For what reason] has @ become rare",
            "[What|Which cause] led to the [decline|decrease] of @",
            "[What|Which circumstance] endangers @",
        ),
        then=p.count(
            then,
            "How many specimens of @ were there [before the decline|in former times]",
            "[What|How large] was the [former|earlier] number of @",
            "[Former|Earlier] count of @",
        ),
        now=p.count(
            now,
            "How many specimens of @ [remain|still exist]",
            "[What|How large] is the [present|remaining] number of @",
            "[Present|Remaining] count of @",
        ),
        span=ask(
            p.new.one_of("twelve|fifteen|eighteen|twenty|thirty|forty"),
            "[In how many|Over how many] years did @ become rare",
            "How many years did the [decline|decrease] of @ take",
            "Number of years in which @ declined",
        ),
        year=ask(
            year,
            "[Since when|From which year on] has @ been [raised|kept] in captivity",
            f"In what year did the breeding of @ [start|begin] in {place}",
            "Start of the breeding of @",
        ),
        place=ask(
            place,
            "[Where|In which place] is @ [raised|kept] in captivity",
            f"[Where|In what town] has @ been bred since {year}",
            "[Breeding station|Place of breeding] of @",
        ),
        keeper=ask(
            keeper.name,
            "[Who|Which person] [breeds|looks after] @ in captivity",
            f"[Who|Which keeper] is in charge of @ in {place}",
            "[Breeder|Keeper] of @",
        ),
        other=ask(
            other,
            "[Where|In which place] [could @ not be settled|was it tried in vain to settle @]",
            "In what place did @ fail to take hold",
            "Place of the failed settlement of @",
        ),
        flop=ask(
            p.new.one_of("a dry summer|stray dogs|a lack of nesting holes|noise from a quarry"),
            f"[Why|For what reason] did @ not [settle|survive] in {other}",
            f"[What|Which trouble] kept @ from settling in {other}",
            f"Cause of the failure of @ in {other}",
        ),
    )
