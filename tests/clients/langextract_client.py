"""What does langextract find in a text, through its OpenAI provider and held to a schema:
the one that it makes of its examples, or one that is handed to it. Run by its own environment."""

from __future__ import annotations

import json
import os
import sys

import langextract
from langextract.factory import ModelConfig

EXAMPLES = [
    langextract.data.ExampleData(
        text="Mr Babbage rents it for 900 euros.",
        extractions=[
            langextract.data.Extraction("tenant", "Mr Babbage"),
            langextract.data.Extraction("rent", "900 euros", attributes={"per": "month"}),
        ],
    )
]


def main(url: str, model: str, text: str, max_tokens: str, output_schema: str = "null") -> None:
    config = ModelConfig(
        model_id=model,
        provider="OpenAILanguageModel",
        provider_kwargs={
            "base_url": url,
            "api_key": os.environ["OPENAI_API_KEY"],
            "max_output_tokens": int(max_tokens),
            "temperature": 0,
        },
    )
    found = langextract.extract(
        text,
        prompt_description="Who is the tenant, and what is the rent? In the words of the text.",
        examples=EXAMPLES,
        config=config,
        output_schema=json.loads(output_schema),
        use_schema_constraints=True,
        show_progress=False,
    )
    assert isinstance(found, langextract.data.AnnotatedDocument)
    extractions = [
        {
            "class": one.extraction_class,
            "text": one.extraction_text,
            "start": one.char_interval and one.char_interval.start_pos,
            "attributes": one.attributes,
        }
        for one in found.extractions or ()
    ]
    json.dump(extractions, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
