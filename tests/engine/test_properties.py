"""What holds whatever people press or type, on the library that ships: found by Hypothesis, not by us.

EXAMPLES=1000 python -m pytest tests/engine/test_properties.py takes a long look.
"""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.interpreter import Interpreter
from bot.engine.session import COMMAND_PREFIX, ButtonPress, Event, Message, MessageKind, Session, Start, TypedText
from bot.engine.step import step
from bot.engine.understanding.folding import fold
from bot.engine.understanding.languages import find_asked_language
from bot.engine.understanding.option_matching import match_option
from bot.engine.understanding.phrase_lists import is_phrase
from bot.model.bundle import ContentBundle
from bot.model.urgency import EMERGENCY_FLOOR
from tests.support.strategies import (
    CALM,
    DOINGS,
    FLOWS,
    LIBRARY,
    ONWARD,
    PHRASES,
    QUESTIONS,
    SimulatedChat,
    lived,
    lives,
    promised,
    typed,
)

ALARMING = [phrase for phrases in LIBRARY.vocabulary.danger["en"].kinds.values() for phrase in phrases]


@promised
@given(lives)
def test_nobody_is_left_without_a_word(events: list[int | Event]) -> None:
    life = SimulatedChat()
    for event in events:
        assert_said(life.next(event))
        assert life.messages[-1].buttons or life.messages[-1].kind in (
            MessageKind.PAGE,
            MessageKind.SUMMARY,
            MessageKind.NOTE,
        )


@promised
@given(lives)
def test_wherever_somebody_stands_everything_they_can_do_is_answered(events: list[int | Event]) -> None:
    life = lived(events)
    for name in DOINGS.split():
        for argument in ("", ":coil", ":chooser", ":GB"):
            assert_said(
                step(
                    LIBRARY, life.session, ButtonPress(f"{COMMAND_PREFIX}{name}{argument}", life.session.turn)
                ).messages
            )


def assert_said(messages: tuple[Message, ...]) -> None:
    assert messages
    for message in messages:
        assert message.text.strip()
        assert "\n\n\n" not in message.text, "a part of it is missing"
        assert not {"{", "}"} & set(message.text), "a placeholder is not filled"
        assert all(0 < len(option.label) <= 24 for option in message.options), "a button must fit on a telephone"


@promised
@given(lives)
def test_a_session_survives_its_stored_form(events: list[int | Event]) -> None:
    life = SimulatedChat()
    for event in events:
        life.next(event)
        assert Session.from_json(life.session.to_json()) == life.session


@promised
@given(lives)
def test_a_session_holds_no_typed_word(events: list[int | Event]) -> None:
    session = lived(events).session
    for at, option in session.answers.items():
        assert QUESTIONS[at].option(option)
    assert session.flow in ("", *FLOWS)
    assert session.country in ("", *LIBRARY.phone_directory.emergency_numbers)
    assert session.changing in ("", *QUESTIONS)


@promised
@given(lives, typed)
def test_the_same_life_is_the_same_words(events: list[int | Event], last: Event) -> None:
    assert lived([*events, last]).messages == lived([*events, last]).messages


@promised
@given(
    lives,
    st.sampled_from(ALARMING),
    st.sampled_from(["", "help me ", "i think "]),
    st.sampled_from(["", "!!", " 😢"]),
)
def test_words_of_alarm_bring_help_and_answer_nothing(
    events: list[int | Event], word: str, before: str, after: str
) -> None:
    life = lived(events)
    text = before + word + after
    if (question := life.open) and match_option(question, text, PHRASES):
        return  # its author thought of these words
    messages = life.send(TypedText(text))
    assert life.session.answers == life.before.answers
    assert PHRASES.texts["help_now"] in messages[0].text
    assert [button.id for button in messages[0].buttons][:1] == ["!urgent"]
    assert len(messages) > 1, "where the person stands is said again"


@promised
@given(lives, st.text(max_size=30))
def test_nonsense_changes_nothing(events: list[int | Event], text: str) -> None:
    life = lived(events)
    if is_understood(life, text):
        return
    life.send(TypedText(text))
    assert life.session.with_changes(unmatched=0, offered="") == life.before.with_changes(unmatched=0, offered="")


def is_understood(life: SimulatedChat, text: str) -> bool:
    """Whether *text* is an answer, or does something that its words say."""
    words = fold(text)
    return (
        any(is_phrase(words, name, PHRASES) for name in PHRASES.words)
        or bool(find_asked_language(LIBRARY, words))
        or bool((question := life.open) and match_option(question, text, PHRASES))
    )


@promised
@given(lives, ONWARD)
def test_back_is_the_inverse_of_an_answer(events: list[int | Event], which: int) -> None:
    life = lived(events)
    if not life.open or life.session.changing or life.session.answers != life.walker.answers:
        return  # an answer that waits for its question goes on by itself, and back takes that one first
    before, asked = life.session, life.walker.state_id
    life.next(which)
    life.send(ButtonPress("!back", life.session.turn))
    assert (life.walker.state_id, life.session.answers) == (asked, before.answers)


@promised
@given(lives, st.integers(0, 50))
def test_what_is_old_changes_no_answer(events: list[int | Event], ago: int) -> None:
    life = lived(events)
    if not life.session.flow or not life.session.turn:
        return
    turn = life.session.turn - 1 - ago % life.session.turn
    options = life.open.options if life.open else ()
    for press in (
        *(ButtonPress(option.id, turn) for option in options),
        ButtonPress("!back", turn),
        ButtonPress("!mistake", turn),
    ):
        before = life.session
        life.send(press)
        assert life.session == before


@promised
@given(st.lists(ONWARD, max_size=60))
def test_the_floor_never_falls_along_answers(onward: list[int]) -> None:
    life, floor = SimulatedChat(), None
    for which in onward:
        if not life.open:
            break
        life.next(which)
        assert floor is None or life.walker.floor >= floor
        floor = life.walker.floor


@promised
@given(st.integers(0, 40), st.sampled_from(["!mistake", "!back", "!restart"]), st.lists(CALM, min_size=60, max_size=60))
def test_an_emergency_once_shown_is_remembered_at_every_ending(where: int, then: str, onward: list[int]) -> None:
    life = SimulatedChat()
    while not alarmed(life, where):
        life.next(0)
        where -= 1
        if not life.open:
            return  # nothing more could have been an emergency
    life.send(ButtonPress(then))
    for which in onward:
        if any(message.kind is MessageKind.ENDING for message in life.messages):
            assert PHRASES.texts["reminder"].partition("{")[0] in life.messages[-1].text
            return
        life.next(which) if life.open or not life.session.flow else life.send(ButtonPress("!mistake"))


def alarmed(life: SimulatedChat, where: int) -> bool:
    """Whether the open question had an answer that shows the emergency screen, once *where* more were passed over."""
    if where > 0:
        return False
    session, messages, question = life.session, life.messages, life.open
    for option in question.options if question else ():
        life.send(ButtonPress(option.id))
        if any(message.floor == EMERGENCY_FLOOR for message in life.messages):
            return True
        life.session, life.messages, life.open = session, messages, question
    return False


@promised
@given(lives)
def test_an_emergency_stands_alone_and_first(events: list[int | Event]) -> None:
    """Nothing is asked beside it, and nothing but a short note (a country was chosen) is said before it."""
    life = SimulatedChat()
    for event in events:
        messages = life.next(event)
        kinds = [message.kind for message in messages]
        if any(message.floor == EMERGENCY_FLOOR for message in messages):
            assert MessageKind.QUESTION not in kinds
            assert all(kind is MessageKind.NOTE for kind in kinds[:-1])


@promised
@given(st.lists(ONWARD, min_size=1, max_size=60), st.integers(0, 59), ONWARD)
def test_a_changed_answer_is_as_if_it_had_been_given_at_once(onward: list[int], which: int, to: int) -> None:
    life = SimulatedChat()
    for step_ in onward:
        if not life.open:
            break
        life.next(step_)
    at = list(life.walker.answers)[which % len(life.walker.answers)]
    option = QUESTIONS[at].options[to % len(QUESTIONS[at].options)].id
    life.send(ButtonPress(f"!change:{at}"))
    life.send(ButtonPress(option, life.session.turn))
    fresh = fresh_with(life.session.answers)
    assert (fresh.state_id, fresh.floor) == (life.walker.state_id, life.walker.floor)
    assert (fresh.collected_pages, fresh.advice) == (life.walker.collected_pages, life.walker.advice)
    assert life.walker.answers[at] == option


def fresh_with(answers: Mapping[str, str]) -> Interpreter:
    """Where a new conversation stands when its questions get these answers, as they come up."""
    life = SimulatedChat()
    for _ in answers:
        if life.open and life.walker.state_id in answers:
            life.send(ButtonPress(answers[life.walker.state_id], life.session.turn))
    return life.walker


@promised
@given(lives)
def test_only_one_list_at_a_time_can_be_picked_by_number(events: list[int | Event]) -> None:
    life = SimulatedChat()
    for event in events:
        messages = life.next(event)
        assert len([m for m in messages if m.options or (m.tools and m.kind is not MessageKind.NOTE)]) <= 1


@pytest.mark.parametrize("flow", FLOWS)
def test_every_link_leads_somewhere(library: ContentBundle, flow: str) -> None:
    """A link to a flow that is only a part of others leads to the first question."""
    session, messages = step(library, Session(), Start(flow))
    session, messages = step(library, session, ButtonPress(messages[-1].options[0].id))
    assert messages[-1].kind is MessageKind.QUESTION
    assert session.flow == flow or flow not in library.entry_flows
