"""What do people do between their first and their last day?"""

from __future__ import annotations

from dataclasses import dataclass

from evals.generated.prose import Prose, Topic, ask

TRADES = (
    "tanner|clockmaker|ship's carpenter|country doctor|notary|miller|schoolteacher|bookbinder|"
    "cloth merchant|lock keeper|piano tuner|customs officer|baker|wine grower|vicar|stonemason"
)
_POSTS = (
    "court librarian|professor of anatomy|director of the botanical garden|chief surveyor|"
    "cathedral organist|editor of the evening paper|head of the drawing school|harbour master|"
    "private secretary to the governor|keeper of manuscripts|state geologist|military physician"
)
REASONS = (
    "poor health|a quarrel with the trustees|lack of money|an outbreak of cholera|"
    "a scandal over forged receipts|homesickness|failing eyesight|political pressure|"
    "the death of a brother|unpaid wages|a dispute over authorship|religious doubts"
)
_PRIZES = (
    "Silver Compass|Laurel Medal|Prize of the Academy|Golden Quill|Founders' Medal|"
    "Order of the Heron|Grand Prize for Letters|Ribbon of Merit"
)
_LIKES = (
    "collecting beetles|amateur astronomy|chess problems|long walks in the hills|playing the viola|"
    "growing pear trees|building model ships|translating folk songs|keeping bees|fencing"
)
_GENRES = "novel|play|opera|treatise|collection of essays|travel book|cycle of poems|textbook"
TRAITS = (
    "short temper|dry humour|tireless patience|exact handwriting|love of argument|"
    "careless dress|remarkable memory|quiet manner of speaking"
)


@dataclass
class Life:
    """`year` is that of what was told last."""

    year: int

    def next(self, p: Prose, least: int = 1, most: int = 5) -> int:
        self.year = p.new.year(self.year + least, self.year + most)
        return self.year


def worked(p: Prose, t: Topic, life: Life) -> str:
    place, rival = p.new.place(), p.person()
    year = life.next(p)
    left = life.next(p, 2, 9)
    pay = p.new.number(110, 980)
    return p.say(
        t,
        "worked",
        "[In {year} @ was [appointed|made] {post} in {place}, a position for which {rival} had "
        "also "
        "applied and which paid {pay} a year; ~he gave it up in {left} because of {reason}.|"
        "@ became {post} in {place} in {year}, succeeding {rival}, at a yearly salary of {pay}, "
        "but "
        "resigned in {left} on account of {reason}.]",
        lures=(
            f"[Which office|What post] did {rival.name} [take up|accept] in {left}",
            f"[Why|For what reason] was {rival.name} [dismissed|turned down|not reappointed]",
            f"How much did @ earn [a year|] [after {left}|in the year after {left}]",
        ),
        year=ask(
            year,
            f"[When|In which year] did @ [start work|take up ~his post] in {place}",
            f"[When|In what year] was @ given a post in {place}",
            f"In which year did @'s employment in {place} begin",
        ),
        post=ask(
            p.new.one_of(_POSTS),
            f"[What|Which] position did @ hold in {place}",
            f"[As what was @ employed|What was @'s job] in {place}",
            f"To which office was @ named in {year}",
        ),
        place=ask(
            place,
            f"[Where|In which town] did @ hold a post [from {year} to {left}|until {left}]",
            f"In [what place|which town] was @ employed from {year}",
            f"[Where|In which town] did @ [work|serve] for {pay} crowns a year",
        ),
        rival=ask(
            rival.name,
            f"[Who|Which person] is named beside @ [in connection with|as to] the post in {place}",
            f"Who else [had to do with|is mentioned with] the office that @ [filled|took] in "
            f"{year}",
            f"Which other [person|name] is linked with @'s position in {place}",
        ),
        pay=ask(
            f"{pay} crowns",
            f"[How much|What] did @ earn a year in {place}",
            f"[What|How high] was @'s [yearly pay|annual income] in {place}",
            f"What [wages|salary] came with the post @ took in {year}",
        ),
        left=ask(
            left,
            f"[When|In which year] did @ [give up|leave|step down from] ~his post in {place}",
            f"Until [when|which year] did @ work in {place}",
            f"In what year did @ [quit|cease to serve] in {place}",
        ),
        reason=ask(
            p.new.one_of(REASONS),
            f"[Why|For what reason] did @ [leave|quit] ~his post in {place}",
            f"What [made|forced] @ [step down|give up ~his office] in {left}",
            f"What was the [reason|cause] of @'s departure in {left}",
        ),
    )


def wrote(p: Prose, t: Topic, life: Life) -> str:
    first, second, critic = p.new.work(), p.new.work(), p.person()
    genre, other = p.new.one_of(_GENRES), p.new.one_of(_GENRES)
    year, later, num = life.next(p), life.next(p, 2, 7), p.new.number(150, 4900)
    return p.say(
        t,
        "wrote",
        "[@ [published|brought out] the {genre} {first} in {year}, of which {num} copies were "
        "sold; "
        "the {other} {second} followed in {later} and was [attacked|condemned] by the critic "
        "{critic} for its {flaw}.|"
        "@'s {genre} {first} appeared in {year} and sold {num} copies, whereas the {other} "
        "{second}, "
        "printed in {later}, was dismissed by {critic}, who deplored its {flaw}.]",
        lures=(
            f"[Who|Which critic] [praised|admired|defended] {second}",
            f"How many copies of {second} were [sold|bought]",
            f"[What|Which fault] did {critic.name} [find in|object to in] {first}",
            f"[Who|Which house] [printed|was the publisher of] {first}",
        ),
        who=(
            f"[Who|Which author] [wrote|is the writer of] {first}",
            f"[By whom is|Whose work is] {second}",
        ),
        genre=ask(
            genre,
            f"What [kind|sort] of work is {first}",
            f"[To which genre does {first} belong|In what form is {first} written]",
            f"[Genre|Literary form] of {first}",
        ),
        first=ask(
            first,
            f"[What|Which work] did @ publish in {year}",
            f"What [is|was] the {genre} by @ called",
            f"Title of the {genre} [by @|that @ wrote]",
        ),
        year=ask(
            year,
            f"[When|In which year] [did {first} come out|was {first} first printed]",
            f"In what year did @ publish {first}",
            f"Year in which {first} [was released|reached its readers]",
        ),
        num=p.count(
            num,
            f"How many copies of {first} [were bought|found a buyer]",
            f"In how many copies did {first} sell",
            f"Number of copies sold of @'s {genre}",
        ),
        other=ask(
            other,
            f"What [kind|sort] of work is {second}",
            f"[To which genre does {second} belong|In what form is {second} written]",
            f"[Genre|Literary form] of {second}",
        ),
        second=ask(
            second,
            f"[What|Which work] did @ [publish|bring out] in {later}",
            f"Which of @'s works [did {critic.name} reject|was badly received by {critic.name}]",
            f"What [is|was] the {other} by @ called",
        ),
        later=ask(
            later,
            f"[When|In which year] [was {second} published|did {second} come out]",
            f"In what year did @ bring out {second}",
            f"Year of publication of {second}",
        ),
        critic=ask(
            critic.name,
            f"[Who|Which critic] [did not like|spoke ill of] {second}",
            f"By whom was {second} [criticised|rejected]",
            f"Which [reviewer|person] was hostile to @'s {other}",
        ),
        flaw=ask(
            p.new.one_of(
                "endless digressions|wooden dialogue|lack of humour|false piety|loose plot"
            ),
            f"[What|Which weakness] did {critic.name} [find fault with|see] in {second}",
            f"For what was {second} [criticised|blamed]",
            f"[Which defect|What] did {critic.last} blame {second} for",
        ),
    )


def honoured(p: Prose, t: Topic, life: Life) -> str:
    prize, lost, giver = p.new.one_of(_PRIZES), p.new.one_of(_PRIZES), p.person()
    year, sum_ = life.next(p), p.new.number(2, 90) * 100
    return p.say(
        t,
        "honoured",
        f"[In {{year}}, @ was awarded the {{prize}}, worth {{sum}}, which {{giver}} "
        f"[handed over|presented]; the {lost}, for which ~he had been proposed as well, went to "
        f"{{rival}}.|@ [won|received] the {{prize}} in {{year}} from the hands of {{giver}} "
        f"together "
        f"with {{sum}}, whereas {{rival}} was preferred to ~him for the {lost}.]",
        lures=(
            f"[When|In which year] did @ [win|receive|get] the {lost}",
            f"[How much money|What sum] came with the {lost}",
            "[Which|What] [award|prize] did @ [refuse|decline|return]",
        ),
        who=(
            f"[Who|Which person] [won|was given] the {prize}",
            f"Who was honoured with the {prize}",
        ),
        year=ask(
            year,
            f"[When|In which year] did @ [get|receive] the {prize}",
            f"In what year was the {prize} [given to|bestowed on] @",
            f"Year in which @ was honoured with the {prize}",
        ),
        prize=ask(
            prize,
            f"[Which|What] [award|distinction|honour] did @ receive in {year}",
            f"What did @ [get|accept|receive] from {giver.name}",
            "[Which award|What prize] did @ win",
        ),
        sum=ask(
            f"{sum_} francs",
            f"How much money [was|came] with the {prize}",
            f"[What amount|How much] did @ get with the {prize}",
            f"What was the {prize} worth",
        ),
        giver=ask(
            giver.name,
            f"[Who|Which person] gave @ the {prize}",
            f"By whom was the {prize} [handed to|given to] @",
            f"From whom did @ [get|accept] the {prize}",
        ),
        rival=ask(
            p.person().name,
            f"Who [won|was given] the {lost}",
            f"[Who|Which candidate] obtained the {lost}",
            f"Which [competitor|candidate] was chosen over @ for the {lost}",
        ),
    )


def liked(p: Prose, t: Topic, life: Life) -> str:
    friend, hobby = p.person(), p.new.one_of(_LIKES)
    return p.say(
        t,
        "liked",
        "[[Friends|Neighbours|Pupils] remembered @ for ~his {trait} and for a passion for {hobby}, "
        "which ~he shared with {friend}[, a {trade} by profession|]; {dislike}, on the other hand, "
        "~he [detested|could not stand].|"
        "@'s great love was {hobby}, to which {friend}, a {trade}, had introduced ~him, and "
        "{dislike} "
        "was ~his pet hate.]",
        lures=(
            f"[When|In which year] did @ [first meet|get to know] {friend.name}",
            f"[What|Which pastime] did {friend.name} [dislike|hate|give up]",
        ),
        trait=ask(
            p.new.one_of(TRAITS),
            "[Which|What] [quality|feature of character] of @ [stayed in people's minds|was "
            "recalled]",
            "[How is the character of @ described|What was typical of @'s character]",
            "[For which trait|For what quality] was @ remembered",
        ),
        hobby=ask(
            hobby,
            "[What|Which pastime] did @ [love|enjoy] most",
            f"[Which interest|What hobby] did @ have in common with {friend.name}",
            "[What was @'s hobby|How did @ like to spend ~his free time]",
        ),
        friend=ask(
            friend.name,
            f"[Who|Which friend] [had|has] to do with @'s interest in {hobby}",
            f"With whom is @'s love of {hobby} connected",
            f"[Whose|Which person's] company is linked to @'s {hobby}",
        ),
        trade=ask(
            p.new.one_of(TRADES),
            f"[What|Which trade] did {friend.name} [do for a living|follow]",
            f"[What was the profession|What was the job] of {friend.name}",
            f"Occupation of @'s friend {friend.last}",
        ),
        dislike=ask(
            p.new.one_of("opera|card games|horse racing|public speaking|modern poetry|rich food"),
            "[What|Which thing] did @ [dislike|hate|loathe]",
            "[Of what was @ not fond at all|What was @ unable to bear]",
            "[What|Which thing] filled @ with dislike",
        ),
    )
