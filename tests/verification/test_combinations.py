"""Every pair of choices is met, with far fewer rows than there are combinations."""

import itertools

from verification.combinations import pairwise
from verification.configurations import BARE, RICH, configurations


def test_every_pair_is_met() -> None:
    factors = {"a": (1, 2, 3), "b": (1, 2, 3), "c": (1, 2), "d": (1, 2, 3, 4)}
    rows = pairwise(factors)
    for (one, ones), (other, others) in itertools.combinations(factors.items(), 2):
        assert {(row[one], row[other]) for row in rows} == set(itertools.product(ones, others))
    assert len(rows) < 20


def test_rows_that_make_no_sense_are_left_out() -> None:
    rows = pairwise({"a": (True, False), "b": (True, False)}, allowed=lambda row: row["a"] or not row["b"])
    assert len(rows) == 3
    assert {"a": False, "b": True} not in rows


def test_configurations_have_every_feature_on_and_off_with_every_other() -> None:
    chosen = configurations()
    assert {RICH, BARE} <= set(chosen)
    assert len({each.name for each in chosen}) == len(chosen)
    for one, other in itertools.combinations(("launch", "scanning", "both", "copies"), 2):
        assert len({(getattr(each, one), getattr(each, other)) for each in chosen}) == 4
