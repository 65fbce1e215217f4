"""Where does an answer in words end?

Asked for the day, people say "Thursday", and a reader goes on with the hours behind it. Of two
drafts that begin at one place the shorter is taken, unless the longer is likelier by so much for
each word that it has more (docs/decisions/0035).
"""

from __future__ import annotations

import math
import re
from dataclasses import replace

from engine.decoding import Answer

_A_WORD = 0.35  # nats
_MOST_WORDS = 3  # that count: more than these have to be unlikely by themselves
_LEAST = 1e-9
_CLOSING = re.compile(r"\s|[,;:.!?)\]]|$")


def briefest(answer: Answer, text: str) -> Answer:
    """The answer or the beginning of it that is to be preferred, `text` being the prompt's; the
    answer stays among the others then, and what it was thought of stays. Of a literal or a list
    nothing is cut, and no name or number in two."""
    if answer.literal is not None or len(answer.items) > 1 or not answer.places:
        return answer
    start, stop = answer.places[0]
    num_words = len(text[start:stop].split())
    taken, place, most = answer, answer.places[0], 0.0
    for other in answer.others:
        its = _beginning(other, start, stop)
        if its is None or _cuts_a_name(text, its[1]):
            continue
        fewer = num_words - len(text[slice(*its)].split())
        gain = min(fewer, _MOST_WORDS) * _A_WORD - _nats_behind(other, answer)
        if gain > most:
            taken, place, most = other, its, gain
    if taken is answer:
        return answer
    places = (place, *(one for one in taken.places if one != place))
    left = [one for one in answer.others if one is not taken]
    return replace(
        taken,
        places=places,
        items=(places,),
        signals=answer.signals,
        others=(replace(answer, others=()), *left),
    )


def _beginning(other: Answer, start: int, stop: int) -> tuple[int, int] | None:
    """Where the draft stands in the longer one, from its first letter on."""
    if other.literal is not None:
        return None
    return next((place for place in other.places if place[0] == start and place[1] < stop), None)


def _cuts_a_name(text: str, stop: int) -> bool:
    """Whether a word goes on there, or one with a capital or a digit follows another such."""
    if not _CLOSING.match(text, stop):
        return True
    before, after = text[:stop].split()[-1], text[stop:].lstrip()
    follows = bool(text[stop:]) and text[stop].isspace() and bool(after)
    return follows and _is_of_a_name(before) and _is_of_a_name(after)


def _is_of_a_name(word: str) -> bool:
    return word[0].isupper() or word[0].isdigit()


def _nats_behind(other: Answer, answer: Answer) -> float:
    chance, its = max(answer.signals.likelihood, _LEAST), max(other.signals.likelihood, _LEAST)
    return math.log(chance / its)
