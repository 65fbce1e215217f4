"""Is a query refused that can not be kept or that nobody reads?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.api.served import Served, served


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("service")) as service:
        yield service


def test_a_query_parameter_that_no_route_reads_is_refused(service: Served) -> None:
    answer = service.client.get("/v1/documents?stauts=failed")
    assert (answer.status_code, answer.json()["param"]) == (422, "stauts")
