"""Does a batch come to its end with all results, all reasons and a right ledger, whatever dies?

As large as a night is (items, bad ones, documents, kills), and with the result in a file:
BATCH_NIGHT="500 20 500 2" BATCH_NIGHT_RESULT=night.json pytest … -k postgresql
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from evals.served import Served
from tests.batch_night import QUICK, night
from tests.servers import new_database

pytestmark = [pytest.mark.slow, pytest.mark.alone]
_SIZE, _RESULT = os.environ.get("BATCH_NIGHT", "60 5 6 1"), os.environ.get("BATCH_NIGHT_RESULT")


@pytest.fixture(params=["sqlite-embedded", pytest.param("postgresql", marks=pytest.mark.service)])
def served(request: pytest.FixtureRequest, tiny_folder: Path, tmp_path: Path) -> Iterator[Served]:
    environment = {**QUICK, "NEEDLEPOINT_ENGINE__MODEL": str(tiny_folder)}
    with ExitStack() as stack:
        if request.param == "postgresql":
            server = request.getfixturevalue("postgres_server")
            environment["NEEDLEPOINT_DATABASE__URL"] = stack.enter_context(new_database(server))
            environment["NEEDLEPOINT_BROKER__URL"] = request.getfixturevalue("redis_url")
        served = Served(tmp_path, environment)
        served.start()
        stack.callback(served.kill_all)
        yield served
        assert served.stop() == 0


def test_a_batch_that_is_killed_in_the_middle_loses_and_doubles_nothing(
    served: Served, request: pytest.FixtureRequest
) -> None:
    num_items, num_bad, num_documents, num_kills = map(int, _SIZE.split())
    found = night(
        served,
        num_items=num_items,
        num_bad=num_bad,
        num_documents=num_documents,
        num_kills=num_kills,
    )
    if _RESULT is not None:
        told = {"test": request.node.name, "size": _SIZE, **found}
        Path(_RESULT).write_text(json.dumps(told, indent=1) + "\n")
    assert found["batch"]["status"] == "completed"
    num_good = num_items - num_bad
    assert (found["num_items"], found["num_results"]) == (num_items, num_good)
    assert sum(found["reasons"].values()) == num_bad
    assert set(found["reasons"]) == {"not_found", "unreadable_document", "invalid_schema"}
    assert found["ledger"]["num_results"] == num_good
    assert f"{found['ledger']['cost_usd']:.6f}" == found["cost_of_items"]
    assert found["batch"]["usage"]["cost_usd"] == found["ledger"]["cost_usd"]
