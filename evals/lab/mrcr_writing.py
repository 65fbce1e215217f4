"""What does an assistant write when it is asked for a piece about a topic?

The published conversations were written by a large model; these are composed of sentence frames,
some 200 to 400 tokens each. Needles and distractors come from the same frames, no two pieces are
the same, and a piece begins as its form does.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping

from evals.lab.words import ADJECTIVES, NOUNS

FORMS: Mapping[str, str] = {
    "poem": "**Ode to {Topic}**\n\n",
    "blog post": "# A few thoughts on {topic}\n\n",
    "social media post": "Let us talk about {topic}! ",
    "short essay": "The subject of this essay is {topic}. ",
    "email": "Subject: About {topic}\n\nDear all,\n\n",
    "news article": "**{Topic} in the news**\n\n",
    "short story": "Once there were {topic} that nobody had counted. ",
    "formal letter": "To whom it may concern,\n\nI write with regard to {topic}. ",
    "song": "(Verse about {topic})\n",
    "scene in a play": "[Enter two people who argue about {topic}.]\n",
}
TOPICS = tuple(
    noun + ("es" if noun.endswith(("s", "x", "ch", "sh")) else "s")
    for noun in NOUNS
    if not noun.endswith(("y", "f"))
)
_FRAMES = (
    "Many people think of {topic} as {a}, but the {a} {n} tells another story.",
    "In the {a} years between {y} and {z}, {topic} were as common as the {n}.",
    "What makes {topic} {a} is the {a} way in which they meet the {n}.",
    "Nobody who has seen {topic} beside a {a} {n} forgets it.",
    "There is a {a} {n} in every tale about {topic}, and a {a} one at its end.",
    "My neighbour keeps {y} {topic} behind the {n} and calls them {a}.",
    "Some say that {topic} belong to the {n}; others prefer the {a} {n}.",
    "When the {n} grows {a}, {topic} are the first to notice.",
    "A {a} morning, a {a} {n}, and {topic} all around: what more can one ask?",
    "We counted {y} of them near the {n}, each more {a} than the one before.",
    "The {n} and the {n} have little to do with {topic}, whatever the {a} books say.",
    "It took {z} days until the {a} {n} was ready for {topic}.",
    "If you must choose between a {n} and {topic}, choose what is {a}.",
    "Old {topic} are {a}, young ones {a}, and both like the {n}.",
    "They say the {a} {n} was named after {topic} in {y}.",
    "One {a} question remains: why do {topic} avoid the {n}?",
    "Beyond the {n} lies a {a} place where {topic} rest.",
    "The {a} side of {topic} shows only when a {n} is near.",
)
_BEFORE_VOWEL = re.compile(r"\b([Aa]) (?=[aeiou])")
_LEAST_SENTENCES, _MOST_SENTENCES = 9, 16
_BREAK_CHANCE = 0.2


def written(form: str, topic: str, rng: random.Random) -> str:
    """A piece of this form about this topic."""
    parts = [FORMS[form].format(topic=topic, Topic=topic.title())]
    for _ in range(rng.randint(_LEAST_SENTENCES, _MOST_SENTENCES)):
        parts.append(_sentence(topic, rng))
        parts.append("\n\n" if rng.random() < _BREAK_CHANCE else " ")
    return "".join(parts).rstrip()


def _sentence(topic: str, rng: random.Random) -> str:
    text = rng.choice(_FRAMES).replace("{topic}", topic)
    while "{a}" in text:
        text = text.replace("{a}", rng.choice(ADJECTIVES), 1)
    while "{n}" in text:
        text = text.replace("{n}", rng.choice(NOUNS), 1)
    text = text.replace("{y}", str(rng.randint(1100, 1500)))
    text = text.replace("{z}", str(rng.randint(1501, 1999)))
    return _BEFORE_VOWEL.sub(r"\1n ", text)
