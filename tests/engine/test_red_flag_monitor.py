"""Should flow and proof ever disagree, the red flags themselves still force the emergency screen."""

from dataclasses import replace

import pytest

from bot.engine.machine import build_machine
from bot.engine.session import MessageKind
from bot.model.bundle import ContentBundle
from bot.model.content import RedFlag
from bot.model.flow import Question
from bot.model.guards import AnswerIs
from bot.model.urgency import Urgency
from tests.support.stories import Chat


@pytest.fixture
def broken(library: ContentBundle) -> ContentBundle:
    """The shipped library with one arrow bent: fainting leads on to the next question, as if nothing were."""
    safety = library.flow("safety")
    signs = safety.states["signs"]
    assert isinstance(signs, Question)
    options = tuple(replace(option, goto="blood_now") if option.id == "yes" else option for option in signs.options)
    bent = replace(safety, states={**safety.states, "signs": replace(signs, options=options)})
    flag = RedFlag("R01", "Heavy loss or shock", Urgency.EMERGENCY, AnswerIs("safety.signs", frozenset({"yes"})))
    return replace(
        library,
        flows={**library.flows, "en": {**library.flows["en"], "safety": bent}},
        machines={**library.machines, "safety": build_machine(bent)},
        red_flags=(flag,),
    )


def test_a_bent_arrow_still_ends_in_an_emergency_screen(broken: ContentBundle) -> None:
    chat = Chat(broken)
    chat.begin("bleeding_after_sex")
    screen = chat.press("yes")
    assert screen.kind is MessageKind.EMERGENCY
    assert "112, 911 or 999" in screen.text
    assert chat.session.shown_emergency


def test_the_mistake_button_of_a_forced_screen_opens_the_question_again(broken: ContentBundle) -> None:
    chat = Chat(broken)
    chat.begin("bleeding_after_sex")
    chat.press("yes")
    assert chat.press("!mistake").state_id == "safety.signs"


def test_it_is_the_wire_that_does_it(broken: ContentBundle) -> None:
    chat = Chat(replace(broken, red_flags=()))
    chat.begin("bleeding_after_sex")
    assert chat.press("yes").kind is MessageKind.QUESTION
