"""Which commands measure what OpenAI published of long contexts: MRCR and Graphwalks?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.eval_options import AdapterOption
from api.lab_options import (
    Asked,
    FolderOption,
    KeyFileOption,
    LabJsonOption,
    LengthsOption,
    SamplesOption,
    SeedOption,
    ServedModelOption,
    UrlOption,
    names_of,
    run_lab,
)
from api.options import ModelOption
from schemas.errors import InvalidInput

if TYPE_CHECKING:
    from engine.token_counter import TokenCounter
    from evals.lab.experiment import Experiment
    from schemas.settings import Settings

_LENGTHS = "8k,32k,128k"


def mrcr(
    needles: Annotated[str, typer.Option("--needles", help="2, 4, 8; several by comma.")] = "2",
    lengths: LengthsOption = _LENGTHS,
    samples: SamplesOption = 20,
    seed: SeedOption = 0,
    out: FolderOption = None,
    url: UrlOption = None,
    served_model: ServedModelOption = "default",
    api_key_file: KeyFileOption = None,
    as_json: LabJsonOption = False,
    adapter: AdapterOption = None,
    model: ModelOption = None,
) -> None:
    """The i-th of several identical requests of a conversation, word for word."""
    from evals.lab import benchmarks
    from evals.lab.lengths import lengths_of
    from evals.lab.mrcr import NEEDLES

    numbers = [number for number in NEEDLES if str(number) in needles.split(",")]
    if len(numbers) != len(needles.split(",")):
        raise InvalidInput(f"--needles {needles}: there are 2, 4 and 8", param="needles")
    sizes = lengths_of(lengths)

    def build(_: Settings, count_tokens: TokenCounter) -> Experiment:
        return benchmarks.mrcr(numbers, sizes, samples, seed, count_tokens)

    asked = Asked(model, adapter, url, served_model, api_key_file, out)
    run_lab(build, asked, as_json=as_json)


def graphwalks(
    operations: Annotated[str, typer.Option("--operations", help="bfs, parents.")] = "bfs,parents",
    lengths: LengthsOption = _LENGTHS,
    samples: SamplesOption = 20,
    seed: SeedOption = 0,
    out: FolderOption = None,
    url: UrlOption = None,
    served_model: ServedModelOption = "default",
    api_key_file: KeyFileOption = None,
    as_json: LabJsonOption = False,
    adapter: AdapterOption = None,
    model: ModelOption = None,
) -> None:
    """Searches and parents in a graph that is a long list of edges."""
    from evals.lab import benchmarks
    from evals.lab.graphwalks import Operation
    from evals.lab.lengths import lengths_of

    named, sizes = names_of(operations, Operation, "operations"), lengths_of(lengths)

    def build(_: Settings, count_tokens: TokenCounter) -> Experiment:
        return benchmarks.graphwalks(named, sizes, samples, seed, count_tokens)

    asked = Asked(model, adapter, url, served_model, api_key_file, out)
    run_lab(build, asked, as_json=as_json)
