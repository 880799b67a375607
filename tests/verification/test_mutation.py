"""The score of the mutants says what it seems to say."""

from collections import Counter
from functools import cache

from verification.mutation import Fate, Killer, Mutant, equivalent, mutants
from verification.report import not_equivalent, score, survivors

HARMLESS = next(iter(equivalent()))


def _fate(killer: Killer | None, identifier: str = "GoldenAmiApproval: a step less") -> Fate:
    return Fate(mutant=Mutant(id=identifier, kind="documents", steps=frozenset()), killer=killer)


@cache
def _made() -> Counter[str]:
    return Counter(mutant.id for mutant in mutants())


def test_what_is_said_to_be_equivalent_is_a_mutant_that_is_made() -> None:
    assert set(equivalent()) <= set(_made())


def test_every_mutant_has_a_name_of_its_own() -> None:
    assert [name for name, times in _made().items() if times > 1] == []


def test_only_a_law_or_the_linter_scores() -> None:
    assert score([_fate(Killer.LAW), _fate(Killer.LINTER)]) == 100
    for other in set(Killer) - {Killer.LAW, Killer.LINTER}:
        assert score([_fate(Killer.LAW), _fate(other)]) == 50
    assert score([_fate(Killer.LAW), _fate(None)]) == 50


def test_an_equivalent_mutant_counts_neither_way() -> None:
    assert score([_fate(Killer.LAW), _fate(None), _fate(None, HARMLESS)]) == 50
    assert survivors([_fate(None, HARMLESS)]) == []


def test_an_equivalent_mutant_that_is_noticed_is_not_equivalent_and_scores() -> None:
    noticed = _fate(Killer.LAW, HARMLESS)
    assert not_equivalent([noticed, _fate(None, HARMLESS), _fate(Killer.LAW)]) == [noticed]
    assert score([noticed, _fate(None)]) == 50
