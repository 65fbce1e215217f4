"""Which commands put needles into haystacks? Each ends with one line of JSON with its `score`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.eval_options import AdapterOption
from api.lab_options import (
    Asked,
    FolderOption,
    HaystackOption,
    KeyFileOption,
    LabJsonOption,
    LengthsOption,
    SamplesOption,
    SeedOption,
    ServedModelOption,
    UrlOption,
    name_of,
    names_of,
    run_lab,
)
from api.options import ModelOption

if TYPE_CHECKING:
    from engine.token_counter import TokenCounter
    from evals.lab.experiment import Experiment
    from schemas.settings import Settings

_GRID = "4k,8k,16k,32k,64k,128k,256k,512k,768k,1M"
_LENGTHS = "4k,8k,16k,32k,64k,128k"


def needle(
    lengths: LengthsOption = _GRID,
    depths: Annotated[int, typer.Option("--depths", min=1, help="From start to end.")] = 11,
    kinds: Annotated[
        str,
        typer.Option("--kinds", help="numbers, words, uuids, cells, rows, absent; by comma."),
    ] = "numbers",
    needles: Annotated[int, typer.Option("--needles", min=1, help="That answer together.")] = 1,
    distractors: Annotated[int, typer.Option("--distractors", min=0, help="With near keys.")] = 0,
    haystack: HaystackOption = "mixed",
    seed: SeedOption = 0,
    out: FolderOption = None,
    url: UrlOption = None,
    served_model: ServedModelOption = "default",
    api_key_file: KeyFileOption = None,
    as_json: LabJsonOption = False,
    adapter: AdapterOption = None,
    model: ModelOption = None,
) -> None:
    """A needle at every depth of haystacks of every length: value and place."""
    from evals.lab import benchmarks
    from evals.lab.lengths import lengths_of
    from evals.lab.needle import Grid, NeedleKind
    from evals.lab.sources import Source

    grid = Grid(
        tuple(lengths_of(lengths)),
        names_of(kinds, NeedleKind, "kinds"),
        depths,
        needles,
        distractors,
        seed,
    )
    source = name_of(haystack, Source, "haystack")

    def build(settings: Settings, count_tokens: TokenCounter) -> Experiment:
        return benchmarks.needle(grid, source, settings, count_tokens)

    asked = Asked(model, adapter, url, served_model, api_key_file, out)
    run_lab(build, asked, as_json=as_json)


def ruler(
    tasks: Annotated[
        str, typer.Option("--tasks", help="By name or its beginning: niah,vt; none: all 13.")
    ] = "",
    lengths: LengthsOption = _LENGTHS,
    samples: SamplesOption = 20,
    haystack: HaystackOption = "mixed",
    seed: SeedOption = 0,
    out: FolderOption = None,
    url: UrlOption = None,
    served_model: ServedModelOption = "default",
    api_key_file: KeyFileOption = None,
    as_json: LabJsonOption = False,
    adapter: AdapterOption = None,
    model: ModelOption = None,
) -> None:
    """RULER's 13 tasks, generated here, with their own scores."""
    from evals.lab import benchmarks
    from evals.lab.lengths import lengths_of
    from evals.lab.ruler import tasks_of
    from evals.lab.sources import Source

    names, sizes = tasks_of(tasks), lengths_of(lengths)
    source = name_of(haystack, Source, "haystack")

    def build(settings: Settings, count_tokens: TokenCounter) -> Experiment:
        return benchmarks.ruler(names, sizes, samples, seed, source, settings, count_tokens)

    asked = Asked(model, adapter, url, served_model, api_key_file, out)
    run_lab(build, asked, as_json=as_json)


def abstain(
    lengths: LengthsOption = _LENGTHS,
    samples: Annotated[int, typer.Option("--documents", min=1, help="Of each length.")] = 2,
    questions: Annotated[int, typer.Option("--questions", min=1, help="Of each sort.")] = 10,
    haystack: HaystackOption = "agreements",
    seed: SeedOption = 0,
    out: FolderOption = None,
    url: UrlOption = None,
    served_model: ServedModelOption = "default",
    api_key_file: KeyFileOption = None,
    as_json: LabJsonOption = False,
    adapter: AdapterOption = None,
    model: ModelOption = None,
) -> None:
    """Questions whose answer is not in the haystack: how many are found absent."""
    from evals.lab import benchmarks
    from evals.lab.abstain import Abstaining
    from evals.lab.lengths import lengths_of
    from evals.lab.sources import Source

    abstaining = Abstaining(tuple(lengths_of(lengths)), samples, questions, seed)
    source = name_of(haystack, Source, "haystack")

    def build(settings: Settings, count_tokens: TokenCounter) -> Experiment:
        return benchmarks.abstain(abstaining, source, settings, count_tokens)

    asked = Asked(model, adapter, url, served_model, api_key_file, out)
    run_lab(build, asked, as_json=as_json)
