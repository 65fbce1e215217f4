"""Does a batch come to its end with all results, all reasons and a right ledger, whatever dies?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from evals.served import Served
from tests.batch_night import QUICK, night
from tests.servers import new_database

pytestmark = [pytest.mark.slow, pytest.mark.alone]


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


def test_a_batch_that_is_killed_in_the_middle_loses_and_doubles_nothing(served: Served) -> None:
    found = night(served, num_items=60, num_bad=5, num_documents=6, num_kills=1)
    assert found["batch"]["status"] == "completed"
    assert (found["num_items"], found["num_results"]) == (60, 55)
    assert sum(found["reasons"].values()) == 5
    assert set(found["reasons"]) == {"not_found", "unreadable_document", "invalid_schema"}
    assert found["ledger"]["num_results"] == 55
    assert f"{found['ledger']['cost_usd']:.6f}" == found["cost_of_items"]
    assert found["batch"]["usage"]["cost_usd"] == found["ledger"]["cost_usd"]
