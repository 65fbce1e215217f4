"""What does a work of reference tell of how firms began, grew and ended?"""

from __future__ import annotations

from evals.generated.blocks import Block, Paragraph
from evals.generated.draft import Kind, Paper
from evals.generated.pen import Pen
from evals.generated.prose import Prose, Topic, ask

_WARES = (
    "sewing machines|enamel pots|bicycle lamps|typewriters|canned soup|fountain pens|gas meters|"
    "wool blankets|toy trains|brass valves|shaving soap|pocket watches|milking machines|harmonicas"
)
_SITES = (
    "a former riding school|a disused mill|the cellar of an inn|a rented barn|a converted chapel|"
    "a shed behind the station|an empty tobacco store"
)
_FUNDS = (
    "an inheritance|the sale of a patent|a loan from an uncle|a lottery prize|a widow's savings|"
    "the proceeds of a farm|a dowry"
)
_TROUBLES = (
    "a tariff on steel|cheap imports|a fire in the paint shop|a failed advertising campaign|"
    "the loss of an army contract|a badly timed merger|a long strike|a faulty batch of springs"
)
_NOVELTIES = (
    "a folding version|a child-proof lid|models in bright colours|a silent motor|a washable cover|"
    "a self-cleaning nozzle|a rubber handle|a version for left-handers"
)
_BENEFITS = (
    "free company flats|a shorter Saturday|a pension fund|a works canteen|paid holidays|"
    "a company choir|a share in the profits|a day nursery"
)


def _began(p: Prose, t: Topic) -> str:
    founder, partner, place = p.person(), p.person(), p.new.place()
    year, hands = p.new.year(1820, 1920), p.new.number(3, 60)
    ware = p.new.one_of(_WARES)
    return p.say(
        t,
        "began",
        "[@ was [founded|started] in {year} by {founder}[ and the {craft} {partner}|] in {site} in "
        "{place}[, with money from {funds}|], and made {ware}[ with {hands} workers|].|"
        "In {year} {founder} [opened|founded] @ in {place}[, using {funds}|]; [{hands} workers "
        "made|"
        "the firm made] {ware} there in {site}[, supervised by {partner}, a {craft}|].]",
        lures=(
            f"[When|In which year] did {founder.name} [leave|sell|close] @",
            f"[Where|In which town] was {founder.name} [born|trained]",
            f"[How much|What sum] did {founder.last} [invest in|put into] @",
            "[Who|Which person] lent @ the first machines",
        ),
        who=(
            f"[Which|What] [company|firm] was set up by {founder.name}",
            f"[Which|What] [company|firm] began with {ware}",
        ),
        year=ask(
            year,
            "[When|In which year] was @ [established|set up]",
            f"[When|In what year] did {founder.name} go into business",
            "Year of foundation of @",
        ),
        founder=ask(
            founder.name,
            "[Who|Which person] [established|set up] @",
            "[Who|Which entrepreneur] was behind the beginnings of @",
            "[Founder|Originator] of @",
        ),
        partner=ask(
            partner.name,
            "[Which craftsman|Which person with a trade] is named [as to|at] the beginnings of @",
            "Which skilled worker played a part in the early days of @",
            f"Which craftsman worked with {founder.name} at @",
        ),
        craft=ask(
            p.new.one_of("tinsmith|saddler|gunsmith|cabinetmaker|locksmith|weaver|brass founder"),
            f"[What|Which trade] had {partner.name} learned",
            f"What was {partner.name}'s [trade|craft]",
            f"[Trade|Occupation] of {partner.name}",
        ),
        place=ask(
            place,
            "[Where|In which town] [was @ set up|did @ begin]",
            f"[Where|In what town] did {founder.name} go into business",
            "Town in which @ started",
        ),
        site=ask(
            p.new.one_of(_SITES),
            "[In what building|In what sort of premises] did @ [begin|start out]",
            f"[What|Which building] housed @ in {place}",
            "First premises of @",
        ),
        funds=ask(
            p.new.one_of(_FUNDS),
            "[How|By what means] was the founding of @ paid for",
            f"Where did {founder.name} get the capital from",
            "Source of the capital of @",
        ),
        ware=ask(
            ware,
            "[What|Which goods] did @ [produce|manufacture] [first|at the start]",
            f"[What|Which product] was made at @ under {founder.name}",
            "First product of @",
        ),
        hands=p.count(
            hands,
            "How many [employees|people] did @ have at the start",
            f"[With how many|By how many] employees was the work done in {place}",
            "Size of @'s first workforce",
        ),
    )


def _grew(p: Prose, t: Topic) -> str:
    heir, designer, abroad = p.person(), p.person(), p.new.place()
    year, sales = p.new.year(1921, 1959), p.new.number(12, 980)
    return p.say(
        t,
        "grew",
        "[Under {heir}, who took over in {year}, @ [brought out|added] {novelty}[, an idea of the "
        "engineer "
        "{designer}|], opened a branch in {abroad}[ and gave its workers {benefit}|]; sales rose "
        "to "
        "{sales}.|"
        "{heir} [headed|ran] @ from {year}, set up a branch in {abroad} and raised sales to "
        "{sales}, "
        "chiefly thanks to {novelty}[, devised by {designer}|][; the staff were granted "
        "{benefit}|].]",
        lures=(
            f"[When|In which year] did {heir.name} [retire|resign|die]",
            f"[Who|Which manager] headed the branch in {abroad}",
            f"[When|In which year] was the branch in {abroad} [closed|sold]",
            f"[What|Which wage] did {designer.name} [earn|demand]",
        ),
        heir=ask(
            heir.name,
            f"[Who|Which manager] [assumed control|became the head] of @ in {year}",
            f"Who opened @'s branch in {abroad}",
            f"Under whose leadership did @ reach sales of {sales} million",
        ),
        year=ask(
            year,
            f"[When|In which year] did {heir.name} [become head of|assume control of] @",
            f"Since when did {heir.name} lead @",
            f"In what year did the leadership of @ pass to {heir.name}",
        ),
        novelty=ask(
            p.new.one_of(_NOVELTIES),
            f"[What|Which novelty] did @ introduce under {heir.name}",
            "[What|Which innovation] helped @ to sell more",
            "[Innovation|Novelty] that @ launched",
        ),
        designer=ask(
            designer.name,
            "[Who|Which inventor] thought of @'s novelty",
            "By whom was @'s new product [invented|thought up]",
            "[Inventor|Originator] of the novelty sold by @",
        ),
        abroad=ask(
            abroad,
            "[Where|In which town] did @ [establish|have] a branch",
            f"[Where|In what place] did {heir.name} expand to",
            "Location of @'s branch",
        ),
        benefit=ask(
            p.new.one_of(_BENEFITS),
            "[What|Which benefit] did the employees of @ [get|enjoy]",
            f"What did {heir.name} do for the employees",
            "[Benefit|Advantage] for the workforce of @",
        ),
        sales=ask(
            f"{sales} million crowns",
            f"How much did @ sell under {heir.name}",
            f"[What|Which figure] did the turnover of @ reach under {heir.name}",
            "[Turnover|Revenue] of @ at its height",
        ),
    )


def _declined(p: Prose, t: Topic) -> str:
    boss = p.person()
    buyer = f"{p.new.word()} {p.pen.pick('Brothers', 'Group', 'Trust')}"
    rival = f"{p.new.word()} {p.pen.pick('Holding', 'Partners', 'Union')}"
    year, staff = p.new.year(1960, 2015), p.new.number(61, 4800)
    return p.say(
        t,
        "declined",
        "[After {trouble}[, for which the shareholders blamed the director {boss}|], @ was "
        "[bought|taken "
        "over] by {buyer} for {price} in {year}[, although {rival} had offered more|]; {staff} "
        "[employees|people] lost their jobs[, and production moved to {place}|].|"
        "Hit by {trouble}, @ fell to {buyer} in {year} at a price of {price}[; a bid by {rival} "
        "was "
        "rejected|][; the director, {boss}, was dismissed|]; the works were moved to "
        "{place}, and {staff} jobs were cut.]",
        lures=(
            f"[How much|What sum] did {rival} [offer|bid]",
            f"[When|In which year] was {buyer} [founded|dissolved]",
            f"[How many|What number of] people does {buyer} employ",
            f"[How much|What sum] did {buyer} pay for {rival}",
        ),
        who=(
            f"[Which|What] [company|firm] did {buyer} acquire",
            f"[Which|What] [company|firm] changed hands in {year}",
        ),
        trouble=ask(
            p.new.one_of(_TROUBLES),
            "[What|Which event] got @ into difficulties",
            "[Why|For what reason] did @ lose its independence",
            f"[What|Which setback] did @ suffer before {year}",
        ),
        boss=ask(
            boss.name,
            "[Who|Which manager] was made to answer for @'s troubles",
            "[Who|Which director] was in trouble when @ was sold",
            "Director of @ when it lost its independence",
        ),
        buyer=ask(
            buyer,
            "[Who|Which company] [acquired|purchased] @",
            "[By whom was @ acquired|To whom was @ sold]",
            "[Purchaser|New owner] of @",
        ),
        price=ask(
            f"{p.new.number(2, 640)} million {p.pen.pick('crowns', 'dollars', 'francs')}",
            "[How much|What sum] was paid for @",
            f"[How much|What] did {buyer} pay",
            "[Cost|Purchase price] of @",
        ),
        year=ask(
            year,
            "[When|In which year] did @ [change hands|lose its independence]",
            f"[When|In what year] did {buyer} acquire @",
            "Year of the sale of @",
        ),
        rival=ask(
            rival,
            "[Who|Which bidder] failed to get @",
            "[Which other company|Who else] wanted to acquire @",
            "Unsuccessful bidder for @",
        ),
        staff=p.count(
            staff,
            "How many [workers|members of staff] of @ were [laid off|made redundant]",
            f"How many posts were lost when {buyer} acquired @",
            "Number of redundancies at @",
        ),
        place=ask(
            p.new.place(),
            "[Where|To which place] was the manufacture of @'s goods transferred",
            f"[To which town|Where] did {buyer} relocate @'s works",
            "New location of @'s works",
        ),
    )


_TELL = (_began, _grew, _declined)


def _topic(p: Prose) -> Topic:
    name = f"{p.new.word()} {p.pen.pick('Works', 'Company', 'and Sons', 'Manufacturing', 'Mills')}"
    return Topic(name, "the company", "company")


def _write(pen: Pen) -> Paper:
    prose = Prose(pen)
    blocks: list[Block] = []
    for _ in range(pen.pick(2, 2, 3)):
        topic = _topic(prose)
        some = pen.some(_TELL, 2, 3)
        told = [tell(prose, topic) for tell in _TELL if tell in some]
        blocks.append(Paragraph(" ".join(told)))
    prose.finish()
    return Paper(pen.pick("firms.txt", "firms.md", "firms.pdf"), blocks)


KIND = Kind("company_history", "company_history", (), _write)
