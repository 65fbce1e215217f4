"""How do the published benchmarks score an answer?

RULER: the share of the reference strings that stand in the answer, case aside, or whether one
does. MRCR: nothing without the prefix, else the ratio of difflib's SequenceMatcher. Graphwalks: F1
over sets of nodes, read from the last line.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from difflib import SequenceMatcher

_FINAL_ANSWER = re.compile(r"Final Answer: ?\[(.*)\]")


def string_match_all(answer: str, references: Sequence[str]) -> float:
    found = [reference.lower() in answer.lower() for reference in references]
    return sum(found) / len(found)


def string_match_part(answer: str, references: Sequence[str]) -> float:
    return float(any(reference.lower() in answer.lower() for reference in references))


def all_and_no_trap(answer: str, references: Sequence[str], traps: Collection[str]) -> float:
    """1 where every reference stands in the answer and none of the traps does."""
    has_trap = any(trap.lower() in answer.lower() for trap in traps)
    return float(string_match_all(answer, references) == 1.0 and not has_trap)


def mrcr_score(response: str, answer: str, prefix: str) -> float:
    if not response.startswith(prefix):
        return 0.0
    return text_ratio(response.removeprefix(prefix), answer.removeprefix(prefix))


def text_ratio(text: str, wanted: str) -> float:
    return SequenceMatcher(None, text, wanted).ratio()


def listed_nodes(response: str) -> list[str] | None:
    """The nodes of the last line; None where it is not of the form that was asked for."""
    found = _FINAL_ANSWER.search(response.rstrip("\n").split("\n")[-1])
    if found is None:
        return None
    return [item.strip() for item in found[1].split(",") if item.strip()]


def set_f1(found: Collection[str], wanted: Collection[str]) -> float:
    """1 where both are empty. The published code gives 1 also to sets that share nothing."""
    sampled, truth = set(found), set(wanted)
    if not sampled and not truth:
        return 1.0
    return 2 * len(sampled & truth) / (len(sampled) + len(truth))
