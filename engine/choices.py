"""Where does a text state one of the choices of a field, however it is spelled there?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import Stemmer

from engine.currencies import codes_of, currencies_in
from engine.numbers_in_text import number_of, numbers_in
from engine.questions import spaced

_WORD = re.compile(r"[^\W_]+")
_GAP = re.compile(r"[\s\-_/.&']{0,3}")


@dataclass(frozen=True, slots=True)
class StatedChoice:
    start: int
    stop: int
    choice: Any


def choices_in(text: str, choices: Sequence[Any]) -> Iterator[StatedChoice]:
    """Choices as they are written, in any case and inflection, part_time also as "part-time" and
    "Part time"; numbers in digits or words; currencies by code, sign or name."""
    codes = codes_of(choices)
    if codes:
        yield from (StatedChoice(*stated) for stated in currencies_in(text, codes))
        return
    found = dict.fromkeys([*_as_written(text, choices), *_in_words(text, choices)])
    numbers = [c for c in choices if isinstance(c, (int, float)) and not isinstance(c, bool)]
    for number in numbers_in(text) if numbers else ():
        value = number_of(text[number.start : number.stop])
        found |= {StatedChoice(number.start, number.stop, c): None for c in numbers if c == value}
    yield from sorted(found, key=lambda stated: (stated.start, -stated.stop))


def choice_of(quote: str, choices: Sequence[Any]) -> tuple[Any] | None:
    """The one choice a quote states, the longest of those that begin at the same place; None
    where it states none or several."""
    folded = quote.strip().casefold()
    for choice in choices:
        if str(choice).casefold() == folded:
            return (choice,)
    stated = list(choices_in(quote, choices))
    outer = [
        one
        for one in stated
        if not any(
            other != one and other.start <= one.start and one.stop <= other.stop
            and other.stop - other.start > one.stop - one.start
            for other in stated
        )
    ]  # fmt: skip
    different = {str(one.choice): one.choice for one in outer}
    return (next(iter(different.values())),) if len(different) == 1 else None


def _as_written(text: str, choices: Sequence[Any]) -> Iterator[StatedChoice]:
    for choice in choices:
        pattern = rf"(?<!\w){re.escape(str(choice))}(?!\w)"
        for match in re.finditer(pattern, text, re.IGNORECASE):
            yield StatedChoice(match.start(), match.end(), choice)


def _in_words(text: str, choices: Sequence[Any]) -> Iterator[StatedChoice]:
    """By stems, and by letters alone, so that "parttime" is part_time too."""
    by_stems: dict[tuple[str, ...], Any] = {}
    by_letters: dict[str, Any] = {}
    for choice in choices:
        words = [word.casefold() for word in _WORD.findall(spaced(str(choice)))]
        if words and len("".join(words)) > 1:
            by_stems.setdefault(tuple(_stems(words)), choice)
            by_letters.setdefault("".join(words), choice)
    if not by_stems:
        return
    matches = list(_WORD.finditer(text))
    words = [match[0].casefold() for match in matches]
    stems = _stems(words)
    longest = max(map(len, by_stems)) + 1
    for first, match in enumerate(matches):
        for last in range(first, min(first + longest, len(matches))):
            if last > first and not _GAP.fullmatch(
                text, matches[last - 1].end(), matches[last].start()
            ):
                break
            choice = by_stems.get(tuple(stems[first : last + 1]))
            if choice is None:
                choice = by_letters.get("".join(words[first : last + 1]))
            if choice is not None:
                yield StatedChoice(match.start(), matches[last].end(), choice)


def _stems(words: list[str]) -> list[str]:
    stems: list[str] = Stemmer.Stemmer("english").stemWords(words)
    return stems
