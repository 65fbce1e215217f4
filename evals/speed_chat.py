"""What does a chat gain from guessing what it repeats of its prompt?"""

from __future__ import annotations

import torch

from engine.chat_prompt import ChatPrompt
from engine.drafts import Drafts
from engine.loading import adapted_model
from engine.model_folder import model_folder
from engine.talk import Talk
from evals.speed import Comparison, in_turns
from schemas.errors import InvalidInput
from schemas.generation import ChatMessage
from schemas.settings import Settings

_SAID = 128
_ROUNDS = 2
_ASK = "\n\nWhat does this text say? Answer with its first sentences, word for word."


def quoting(settings: Settings, text: str, num_tokens: int) -> Comparison:
    """The likeliest words of a chat that quotes its prompt of about `num_tokens`: with guesses,
    against a token a step. Raises `InvalidInput` for a model that does not chat."""
    model, tokenizer = adapted_model(settings)
    prompt = ChatPrompt.of(model_folder(settings), tokenizer)
    if prompt is None:
        raise InvalidInput("this model does not chat: --model names another")
    excerpt = tokenizer.decode(tokenizer.encode(text, add_special_tokens=False).ids[:num_tokens])
    token_ids = prompt.token_ids([ChatMessage(role="user", content=excerpt + _ASK)], ())
    said: dict[bool, list[int]] = {}
    steps: dict[bool, int] = {}
    with torch.inference_mode():
        prefix = model.empty_prefix()
        for part in torch.tensor(token_ids[:-1]).split(settings.engine.chunk_tokens):
            prefix, _ = model.read(prefix, part)

    def say(*, guesses: bool) -> None:
        drafts = Drafts(token_ids[:-1]) if guesses else None
        talk = Talk(model, tokenizer.get_vocab_size(), prefix, token_ids[-1], 1, drafts)
        said[guesses] = []
        for _ in range(_SAID):
            token = int(talk.logits(0).argmax())
            said[guesses].append(token)
            if token in prompt.ends:
                break
            talk.step([0], [token])
        steps[guesses] = talk.num_steps

    ours, theirs = in_turns(lambda: say(guesses=True), lambda: say(guesses=False), _ROUNDS)
    further = {
        "model": settings.engine.model,
        "prompt_tokens": len(token_ids),
        "steps": steps[True],
        "says_the_same": said[True] == said[False],
    }
    return Comparison("chat", "self, a token a step", len(said[True]), ours, theirs, further)
