"""The same script for this service and for OpenAI's: only the environment differs.

Here: export OPENAI_BASE_URL=http://127.0.0.1:8321/v1 OPENAI_API_KEY=$(needlepoint keys create)
There: export OPENAI_API_KEY=sk-…
Both: python -m examples.openai_client
"""

from __future__ import annotations

import os

from openai import OpenAI
from pydantic import BaseModel

LEASE = "The flat is let to Ms Ada Byron for 1,250 euros a month, from May on."


class Lease(BaseModel):
    is_furnished: bool
    has_tenant: bool


def main() -> None:
    model = os.environ.get("OPENAI_MODEL", "gpt-4.1-mini")
    with OpenAI() as client:
        print("model:", client.models.retrieve(model).id)
        stream = client.chat.completions.create(
            model=model,
            messages=[{"role": "user", "content": f"In one sentence: what is this? {LEASE}"}],
            max_tokens=40,
            stream=True,
        )
        said = "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices)
        print("chat:", said)
        parsed = client.chat.completions.parse(
            model=model,
            messages=[{"role": "user", "content": LEASE}],
            response_format=Lease,
            max_tokens=200,
        )
        print("parsed:", parsed.choices[0].message.parsed)
        file = client.files.create(file=("lease.txt", LEASE.encode()), purpose="user_data")
        print("file:", client.files.content(file.id).text)
        print("deleted:", client.files.delete(file.id).deleted)


if __name__ == "__main__":
    main()
