"""Which model reads, and how?"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from schemas.ingest_settings import SettingsGroup


class EngineSettings(SettingsGroup):
    model: Annotated[
        str,
        Field(
            description="a packaged model, a directory of safetensors, a GGUF file, or OWNER/NAME "
            "of the hub (@REVISION)"
        ),
    ] = "gemma-3-270m"
    hub_url: Annotated[
        str | None,
        Field(description="where models are fetched from; none: as huggingface_hub is set up"),
    ] = None
    adapter: Annotated[
        str | None,
        Field(description="auto: the one that comes with the embedded model; or a directory"),
    ] = "auto"
    index_model: Annotated[
        str | None,
        Field(
            description="auto: looks documents up with the model's own index, or with that of the "
            "embedded model; or a model with an index; none: by words alone"
        ),
    ] = "auto"
    absent_threshold: Annotated[
        float | None,
        Field(
            gt=0, description="chance of absence from which null is answered; none: the adapter's"
        ),
    ] = None
    weights: Annotated[
        Literal["float32", "bfloat16", "int8"],
        Field(
            description="numbers of the weights of the model that answers: int8 is the fastest on "
            "a CPU and a little less exact; bfloat16 takes half the memory of float32"
        ),
    ] = "float32"
    num_threads: Annotated[int, Field(ge=0, description="0: one a core")] = 0
    chunk_tokens: Annotated[int, Field(ge=64)] = 2048
    checkpoint_tokens: Annotated[
        int,
        Field(
            ge=64,
            description="a long reading is kept each time it has read so many, and goes on there",
        ),
    ] = 10_240
    max_memory_bytes: Annotated[
        int | None,
        Field(gt=0, description="for what is read and asked; none: what is free on the machine"),
    ] = None
    dense_tokens: Annotated[
        int, Field(gt=0, description="documents up to this are read whole in mode auto")
    ] = 1536
    read_tokens: Annotated[int, Field(gt=0, description="tokens of passages read for a field")] = (
        1024
    )
    scan_run_tokens: Annotated[
        int, Field(gt=0, description="tokens of passages read at once in mode scan")
    ] = 192
    scan_tokens: Annotated[
        int,
        Field(gt=0, description="of longer documents the likeliest passages are read in mode scan"),
    ] = 200_000
    lookup_tokens: Annotated[
        int,
        Field(
            ge=0,
            description="tokens of passages that a request reads into the index where it has not "
            "read them yet, the most promising first; 0: words alone look for those",
        ),
    ] = 8192
