from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from tokenizers import Tokenizer

from engine.decoding import Decoder
from engine.gemma3 import Gemma3
from engine.prompt import Asking, branch_tokens
from engine.spans import Vocabulary
from engine.tuning import Example, Recipe, Target, Tuning, in_steps
from schemas.errors import InvalidInput
from tests.engine.prompted import number, prompted, quotes, text_of, words

PROMPT = text_of("the margin is 2 per cent; the agent is Ann; the date is 7 May or 8 May; Ann")
RECIPE = Recipe(first_layer=3, rank=8, learning_rate=1e-2, warmup_steps=3, questions_per_step=1)


AGENT = Target(Asking("who is the agent?"), ("Ann",))
MARGIN = Target(Asking("margin", kind="number"), ("2",))
DATES = Target(Asking("dates", is_list=True), ("7 May", "8 May"))
BORROWER = Target(Asking("the borrower"), ())
BOOLEAN = Target(Asking("is it the margin?", choices=("yes", "no")), ("yes",))
EXAMPLE = Example(PROMPT.text, (AGENT, MARGIN, DATES, BORROWER))
AS_TEXT = {
    AGENT: ("Question: who is the agent?\nAnswer:", " Ann"),
    MARGIN: ("Question: margin (number)\nAnswer:", " 2"),
    DATES: ("Question: dates (all)\nAnswer:", " 7 May\n 8 May"),
    BORROWER: ("Question: the borrower\nAnswer:", " null"),
    BOOLEAN: ("Question: is it the margin? (yes, no)\nAnswer:", " yes"),
}


def ids_of(tokenizer: Tokenizer, text: str) -> list[int]:
    ids: list[int] = tokenizer.encode(text, add_special_tokens=False).ids
    return ids


def plain_loss(model: Gemma3, tokenizer: Tokenizer, targets: tuple[Target, ...]) -> float:
    """The oracle: each question read on after the prefix as plain text, one token at a time
    scored against the tokens that prompt and answers hold."""
    prefix = ids_of(tokenizer, f"<bos>{PROMPT.text}")
    texts = [AS_TEXT[target] for target in targets]
    told = [(ids_of(tokenizer, ask), ids_of(tokenizer, f"{a}<eos>")) for ask, a in texts]
    allowed = sorted({*prefix, *(token for _, answer in told for token in answer)})
    losses = []
    for ask, answer in told:
        tokens = torch.tensor([*prefix, *ask, *answer])
        _, hidden = model.read(model.empty_prefix(), tokens)
        scores = model.logits(hidden[-len(answer) - 1 : -1], torch.tensor(allowed)).log_softmax(-1)
        losses += [-float(row[allowed.index(t)]) for row, t in zip(scores, answer, strict=True)]
    return math.fsum(losses) / len(losses)


@pytest.mark.parametrize(
    "targets",
    [EXAMPLE.targets, (AGENT,), (BORROWER,), (DATES,), (MARGIN, BOOLEAN)],
    ids=["all", "one", "absent", "list", "choice"],
)
@torch.no_grad()
def test_the_loss_is_that_of_the_prompts_in_use(
    tiny_model: Gemma3, tiny_tokenizer: Tokenizer, targets: tuple[Target, ...]
) -> None:
    loss = Tuning(tiny_model, tiny_tokenizer, RECIPE).loss_of(Example(PROMPT.text, targets))
    expected = plain_loss(tiny_model, tiny_tokenizer, targets)
    assert float(loss) == pytest.approx(expected, rel=1e-3)


def trained(model: Gemma3, tokenizer: Tokenizer, num_steps: int) -> tuple[Tuning, list[float]]:
    tuning, losses = Tuning(model, tokenizer, RECIPE), list[float]()
    tuning.train([EXAMPLE] * num_steps, lambda _, loss: losses.append(loss))
    return tuning, losses


def test_thirty_steps_on_one_example_learn_it(
    tiny_model: Gemma3, tiny_tokenizer: Tokenizer
) -> None:
    _, losses = trained(tiny_model, tiny_tokenizer, 30)
    assert len(losses) == 30
    assert losses[-1] < losses[0] / 4


@pytest.mark.parametrize("num_drafts", [1, 3])
def test_what_was_learnt_is_what_is_answered(
    tiny_model: Gemma3, tiny_tokenizer: Tokenizer, num_drafts: int
) -> None:
    trained(tiny_model, tiny_tokenizer, 60)
    prompt = prompted(tiny_model, tiny_tokenizer, PROMPT)
    vocabulary = Vocabulary(tiny_tokenizer, "<eos>")
    answers = Decoder(tiny_model, vocabulary, num_drafts=num_drafts).answer(
        prompt.prefix,
        prompt.starts,
        [
            words(tiny_tokenizer, "who is the agent?", PROMPT),
            number(tiny_tokenizer, "margin", PROMPT),
            words(tiny_tokenizer, "dates", PROMPT, is_list=True),
            words(tiny_tokenizer, "the borrower", PROMPT),
        ],
    )
    assert [quotes(PROMPT, answer.places[:1]) for answer in answers[:2]] == [["Ann"], ["2"]]
    assert [quotes(PROMPT, places) for places in answers[2].items] == [["7 May"], ["8 May"]]
    nulls = [answer.signals.null_likelihood > 0.5 for answer in answers]
    assert nulls == [False, False, False, True]


def test_questions_of_training_are_questions_of_use(tiny_tokenizer: Tokenizer) -> None:
    for target, (ask, _) in AS_TEXT.items():
        assert tiny_tokenizer.decode(branch_tokens(tiny_tokenizer, target.asking)) == ask


def test_going_on_from_an_adapter_begins_where_it_ended(
    tiny_folder: Path, tiny_tokenizer: Tokenizer, tmp_path: Path
) -> None:
    tuning, _ = trained(Gemma3.load(tiny_folder), tiny_tokenizer, 12)
    tuning.save(tmp_path / "mine", {"base_model": "tiny"})
    again = Tuning(Gemma3.load(tiny_folder), tiny_tokenizer, RECIPE, begin=tmp_path / "mine")
    fresh = Tuning(Gemma3.load(tiny_folder), tiny_tokenizer, RECIPE)
    with torch.no_grad():
        left, begun, new = (float(t.loss_of(EXAMPLE)) for t in (tuning, again, fresh))
    assert begun == pytest.approx(left, rel=0.03)
    assert new > 1.5 * left
    steps: list[float] = []
    again.train([EXAMPLE] * 20, lambda _, loss: steps.append(loss))
    assert steps[-1] < begun


def test_the_same_seed_learns_the_same(tiny_folder: Path, tiny_tokenizer: Tokenizer) -> None:
    one, two = (trained(Gemma3.load(tiny_folder), tiny_tokenizer, 3)[1] for _ in range(2))
    assert one == two


def test_a_step_is_taken_on_as_many_prompts_as_ask_enough() -> None:
    one, two, four = (Example(str(n), (AGENT,) * n) for n in (1, 2, 4))
    groups = list(in_steps([one, two, four, one, one], 3))
    assert groups == [[one, two], [four], [one, one]]


def test_a_step_on_two_prompts_is_one_on_the_mean_of_their_questions(
    tiny_model: Gemma3, tiny_tokenizer: Tokenizer
) -> None:
    recipe = Recipe(first_layer=3, rank=8, warmup_steps=1, questions_per_step=4)
    examples = [Example(PROMPT.text, (AGENT, MARGIN, DATES)), Example(PROMPT.text, (BORROWER,))]
    tuning, losses = Tuning(tiny_model, tiny_tokenizer, recipe), list[float]()
    with torch.no_grad():
        expected = [float(tuning.loss_of(example)) for example in examples]
    tuning.train(examples, lambda _, loss: losses.append(loss))
    mean = (3 * expected[0] + expected[1]) / 4
    assert losses == [pytest.approx(mean, rel=2e-3)]  # a step may multiply in bfloat16


class _Killed(Exception):
    pass


def killed_at_five(step: int, _: float) -> None:
    if step == 5:
        raise _Killed


QUARTET = [Example(PROMPT.text, (target,)) for target in (AGENT, MARGIN, DATES, BORROWER)]


@pytest.fixture
def kept(tiny_folder: Path, tiny_tokenizer: Tokenizer, tmp_path: Path) -> Path:
    """What training left that was killed after five of eight steps, the fourth being kept."""
    state = tmp_path / "state" / "training.pt"
    tuning = Tuning(Gemma3.load(tiny_folder), tiny_tokenizer, RECIPE)
    with pytest.raises(_Killed):
        tuning.train(QUARTET * 2, killed_at_five, state=state, keep_every=4)
    return state


def test_training_that_was_killed_goes_on_where_it_was_kept(
    tiny_folder: Path, tiny_tokenizer: Tokenizer, kept: Path
) -> None:
    def tuning() -> Tuning:
        return Tuning(Gemma3.load(tiny_folder), tiny_tokenizer, RECIPE)

    losses, gone_on = list[float](), list[int]()
    tuning().train(QUARTET * 2, lambda _, loss: losses.append(loss))

    def compared(step: int, loss: float) -> None:
        gone_on.append(step)
        assert loss == pytest.approx(losses[step], rel=1e-4)

    tuning().train(QUARTET * 2, compared, state=kept, keep_every=4)
    assert gone_on == [4, 5, 6, 7]
    assert not kept.exists()


@pytest.mark.parametrize(
    ("changed", "examples", "told"),
    [
        ({"learning_rate": 0.02}, QUARTET * 2, r"\(learning_rate 0.01 there, 0.02 here\)"),
        ({"rank": 4}, QUARTET * 2, r"rank 8 there, 4 here, other shapes"),
        ({}, QUARTET, r"steps 8 there, 4 here, other examples"),
        ({}, QUARTET[::-1] * 2, r"\(other examples\)"),
    ],
    ids=["rate", "rank", "fewer steps", "another order"],
)
def test_another_training_is_not_gone_on_from(
    tiny_folder: Path,
    tiny_tokenizer: Tokenizer,
    kept: Path,
    changed: dict[str, Any],
    examples: list[Example],
    told: str,
) -> None:
    tuning = Tuning(Gemma3.load(tiny_folder), tiny_tokenizer, replace(RECIPE, **changed))
    before = kept.read_bytes()
    with pytest.raises(
        InvalidInput, match=f"training.pt is of another training .*{told}.*; delete"
    ):
        tuning.train(examples, lambda _, __: None, state=kept)
    assert kept.read_bytes() == before


def test_a_training_from_another_adapter_is_not_gone_on_from(
    tiny_folder: Path, tiny_tokenizer: Tokenizer, tmp_path: Path, kept: Path
) -> None:
    Tuning(Gemma3.load(tiny_folder), tiny_tokenizer, RECIPE).save(
        tmp_path / "mine", {"base_model": "tiny"}
    )
    tuning = Tuning(Gemma3.load(tiny_folder), tiny_tokenizer, RECIPE, begin=tmp_path / "mine")
    with pytest.raises(InvalidInput, match=r"\(began_from nothing there, mine here\)"):
        tuning.train(QUARTET * 2, lambda _, __: None, state=kept)


def first_half(file: Path) -> bytes:
    return file.read_bytes()[: file.stat().st_size // 2]


def without_its_steps(file: Path) -> bytes:
    parts = torch.load(file, weights_only=True)
    del parts["num_done"]
    torch.save(parts, file)
    return file.read_bytes()


@pytest.mark.parametrize(
    "damaged",
    [first_half, without_its_steps, lambda _: b"", lambda _: b"no training at all"],
    ids=["half", "a part", "nothing", "other bytes"],
)
def test_a_damaged_file_is_refused(
    tiny_folder: Path, tiny_tokenizer: Tokenizer, kept: Path, damaged: Callable[[Path], bytes]
) -> None:
    kept.write_bytes(damaged(kept))
    tuning = Tuning(Gemma3.load(tiny_folder), tiny_tokenizer, RECIPE)
    with pytest.raises(InvalidInput, match=r"training.pt is damaged or of .*; delete it"):
        tuning.train(QUARTET * 2, lambda _, __: None, state=kept)
    assert kept.is_file()
