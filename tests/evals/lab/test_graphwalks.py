from __future__ import annotations

import random
import re

import pytest

from evals.lab.graphwalks import Graph, Operation, graph_of, plans, score
from evals.lab.trial import Answer, Trial
from tests.evals.lab.lab_data import count_words

SMALL = Graph(
    (("a", "b"), ("a", "c"), ("b", "d"), ("c", "d"), ("d", "a"), ("d", "d"), ("b", "e"), ("a", "b"))
)


def trial(operation: Operation, sample: int = 0, length: int = 4096) -> Trial:
    return plans([operation], [length], sample + 1, 0, count_words)[sample].build()


@pytest.mark.parametrize(
    ("depth", "nodes"), [(1, {"b", "c"}), (2, {"d", "e"}), (3, set()), (4, set())]
)
def test_a_search_gives_the_nodes_at_exactly_that_depth(depth: int, nodes: set[str]) -> None:
    assert SMALL.at_depth("a", depth) == nodes


def test_the_start_of_a_search_is_never_among_its_nodes() -> None:
    assert SMALL.at_depth("d", 1) == {"a"}
    assert SMALL.at_depth("d", 3) == {"e"}


def test_parents_are_those_with_an_edge_to_the_node_itself_left_out() -> None:
    assert SMALL.parents("d") == {"b", "c"}
    assert SMALL.parents("b") == {"a"}
    assert SMALL.parents("x") == set()


def test_every_node_is_a_hash_with_edges_that_lead_on() -> None:
    graph = graph_of(50, random.Random(0))
    assert len(graph.edges) == 200
    assert {source for source, _ in graph.edges} >= {target for _, target in graph.edges}
    assert graph.edges[0][0] == "cfcd208495"


@pytest.mark.parametrize("operation", Operation)
@pytest.mark.parametrize("sample", [0, 1, 2, 3])
def test_the_answer_expected_follows_from_the_edges_in_the_text(
    operation: Operation, sample: int
) -> None:
    made = trial(operation, sample)
    [question] = made.questions
    edges = re.findall(r"^(\w+) -> (\w+)$", made.data.decode(), re.MULTILINE)
    told = re.search(r"node (\w{10})(?: with depth (\d))?", question.asked)
    assert told is not None
    front = seen = {told[1]}
    if operation is Operation.PARENTS:
        assert set(question.expected) == {a for a, b in edges if b == told[1]} - {told[1]}
        return
    for _ in range(int(told[2])):
        front = {b for a, b in edges if a in front} - seen
        seen = seen | front
    assert set(question.expected) == front


def test_the_prompt_fills_the_length_and_shows_the_graph_before_the_operation() -> None:
    [question] = trial(Operation.BFS).questions
    prompt = question.chat()[0]["content"]
    assert 0.95 * 4096 < len(prompt.split()) <= 4096
    assert prompt.index("cfcd208495 ->") < prompt.index(question.asked)


def test_a_chat_is_read_from_its_last_line_and_the_product_as_a_list() -> None:
    [question] = trial(Operation.PARENTS).questions
    line = f"Final Answer: [{', '.join(question.expected)}]"
    chat = Answer((f"Let me see.\n{line}",), False, 0.0, mode="chat")
    assert score(question, chat) == {"score": 1.0, "is_listed": 1.0}
    assert score(question, Answer(question.expected, False, 0.0, mode="scan"))["score"] == 1.0


def test_a_chat_that_does_not_end_as_it_was_told_scores_nothing() -> None:
    [question] = trial(Operation.PARENTS).questions
    chat = Answer((", ".join(question.expected),), False, 0.0, mode="chat")
    assert score(question, chat) == {"score": 0.0, "is_listed": 0.0}
