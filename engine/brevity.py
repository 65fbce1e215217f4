"""Where does an answer in words end?

Asked for the day, people say "Thursday", and a reader goes on with the hours behind it. Of two
drafts that begin at one place the shorter is taken, unless the longer is likelier by so much for
each word that it has more (docs/decisions/0035).
"""

from __future__ import annotations

import math
from dataclasses import replace

from engine.decoding import Answer

_A_WORD = 0.35  # nats
_LEAST = 1e-9


def briefest(answer: Answer, text: str) -> Answer:
    """The answer or the beginning of it that is to be preferred, `text` being the prompt's; the
    answer stays among the others then. Of a literal or a list nothing is cut."""
    if answer.literal is not None or len(answer.items) > 1 or not answer.places:
        return answer
    start, stop = answer.places[0]
    num_words = len(text[start:stop].split())
    best, most = answer, 0.0
    for other in answer.others:
        place = _beginning(other, start, stop)
        if place is None:
            continue
        fewer = num_words - len(text[slice(*place)].split())
        gain = fewer * _A_WORD - _nats_behind(other, answer)
        if gain > most:
            best, most = _read_at(other, place), gain
    if best is answer:
        return answer
    left = [one for one in answer.others if one.places != best.places]
    return replace(best, others=(replace(answer, others=()), *left))


def _beginning(other: Answer, start: int, stop: int) -> tuple[int, int] | None:
    """Where the draft stands in the longer one, from its first letter on."""
    if other.literal is not None:
        return None
    return next((place for place in other.places if place[0] == start and place[1] < stop), None)


def _nats_behind(other: Answer, answer: Answer) -> float:
    chance, its = max(answer.signals.likelihood, _LEAST), max(other.signals.likelihood, _LEAST)
    return math.log(chance / its)


def _read_at(other: Answer, place: tuple[int, int]) -> Answer:
    """The same, with this place first: there it was read."""
    places = (place, *(one for one in other.places if one != place))
    return replace(other, places=places, items=(places,))
