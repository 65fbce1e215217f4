"""How are the technical data of one or several models set out?"""

from __future__ import annotations

from collections.abc import Sequence

from evals.generated.blocks import Block, Table
from evals.generated.datasheet_devices import Device, Spec
from evals.generated.entry import Wording
from evals.generated.field import NUMBER, Field
from evals.generated.pair_layout import set_out
from evals.generated.pen import Pen, plain


def technical_data(
    pen: Pen, device: Device, models: Sequence[str], specs: Sequence[Spec]
) -> list[Block]:
    """Some values are asked for, of one model each where there are several; so are some that
    the device has, but the sheet does not say."""
    several = len(models) > 1
    cells = [(spec, model) for spec in specs for model in models]
    asked = set(pen.some(cells, 6, 9))
    for spec in pen.some([spec for spec in device.specs if spec not in specs], 1, 2):
        pen.ask(_field(spec, pen.pick(*models) if several else ""))
    table: list[list[str]] = []
    for spec in specs:
        step = (spec.high - spec.low) / len(models)
        row = []
        for number, model in enumerate(models):
            if several and pen.chance(0.06):
                row.append(pen.pick("-", "n/a"))
                if (spec, model) in asked:
                    pen.ask(_field(spec, model))
                continue
            value = round(spec.low + step * (number + pen.rng.random()), spec.places)
            key = pen.ask(_field(spec, model if several else "")) if (spec, model) in asked else ""
            row.append(pen.say(key, pen.writing.number(value, spec.places), plain(value)))
        table.append([spec.name, spec.unit, *row])
    return _data_set_out(pen, models, table)


def _data_set_out(pen: Pen, models: Sequence[str], table: list[list[str]]) -> list[Block]:
    if len(models) == 1:
        entries = [
            Wording(name, f"{text} {unit}", f"{name}: {text} {unit}.") for name, unit, text in table
        ]
        return set_out(pen, entries, pen.pick("pairs", "listed", "columns", "prose"))
    if pen.chance(0.2):
        lines = _by_model(models, table)
        half = (len(table) + 1) // 2
        heads = [f"{name} [{unit}]" for name, unit, *_ in table]
        return [
            Table(["Model", *heads[:half]], [row[: half + 1] for row in lines]),
            Table(["Model", *heads[half:]], [[row[0], *row[half + 1 :]] for row in lines]),
        ]
    if pen.chance(0.4):
        rows = [[f"{name} ({unit})", *values] for name, unit, *values in table]
        return [Table([pen.pick("Model", "Type", ""), *models], rows, 1)]
    return [Table([pen.pick("Model", "Type", ""), "Unit", *models], table, 2)]


def _by_model(models: Sequence[str], table: Sequence[Sequence[str]]) -> list[list[str]]:
    return [
        [model, *(values[number] for _, _, *values in table)] for number, model in enumerate(models)
    ]


def _field(spec: Spec, model: str) -> Field:
    """Of the device, where there is but one model."""
    if not model:
        return Field(f"{_name(spec.key)}", NUMBER, (
            f"{spec.name} in {spec.unit}",
            f"What does the sheet give as {spec.name.lower()}, in {spec.unit}?",
            f"Value for {spec.name.lower()} ({spec.unit})",
            f"{spec.name} of the device",
        ))  # fmt: skip
    return Field(_name(f"{spec.key}_{model}"), NUMBER, (
        f"{spec.name} of the {model} in {spec.unit}",
        f"What does the {model} have as {spec.name.lower()}, in {spec.unit}?",
        f"{model}: {spec.name.lower()}",
        f"{spec.name} ({spec.unit}), model {model}",
    ))  # fmt: skip


def _name(words: str) -> str:
    kept = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in words)
    return "_".join(part for part in kept.lower().split("_") if part)
