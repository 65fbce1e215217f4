from __future__ import annotations

from collections.abc import Iterator

import pytest

from schemas import errors
from schemas.errors import InvalidInput, ModelUnavailable, ServiceError


def below(error: type[ServiceError]) -> Iterator[type[ServiceError]]:
    yield error
    for child in error.__subclasses__():
        yield from below(child)


OURS = [error for error in below(ServiceError) if error.__module__ == errors.__name__]


def test_every_error_has_a_code_of_its_own() -> None:
    codes = [error.code for error in OURS]
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("error", [error for error in OURS if issubclass(error, InvalidInput)])
def test_the_callers_mistake_is_not_worth_a_second_try(error: type[ServiceError]) -> None:
    assert not error.retryable


def test_a_missing_model_is_not_the_callers_mistake() -> None:
    assert not issubclass(ModelUnavailable, InvalidInput)


def test_the_words_for_the_caller_are_the_errors_own() -> None:
    error = InvalidInput("the query is empty", param="query")
    assert (str(error), error.message, error.param) == (
        error.message,
        "the query is empty",
        "query",
    )


def test_an_error_may_be_about_no_argument() -> None:
    assert ServiceError("the disk is full").param is None
