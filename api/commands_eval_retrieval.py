"""Which command measures how well passages are found?"""

from __future__ import annotations

import json

from api.eval_options import EveryOption, OutOption, packages_of_measuring, print_record
from api.options import ModelOption, settings_with


def retrieval(every: EveryOption = 1, out: OutOption = None, model: ModelOption = None) -> None:
    """Is the passage that answers among the first of the lookup: by words, and with the model?"""
    from api.standard_output import check_writable, write_whole

    with packages_of_measuring():
        from evals.retrieval import measure

    if out is not None:
        check_writable(out)
    record = measure(settings_with(model), every)
    record = {"score": record["squad"]["fused"]["top_1"][0], "every": every, **record}
    if out is not None:
        write_whole(out, json.dumps(record, indent=1) + "\n")
    print_record(record)
