"""Changing an answer is worth what giving it at once would have been: at every question that can be asked.

`ALL=1 python -m pytest tests/engine/test_change_answer.py` changes every answer to the next, and not just the first.
"""

import os
from types import MappingProxyType

import pytest

from bot.engine.interpreter import Interpreter, replay
from bot.engine.session import ButtonPress, Session, Start
from bot.engine.step import step
from bot.model.bundle import ContentBundle
from bot.model.urgency import EMERGENCY_FLOOR, Floor
from bot.proof.context import ProofContext

ALL = bool(os.environ.get("ALL"))
Ends = tuple[str, Floor, dict[str, Floor]]


@pytest.fixture(scope="module")
def case(library: ContentBundle) -> ProofContext:
    return ProofContext(library)


def test_a_changed_answer_ends_as_if_it_had_been_given_at_once(case: ProofContext) -> None:
    """And changed back, as if nothing had been."""
    library, changed = case.bundle, 0
    for at, _, spots in case.asked_questions():
        way_in, said = case.graph.shortest_way_to(max(spots))
        options = case.graph.nodes[max(spots)].options
        pairs = list(zip(options, (*options[1:], options[0]), strict=True))
        for option, other in pairs if ALL else pairs[:1]:
            before = whole(library, way_in, {**dict(said), at: option})
            if before.floor == EMERGENCY_FLOOR:
                continue  # there it is "by mistake", not a change
            session = begun(library, way_in).with_changes(answers=MappingProxyType(before.answers))
            session = change(library, session, at, other)
            fresh = whole(library, way_in, {**before.answers, at: other})
            assert ends(whole(library, way_in, dict(session.answers))) == ends(fresh), (at, option, other)
            if fresh.floor < EMERGENCY_FLOOR:
                session = change(library, session, at, option)
                assert ends(whole(library, way_in, dict(session.answers))) == ends(before), (at, option, other)
            changed += 1
    assert changed > 30


def change(library: ContentBundle, session: Session, at: str, option: str) -> Session:
    session = step(library, session, ButtonPress(f"!change:{at}")).session
    return step(library, session, ButtonPress(option)).session


def ends(walker: Interpreter) -> Ends:
    return walker.state_id, walker.floor, walker.collected_pages


def whole(library: ContentBundle, way_in: str, answers: dict[str, str]) -> Interpreter:
    """A conversation with these answers that goes on calmly to its end."""
    walker = replay(library, way_in, answers)
    while walker.question:
        walker.answer(walker.question.options[0].id)
    return walker


def begun(library: ContentBundle, way_in: str) -> Session:
    session, _ = step(library, Session(), Start(way_in))
    return step(library, session, ButtonPress(f"!go_on:{way_in}")).session
