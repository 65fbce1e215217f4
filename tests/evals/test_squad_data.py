from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from evals.squad_data import SquadParagraph, paragraphs, training_examples

CONTEXT = (
    "Dublin lies on the Liffey. Cork has a harbour of its own. D'Olier Street is in Dublin. "
    "Galway is in the west. Limerick stands on the Shannon."
)
ASKED = {
    "Where is D'Olier Street?": ("Dublin", CONTEXT.rindex("Dublin")),
    "What has a harbour?": ("Cork", CONTEXT.index("Cork")),
    "What is in the west?": ("Galway", CONTEXT.index("Galway")),
    "What stands on the Shannon?": ("Limerick", CONTEXT.index("Limerick")),
}


@pytest.fixture
def article(tmp_path: Path) -> SquadParagraph:
    qas = [
        {"question": q, "is_impossible": False, "answers": [{"text": a, "answer_start": start}]}
        for q, (a, start) in ASKED.items()
    ]
    made = [{"title": "Irish_towns", "paragraphs": [{"context": CONTEXT, "qas": qas}]}]
    (tmp_path / "train").mkdir()
    (tmp_path / "train" / "squad-v2-dev-part.json").write_text(json.dumps(made))
    (paragraph,) = paragraphs(tmp_path, slice(0, 10))
    return paragraph


def test_an_answer_stands_where_it_was_marked(article: SquadParagraph) -> None:
    assert [question.start for question in article.questions] == [s for _, s in ASKED.values()]


def test_what_is_taken_out_is_answered_by_null_and_the_rest_as_before(
    article: SquadParagraph,
) -> None:
    sayings = {
        "D'Olier Street": ("Dublin", "D'Olier Street is in Dublin"),
        "harbour": ("Cork", "Cork has"),
        "west": ("Galway", "Galway is"),
        "Shannon": ("Limerick", "Limerick stands"),
    }
    found = set()
    for seed in range(40):
        (example,) = training_examples([article], random.Random(seed), redacted_share=1.0)
        for target in example.targets:
            (answer, said), *_ = (v for key, v in sayings.items() if key in target.asking.text)
            if target.items:
                assert said in example.prefix
            else:
                assert answer not in example.prefix
            found.add(target.items)
    assert () in found
    assert ("Cork",) in found
