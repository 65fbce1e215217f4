"""How is prose written so that much can be asked of it, and much that it seems to say?"""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from evals.generated.field import DATE, INTEGER, STRING, Field
from evals.generated.invented import Invented, Person
from evals.generated.marks import mark
from evals.generated.pen import Pen

_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_ASKS = re.compile(
    r"(?:(?:in|on|at|to|by|for|from|of|under|with|over|through|until|beside|since|"
    r"against|after|before|about|among|thanks to|owing to|near|out of) )?"
    r"(?:who|whom|whose|what|which|when|where|how|why)\b",
    re.IGNORECASE,
)
_SLOT = re.compile(r"\{(\w+)\}")
_ARTICLE = re.compile(r"(?:an?|the) ")
_SAME = {"day": "year"}
_NUM_WORDINGS, _FEWEST_WORDINGS, _NUM_LURES = 6, 3, (5, 8)
_BEFORE = ("According to the text,", "As the text has it,", "In the text,")


@dataclass(frozen=True, slots=True)
class Topic:
    """Of what a text tells. `short` is how it is called later on, `kind` what it is: what is
    asked of one topic can be asked of another of its kind."""

    name: str
    short: str
    kind: str = "person"
    he: str = "it"
    his: str = "its"
    him: str = "it"
    own_names: tuple[str, ...] = ()


def person_topic(person: Person, kind: str = "person") -> Topic:
    he, his, him = ("she", "her", "her") if person.is_woman else ("he", "his", "him")
    return Topic(person.name, person.last, kind, he, his, him, (person.name, person.last))


@dataclass(frozen=True, slots=True)
class Ask:
    """Words of a sentence and the patterns of the questions that they answer; "@" is the topic.
    Questions that `reach` minor people can be asked of all who are named, as nobody's answer."""

    text: str
    questions: tuple[str, ...]
    schema: Mapping[str, Any] = field(default_factory=lambda: STRING)
    value: Any = None
    reaches: bool = False


def ask(text: object, *questions: str, reaches: bool = False) -> Ask:
    return Ask(str(text), questions, reaches=reaches)


class Prose:
    """Writes sentences of topics. Patterns hold "[one|other]" choices, "{slots}", "@" for the
    topic and "~he", "~his", "~him" for it."""

    def __init__(self, pen: Pen) -> None:
        self.pen = pen
        self.new = Invented(pen.rng, pen.people)
        self.minor: list[str] = []
        self._topics: list[Topic] = []
        self._shown: list[str] = []
        self._stated: dict[str, set[str]] = defaultdict(set)
        self._asked: list[tuple[str, Ask, Topic]] = []
        self._reverse: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        self._lures: list[tuple[str, ...]] = []
        self._names: dict[str, list[tuple[str, str]]] = defaultdict(list)

    def person(self, is_woman: bool | None = None) -> Person:
        """One of those who are named beside the topics."""
        person = self.new.person(is_woman)
        self.minor.append(person.name)
        return person

    def day(self, year: int, *questions: str, reaches: bool = False) -> Ask:
        """Some day of a year, asked for as words or as a date."""
        day = datetime.date(year, 1, 1) + datetime.timedelta(days=self.pen.rng.randrange(365))
        is_us = self.pen.people.country == "us"
        text = f"{day:%B} {day.day}, {year}" if is_us else f"{day.day} {day:%B} {year}"
        if self.pen.chance(0.3):
            return Ask(text, questions, DATE, day.isoformat(), reaches)
        return Ask(text, questions, reaches=reaches)

    def count(self, value: int, *questions: str) -> Ask:
        """A count in digits, asked for as words or as a number."""
        if self.pen.chance(0.3):
            return Ask(f"{value:,}", questions, INTEGER, value)
        return Ask(f"{value:,}", questions)

    def spin(self, pattern: str) -> str:
        """One choice of each."""
        while match := _CHOICE.search(pattern):
            chosen = self.pen.rng.choice(match[1].split("|"))
            pattern = pattern[: match.start()] + chosen + pattern[match.end() :]
        return re.sub(r" +(?=[ ,.;:])", "", pattern)

    def say(
        self,
        topic: Topic,
        key: str,
        pattern: str,
        *,
        lures: Sequence[str] = (),
        who: Sequence[str] = (),
        **slots: Ask,
    ) -> str:
        """A sentence. The questions of a slot have no answer for another topic of which a sentence
        with this `key` is not told, or without the slot. `who` are questions that the topic itself
        answers; each of `lures` is a question, in all its wordings, that nothing answers."""
        text = self._named(topic, self.spin(pattern))
        for match in list(_SLOT.finditer(text)):
            slot = slots[match[1]]
            text = text.replace(match[0], self._answer(topic, slot, match.start() == 0), 1)
            self._names[topic.name] += [(sort, slot.text) for sort in self._sorts(slot)]
            told = f"{key} {_SAME.get(match[1], match[1])}"
            self._stated[topic.name].add(told)
            self._asked.append((told, slot, topic))
        if who:
            self._reverse[topic.name].append(tuple(self._pronouns(topic, words) for words in who))
        self._lures += [(self._of(topic, lure),) for lure in lures]
        return text if text[:1] > "\ud7ff" else text[:1].upper() + text[1:]

    def finish(self) -> None:
        """States who the topics are, and asks what the text does not say."""
        for number, topic in enumerate(self._topics):
            if self._reverse[topic.name]:
                patterns = self.pen.pick(*self._reverse[topic.name])
                self.pen.ask(Field(f"topic_{number}", STRING, self._wordings(patterns)))
                self.pen.values[f"topic_{number}"] = self._shown[number]
        exchanged = list(dict.fromkeys(self._exchanged()))
        num = self.pen.rng.randint(*_NUM_LURES)
        lures = self.pen.some(exchanged, num // 3, num // 3)
        swapped = self._swapped()
        lures += self.pen.some(swapped, num * 2 // 3 - len(lures), num * 2 // 3 - len(lures))
        lures += self.pen.some(self._lures, num - len(lures), num - len(lures))
        for number, patterns in enumerate(lures):
            words = self._wordings(patterns)
            self.pen.ask(Field(f"untold_{number}", STRING, words, is_lure=True))

    def _named(self, topic: Topic, text: str) -> str:
        """The topic by name the first time, marked as what can be asked for."""
        if topic not in self._topics:
            self._topics.append(topic)
            article, name = _parted(topic.name)
            if text.startswith("@") and not article:
                name = name[:1].upper() + name[1:]
            self._shown.append(name)
            shown = article + mark(f"topic_{self._topics.index(topic)}", name)
            assert "@" in text, f"the first sentence does not name its topic: {text}"
        else:
            is_start = text.startswith(("@ ", "@'s ")) and self.pen.chance(0.55)
            shown = topic.short if not is_start else topic.he
            if is_start and text.startswith("@'s"):
                text, shown = "@" + text[3:], topic.his
        text = text.replace("@", shown, 1).replace("@", topic.short)
        return self._pronouns(topic, text)

    def _pronouns(self, topic: Topic, text: str) -> str:
        for sign, word in (("~he", topic.he), ("~his", topic.his), ("~him", topic.him)):
            text = re.sub(rf"{sign}\b", word, text)
        return text

    def _of(self, topic: Topic, pattern: str) -> str:
        name = self.pen.pick(*(topic.own_names or (topic.name,)))
        return self._pronouns(topic, pattern.replace("@", name))

    def _answer(self, topic: Topic, slot: Ask, is_first: bool) -> str:
        """The words of a slot; an article before them is no part of the answer."""
        if not slot.questions:
            return slot.text
        article, shown = _parted(slot.text)
        if is_first and not article:
            shown = shown[:1].upper() + shown[1:]
        patterns = tuple(self._of(topic, pattern) for pattern in slot.questions)
        name = f"fact_{len(self.pen.fields)}"
        self.pen.ask(Field(name, slot.schema, self._wordings(patterns)))
        return article + self.pen.say(name, shown, slot.value)

    def _wordings(self, patterns: Sequence[str]) -> tuple[str, ...]:
        """Of all patterns, as different as they come."""
        found: list[str] = []
        for number in range(40):
            words = self.spin(patterns[number % len(patterns)])
            words = words[:1].upper() + words[1:] + ("?" if _ASKS.match(words) else "")
            if words not in found and len(found) < max(_NUM_WORDINGS, len(patterns)):
                found.append(words)
        first = found[0].rstrip("?") + "?"
        found = [self._turned(words) if self.pen.chance(0.25) else words for words in found]
        while len(found) < _FEWEST_WORDINGS:
            found = list(dict.fromkeys([*found, self._turned(first)]))
        return tuple(found)

    def _turned(self, words: str) -> str:
        """The same question, put a little differently."""
        if not words.endswith("?") or words.startswith(_BEFORE):
            return words
        later = words[:1].lower() + words[1:]
        return self.pen.pick(
            words[:-1], *(f"{before} {later}" for before in _BEFORE), f"{words[:-1]}, as told here?"
        )

    def _exchanged(self) -> list[tuple[str, ...]]:
        """Questions that the text answers, of somebody else."""
        found = []
        for told, slot, topic in self._asked:
            questions = [words for words in self._spun(slot.questions) if "@" in words]
            found += [
                tuple(self._of(other, question) for question in questions)
                for other in self._topics
                if questions and other.kind == topic.kind and told not in self._stated[other.name]
            ]
            if slot.reaches and self.minor:
                name = self.pen.pick(*self.minor)
                plain = [words for words in questions if "~" not in words]
                found.append(tuple(words.replace("@", name) for words in plain))
        return found

    def _spun(self, questions: Sequence[str]) -> list[str]:
        """Wordings of which each has the topic, or not, whatever was chosen in the others."""
        return list(dict.fromkeys(self.spin(words) for words in questions for _ in range(3)))

    def _swapped(self) -> list[tuple[str, ...]]:
        """Questions that the text answers, with a name or a year that belongs to another topic."""
        found = []
        for _, slot, topic in self._asked:
            others = [n for o in self._topics if o is not topic for n in self._names[o.name]]
            own, spun = self._names[topic.name], self._spun(slot.questions)
            for sort, name in own:
                same = [
                    other for kind, other in others if (kind, other) not in own and kind == sort
                ]
                whole = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
                asked = [words for words in spun if "@" in words and whole.search(words)]
                if same and asked and slot.text != name:
                    other = self.pen.pick(*same)
                    found.append(tuple(self._of(topic, whole.sub(other, words)) for words in asked))
        return found

    def _sorts(self, slot: Ask) -> list[str]:
        """What a slot names, if it is of a sort that has others of its own."""
        is_year = slot.text.isdigit() and len(slot.text) == 4
        sorts = {
            "person": slot.text in self.minor,
            "place": slot.text in self.new.places,
            "year": is_year,
        }
        return [sort for sort, holds in sorts.items() if holds]


def _parted(text: str) -> tuple[str, str]:
    """An article, and what follows."""
    match = _ARTICLE.match(text)
    return (match[0], text[match.end() :]) if match else ("", text)
