"""Are the edges of a graph followed? Graphwalks, as OpenAI published it.

A list of directed edges between hashes, and either the nodes at a depth of a breadth-first search
or the parents of a node are asked for. Score: F1 of the sets, read from the last line of a chat's
answer; the product answers a list.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from evals.lab.haystack import CountTokens
from evals.lab.magic import seeded
from evals.lab.scores import listed_nodes, set_f1
from evals.lab.sizes import fitted
from evals.lab.trial import LIST, Answer, Plan, Question, Trial, user

MAX_TOKENS = 2048
SUBSTITUTED = (
    "graphs: generated, four edges drawn from each node, as in a published small one; depths of "
    "the search are 1 to 3",
    "the wording of the rule for searches is ours: the published one was changed in 2026",
    "two sets that share nothing score 0; the published code gives 1",
    "tokens: of the product's tokenizer",
)
_EDGES_A_NODE = 4
_DEEPEST = 3
_SLACK = 24
_HEAD = """\
You will be given a graph as a list of directed edges. All nodes are at least degree 1. You will \
also get a description of an operation to perform on the graph.
Your job is to execute the operation on the graph and return the set of nodes that the operation \
results in. If asked for a breadth-first search (BFS), only return the nodes that are reachable at \
exactly that depth and not at a smaller one, do not return the starting node. If asked for the \
parents of a node, only return the nodes that have an edge leading to the given node, do not \
return the given node itself.

Here is an example:
<begin example>

The graph has the following edges:
uvwx -> alke
abcd -> uvwx
abcd -> efgh
efgh -> uvwx

Example 1:
Operation:
Perform a BFS from node abcd with depth 1.
Final Answer: [uvwx, efgh]

Example 2:
Operation:
Perform a BFS from node alke with depth 1.
Final Answer: []

Example 3:
Operation:
Find the parents of node uvwx.
Final Answer: [abcd, efgh]

<end example>
Here is the graph to operate on:
The graph has the following edges:
"""
_TAIL = """
You should immediately return the set of nodes that the operation results in, with no additional \
text. Return your final answer as a list of nodes in the very last line of your response. For \
example, if the operation returns the set of nodes [node1, node2, node3], your response should be:
Final Answer: [node1, node2, node3]
If the operation returns the empty set, your response should be:
Final Answer: []
"""


class Operation(StrEnum):
    BFS = "bfs"
    PARENTS = "parents"


@dataclass(frozen=True, slots=True)
class Graph:
    edges: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        return "".join(f"{source} -> {target}\n" for source, target in self.edges)

    def at_depth(self, start: str, depth: int) -> set[str]:
        """The nodes whose shortest way from the start has so many edges."""
        targets: dict[str, set[str]] = {}
        for source, target in self.edges:
            targets.setdefault(source, set()).add(target)
        seen = front = {start}
        for _ in range(depth):
            front = {target for node in front for target in targets.get(node, ())} - seen
            seen = seen | front
        return front

    def parents(self, node: str) -> set[str]:
        return {source for source, target in self.edges if target == node} - {node}


def plans(
    operations: Sequence[Operation],
    lengths: Sequence[int],
    num_samples: int,
    seed: int,
    count_tokens: CountTokens,
) -> list[Plan]:
    return [
        Plan(
            f"{operation}/{length}/{sample}",
            operation.value,
            length,
            partial(_trial, operation, length, sample, seed, count_tokens),
        )
        for length in lengths
        for operation in operations
        for sample in range(num_samples)
    ]


def score(question: Question, answer: Answer) -> Mapping[str, float]:
    if answer.problem:
        return {"score": 0.0}
    nodes = listed_nodes(answer.text) if answer.mode == "chat" else list(answer.items)
    if nodes is None:
        return {"score": 0.0, "is_listed": 0.0}
    return {"score": set_f1(nodes, question.expected), "is_listed": 1.0}


def graph_of(num_nodes: int, rng: random.Random) -> Graph:
    nodes = [hashlib.md5(str(at).encode()).hexdigest()[:10] for at in range(num_nodes)]
    return Graph(tuple((node, rng.choice(nodes)) for node in nodes for _ in range(_EDGES_A_NODE)))


def _trial(
    operation: Operation, length: int, sample: int, seed: int, count_tokens: CountTokens
) -> Trial:
    rng = seeded(seed, "graphwalks", operation, length, sample)
    drawn = rng.getrandbits(64)
    room = length - sum(count_tokens([_HEAD, _TAIL])) - _SLACK

    def text_of(num_nodes: int) -> str:
        return graph_of(num_nodes, random.Random(drawn)).text

    num_nodes, num_tokens = fitted(text_of, count_tokens, room, first=max(2, room // 100))
    graph = graph_of(num_nodes, random.Random(drawn))
    node = rng.choice(graph.edges)[0]
    depth = rng.randint(1, _DEEPEST)
    is_search = operation is Operation.BFS
    nodes = graph.at_depth(node, depth) if is_search else graph.parents(node)
    asked = (
        f"Perform a BFS from node {node} with depth {depth}."
        if is_search
        else f"Find the parents of node {node}."
    )
    question = Question(
        name="q",
        asked=asked,
        chat=lambda: [user(f"{_HEAD}{graph.text}\n\nOperation:\n{asked}\n{_TAIL}")],
        expected=tuple(sorted(nodes)),
        schema=LIST,
        kind=operation.value,
        given=json.dumps({"nodes": num_nodes, "depth": depth}),
        max_tokens=MAX_TOKENS,
    )
    return Trial("graph.txt", graph.text.encode(), num_tokens, (question,))
