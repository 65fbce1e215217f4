"""Which command trains an adapter from examples?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.exit_codes import ExitCode
from api.options import JsonOption, ModelOption, settings_with

if TYPE_CHECKING:
    from schemas.tuning import TuningTold


def tune(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help='JSON Lines of {"file" or "text": …, "schema": …, "values": …}: what is right.',
        ),
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the adapter goes.")],
    validation: Annotated[
        Path | None,
        typer.Option("--validation", help="Lines to tell by; default: of a fifth of the files."),
    ] = None,
    epochs: Annotated[
        int | None, typer.Option("--epochs", min=1, max=50, help="Passes over the lines.")
    ] = None,
    batch_size: Annotated[
        int | None, typer.Option("--batch-size", min=1, max=256, help="Questions a step.")
    ] = None,
    rate: Annotated[
        float | None,
        typer.Option("--learning-rate-multiplier", min=0.01, max=100, help="Of the usual rate."),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0)] = 0,
    model: ModelOption = None,
    as_json: JsonOption = False,
) -> None:
    """Train an adapter from examples, and keep it if it reads what was held out better.

    Broken off, the same command goes on from the last checkpoint. Exit code: 0 kept, 3 no better.
    Then: extract … --adapter DIR
    """
    from api.file_arguments import readable_file
    from api.standard_output import print_json, say
    from jobs.tuning_files import tune_files
    from schemas.tuning import TuningPlan

    settings = settings_with(model)
    plan = TuningPlan(
        n_epochs=epochs,
        batch_size=batch_size,
        learning_rate_multiplier=rate,
        seed=seed,
        checkpoint_steps=settings.tuning.checkpoint_steps,
    )

    def tell(told: TuningTold) -> None:
        say(told.message)

    training = readable_file(file)
    checked = None if validation is None else readable_file(validation)
    done = tune_files(training, checked, out, plan, settings, tell)
    if as_json:
        print_json(done)
    if done.tuned is None:
        say("nothing was trained: what was held out is read right as it is")
    elif done.is_better:
        say(f"kept in {out}: {done.tuned.told} right, {done.base.told} without")
    else:
        say(f"not kept: {done.tuned.told} right, {done.base.told} without")
    if not done.is_better:
        raise typer.Exit(ExitCode.INCOMPLETE)
