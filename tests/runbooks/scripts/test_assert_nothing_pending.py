"""An image that is not gone is not retired."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.runbooks.scripts.conftest import load


def test_nothing_pending_passes() -> None:
    assert load("assert_nothing_pending").handler({"pending": "nothing"}, {}) == {"pending": "nothing"}


@given(st.text().filter(lambda text: text != "nothing"))
def test_whatever_else_is_pending_fails_and_is_named(pending: str) -> None:
    with pytest.raises(ValueError, match="Still there") as refused:
        load("assert_nothing_pending").handler({"pending": pending}, {})
    assert pending in str(refused.value)


def test_not_knowing_what_is_pending_fails() -> None:
    with pytest.raises(KeyError):
        load("assert_nothing_pending").handler({}, {})
