"""Who won a battle or an election, and how?"""

from __future__ import annotations

from evals.generated.prose import Prose, Topic, ask


def fought(p: Prose, t: Topic) -> str:
    victor, beaten, scout = p.person(False), p.person(False), p.person()
    year, men, lost = p.new.year(1205, 1815), p.new.number(1200, 9800), p.new.number(120, 1100)
    first, second = p.new.place(), p.new.place()
    return p.say(
        t,
        "fought",
        "[In @, [fought|which took place] on {day}, {victor} with {men} men [defeated|routed] the "
        "army "
        "of {beaten}, who had marched from {start}[ and was [hampered|weakened] by {cause}|]; "
        "{scout} had "
        "shown the victors {path}, and {lost} of the vanquished fell before {beaten2} fled to "
        "{end}.|"
        "At @ on {day}, {beaten}, [coming from {start} and suffering from {cause}|coming from "
        "{start}|suffering from {cause}], was beaten by "
        "{victor}, whose {men} soldiers had been led by {scout} along {path}; {lost} of the "
        "defeated "
        "were killed, and the rest escaped to {end}.]",
        lures=(
            f"How many [men|soldiers] did {beaten.name} [lead|command]",
            f"[To which place|Where] did {victor.name} [flee|retreat] after the battle",
            f"[Who|Which person] betrayed {victor.last}",
            f"How many of the men of {victor.name} [fell|were killed]",
        ),
        who=(
            f"[Which|What] battle did {victor.name} win",
            f"[Which|What] battle did {beaten.name} lose",
        ),
        day=p.day(
            year,
            "[When|On which day] did @ [happen|occur]",
            f"[When|On what date] was {beaten.name} [conquered|overcome]",
            "Date of @",
        ),
        victor=ask(
            victor.name,
            "[Who|Which commander] [won|was victorious in] @",
            f"[By whom was {beaten.name} overcome|Who got the better of {beaten.name}]",
            "[Winner|Victorious general] of @",
        ),
        men=p.count(
            men,
            f"How many [troops|soldiers] [did {victor.name} command|were under {victor.name}]",
            f"How large was the force of {victor.last}",
            f"Strength of {victor.name}'s army",
        ),
        beaten=ask(
            beaten.name,
            "[Who|Which commander] lost @",
            f"[Whom did {victor.name} overcome|Who was {victor.name}'s opponent]",
            "[Loser|Unsuccessful general] of @",
        ),
        beaten2=ask(f"{beaten.last}"),
        start=ask(
            first,
            f"[In what place|From which place] had {beaten.name} [set out|started]",
            f"Where did the army of {beaten.name} come from",
            f"Starting point of {beaten.name}'s march",
        ),
        cause=ask(
            p.new.one_of("thirst|heavy rain|a lack of powder|marsh fever|rusted muskets|mutiny"),
            f"[What|Which problem] made things hard for the troops of {beaten.name}",
            "[What|Which difficulty] did the losing side in @ [face|struggle with]",
            f"Why was {beaten.name}'s army in a bad state",
        ),
        scout=ask(
            scout.name,
            f"[Who|Which person] [guided|helped] the army of {victor.name}",
            f"By whom was {victor.name} told the way",
            "Guide of the winning side in @",
        ),
        path=ask(
            p.new.one_of(
                "a dry river bed|a goat track|an old Roman road|a ford below the mill|a hidden "
                "ravine"
            ),
            f"[Which|What] route did {scout.name} [point out|know]",
            f"[By what way|On which route] did {victor.name}'s men reach the enemy",
            "Way taken by the winning side in @",
        ),
        lost=p.count(
            lost,
            f"How many [men|soldiers] did {beaten.name} lose",
            "How many of the losing side in @ [died|perished]",
            "Dead among the losers of @",
        ),
        end=ask(
            second,
            "[Where|In which place] did the losers of @ seek safety",
            f"To which place did {beaten.name}'s side withdraw",
            "Refuge of the losing side in @",
        ),
    )


def voted(p: Prose, t: Topic) -> str:
    winner, second, third = p.person(), p.person(), p.person()
    year, votes = p.new.year(1950, 2023), p.new.number(10000, 64000)
    fewer, least = p.new.number(5000, 9900), p.new.number(300, 4900)
    return p.say(
        t,
        "voted",
        "[@ was won on {day} by {winner} [of the {party}|] with {votes} votes; {second}[, who had "
        "campaigned for {plan},|] [polled|received] {fewer}, and {third}[, weakened by {cause},|] "
        "only {least}.|"
        "{votes} votes on {day} gave {winner}[, the candidate of the {party},|] victory in @ over "
        "{second}, for whom {fewer} were cast and who had promised {plan}; {cause} left "
        "{third} with no more than {least}.]",
        lures=(
            f"[For which party|For what group] did {second.name} [stand|run]",
            f"[What|Which measure] did {winner.name} [promise|campaign for]",
            f"[Who|Which politician] [supported|recommended] {third.name}",
            "[How high|What] was the turnout in @",
        ),
        who=(
            f"[Which election|What vote] did {winner.name} win",
            f"[In which|In what] election was {second.name} defeated",
        ),
        day=p.day(
            year,
            "[When|On which day] was @ held",
            f"[When|On what date] was {winner.name} elected",
            "[Polling day|Date] of @",
        ),
        winner=ask(
            winner.name,
            "[Who|Which candidate] [came first|was successful] in @",
            f"[By whom was {second.name} beaten|Who got more votes than {second.name}]",
            "[Winner|Successful candidate] of @",
        ),
        party=ask(
            p.spin(
                f"[{p.new.place()} List|Farmers' League|Reform Union|Harbour Party|Free Citizens|"
                "Green Alliance|People's Front]"
            ),
            f"[For which party|For which group] did {winner.name} stand",
            f"[Which party|What group] did {winner.name} [belong to|represent]",
            "[Which party|What group] was successful in @",
        ),
        votes=p.count(
            votes,
            f"How many [people|citizens] voted for {winner.name}",
            f"How many votes did {winner.name} get",
            f"Votes cast for {winner.name}",
        ),
        second=ask(
            second.name,
            "[Who|Which candidate] [came second|was the runner-up] in @",
            f"Which candidate did {fewer:,} people vote for",
            "Second in @",
        ),
        plan=ask(
            p.new.one_of(
                "lower bridge tolls|a new hospital wing|free school meals|a tram line to the port|"
                "the sale of the waterworks|longer market hours"
            ),
            f"[What|Which aim] did {second.name} [advocate|want]",
            f"[With which demand|With what proposal] did {second.name} run",
            f"What was {second.last} in favour of",
        ),
        fewer=p.count(
            fewer,
            f"How many [people|citizens] voted for {second.name}",
            f"How many votes did {second.name} get",
            f"Votes cast for {second.name}",
        ),
        third=ask(
            third.name,
            "[Who|Which candidate] [did worst|finished last] in @",
            f"Which candidate did {least:,} people vote for",
            "Last in @",
        ),
        cause=ask(
            p.new.one_of(
                "a tax scandal|a late start|quarrels within the party|a heavy cold|lack of funds"
            ),
            f"[Why|For what reason] did {third.name} do [badly|so poorly]",
            f"[What|Which circumstance] harmed {third.name}",
            f"What did {third.name} suffer from",
        ),
        least=p.count(
            least,
            f"How many [people|citizens] voted for {third.name}",
            f"How many votes did {third.name} get",
            f"Votes cast for {third.name}",
        ),
    )
