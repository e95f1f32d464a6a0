"""Changing an answer is worth what giving it at once would have been: at every question that can be asked.

`ALL=1 python -m pytest tests/engine/test_change_answer.py` changes every answer to the next, and not just the first.
"""

import os
from dataclasses import replace
from types import MappingProxyType

import pytest

from bot.engine.interpreter import Walker, walk
from bot.engine.session import Press, Session, Start
from bot.engine.step import step
from bot.model.bundle import Library
from bot.model.urgency import EMERGENCY, Floor
from bot.proof.context import Case

ALL = bool(os.environ.get("ALL"))
Ends = tuple[str, Floor, dict[str, Floor]]


@pytest.fixture(scope="module")
def case(library: Library) -> Case:
    return Case(library)


def test_a_changed_answer_ends_as_if_it_had_been_given_at_once(case: Case) -> None:
    """And changed back, as if nothing had been."""
    library, changed = case.library, 0
    for at, _, spots in case.questions():
        way_in, said = case.graph.way_to(max(spots))
        options = case.graph.spots[max(spots)].options
        pairs = list(zip(options, (*options[1:], options[0]), strict=True))
        for option, other in pairs if ALL else pairs[:1]:
            before = whole(library, way_in, {**dict(said), at: option})
            if before.floor == EMERGENCY:
                continue  # there it is "by mistake", not a change
            session = replace(begun(library, way_in), answers=MappingProxyType(before.answers))
            session = change(library, session, at, other)
            fresh = whole(library, way_in, {**before.answers, at: other})
            assert ends(whole(library, way_in, dict(session.answers))) == ends(fresh), (at, option, other)
            if fresh.floor < EMERGENCY:
                session = change(library, session, at, option)
                assert ends(whole(library, way_in, dict(session.answers))) == ends(before), (at, option, other)
            changed += 1
    assert changed > 30


def change(library: Library, session: Session, at: str, option: str) -> Session:
    session = step(library, session, Press(f"!change:{at}")).session
    return step(library, session, Press(option)).session


def ends(walker: Walker) -> Ends:
    return walker.at, walker.floor, walker.learned


def whole(library: Library, way_in: str, answers: dict[str, str]) -> Walker:
    """A conversation with these answers that goes on calmly to its end."""
    walker = walk(library, way_in, answers)
    while walker.question:
        walker.take(walker.question.options[0].id)
    return walker


def begun(library: Library, way_in: str) -> Session:
    session, _ = step(library, Session(), Start(way_in))
    return step(library, session, Press(f"!go_on:{way_in}")).session
