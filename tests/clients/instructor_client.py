"""What does instructor make of a text, through its OpenAI provider? Run by its own environment."""

from __future__ import annotations

import json
import sys
from typing import Literal

import instructor
from openai import OpenAI
from pydantic import BaseModel, ConfigDict


class Verdict(BaseModel):
    """What the text says of a contract."""

    model_config = ConfigDict(extra="forbid")  # a model of random weights would go on for ever

    is_signed: bool
    grade: Literal["a", "b"]


def main(url: str, model: str, text: str) -> None:
    client = OpenAI(base_url=url, max_retries=0)
    found = {}
    for mode in (instructor.Mode.JSON_SCHEMA, instructor.Mode.TOOLS):
        verdict, answer = instructor.from_openai(client, mode=mode).create_with_completion(
            model=model,
            response_model=Verdict,
            messages=[{"role": "user", "content": text}],
            max_retries=0,
            max_tokens=200,
            temperature=0,
        )
        assert isinstance(verdict, Verdict)
        finish = answer.choices[0].finish_reason
        found[mode.name] = {"finish": finish, "verdict": verdict.model_dump()}
    json.dump({"version": instructor.__version__, "found": found}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
