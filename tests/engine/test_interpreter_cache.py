"""A walk that is remembered is the walk that would be walked anew, whatever people do."""

from hypothesis import given
from hypothesis import strategies as st

from bot.engine.interpreter import Interpreter, replay
from bot.engine.red_flag_monitor import unmet_red_flag
from bot.engine.session import Event, Session
from tests.support.strategies import LIBRARY, SimulatedChat, lives, promised


def seen(walker: Interpreter) -> tuple[object, ...]:
    """Everything that anybody can see of a walk."""
    frames = [(frame.flow, frame.state) for frame in walker.frames]
    told = (
        list(walker.answers.items()),
        walker.floor,
        list(walker.collected_pages.items()),
        walker.advice,
        walker.texts_since_answer,
    )
    return (*told, frames, unmet_red_flag(walker))


@promised
@given(lives)
def test_every_step_stands_where_a_cold_walk_would(events: list[int | Event]) -> None:
    life, kept = SimulatedChat(), 0
    for event in events:
        life.next(event)
        session = life.session
        if session.flow and isinstance(session.cached_interpreter, Interpreter):
            kept += 1
            remembered = replay(LIBRARY, session.flow, session.answers, session.language, session.cached_interpreter)
            assert seen(remembered) == seen(replay(LIBRARY, session.flow, session.answers, session.language))


@promised
@given(lives, st.data())
def test_a_walk_gone_on_with_stays_as_it_was(events: list[int | Event], data: st.DataObject) -> None:
    life = SimulatedChat()
    for event in events[:12]:
        life.next(event)
    session = life.session
    if not session.flow:
        return
    before = replay(LIBRARY, session.flow, session.answers, session.language)
    stood = seen(before)
    if question := before.question:
        option = data.draw(st.sampled_from([option.id for option in question.options]))
        answers = {**session.answers, before.state_id: option}
        after = replay(LIBRARY, session.flow, answers, session.language, before)
        assert seen(after) == seen(replay(LIBRARY, session.flow, answers, session.language))
        assert after is not before
    assert seen(before) == stood


def test_what_is_remembered_is_never_kept_and_makes_no_difference() -> None:
    life = SimulatedChat()
    life.next(0)
    session = life.session
    assert isinstance(session.cached_interpreter, Interpreter)
    assert "interpreter" not in session.to_json()
    read = Session.from_json(session.to_json())
    assert read == session
    assert read.cached_interpreter is None
    assert "interpreter" not in repr(session)
