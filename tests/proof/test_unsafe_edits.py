"""Unsafe edits of the shipped flows are refused: a short form of `python -m tests.long.unsafe_edits`."""

import pytest

from bot.authoring.loader import load_single_flow
from tests.long.unsafe_edits.edits import KINDS
from tests.long.unsafe_edits.flow_trees import copy, shipped, written
from tests.long.unsafe_edits.second_opinion import lower
from tests.long.unsafe_edits.verdicts import Verdict, edited, judge, mutants, whole

SOME = mutants(seed=1, share=0.04)


@pytest.mark.parametrize("number", range(len(SOME)))
def test_an_unsafe_edit_is_refused(number: int) -> None:
    verdict = judge(SOME[number])
    assert verdict.by or not harmful(verdict), verdict.mutant.name


def harmful(verdict: Verdict) -> str:
    return lower(verdict.mutant, edited(verdict.mutant))


def test_every_kind_of_edit_is_tried() -> None:
    assert {mutant.kind for mutant in SOME} == {*KINDS}


def test_nothing_is_changed_by_writing_a_flow_again() -> None:
    """Else what is refused might be our own scrawl."""
    for name in shipped():
        assert load_single_flow(written(copy(name)), f"flows/{name}.yaml") == whole().flow(name)


def test_every_edit_makes_another_flow() -> None:
    trees = [(mutant.flow, written(mutant.tree())) for mutant in SOME]
    assert len({*trees}) == len(trees)
    assert not {*trees} & {(name, written(copy(name))) for name in shipped()}
