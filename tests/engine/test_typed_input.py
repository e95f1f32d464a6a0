"""Typed words that are no answer, wherever somebody stands: each does what its button does, and decides nothing."""

from dataclasses import replace

import pytest

from bot.engine.session import ButtonPress, MessageKind, OtherInput, Start, TypedText
from bot.model.bundle import ContentBundle
from bot.model.flow import Question
from tests.support.stories import Chat, says


@pytest.mark.parametrize(
    ("words", "button"),
    [
        ("help now", "!urgent"),
        ("go on", "!resume"),
        ("back", "!back"),
        ("my answers", "!review"),
        ("why", "!why"),
        ("explain", "!explain"),
        ("glossary", "!glossary"),
        ("help", "!help"),
        ("all pages", "!all_pages"),
        ("language", "!language"),
        ("stop", "!stop"),
        ("english", "!language:en"),
    ],
)
def test_a_word_does_what_its_button_does(library: ContentBundle, words: str, button: str) -> None:
    one, other = Chat(library), Chat(library)
    for chat in (one, other):
        chat.begin()
        chat.press("bleeding")
    one.send(TypedText(words, one.session.turn))
    other.press(button)
    assert one.last == other.last
    assert one.session == other.session


def test_go_on_before_the_start_is_the_consent(library: ContentBundle) -> None:
    chat = Chat(library)
    chat.send(Start())
    assert chat.send(TypedText("go on")).kind is MessageKind.QUESTION
    assert chat.session.consented


def test_words_for_the_question_that_was_there_before_are_no_answer_to_this_one(chat: Chat) -> None:
    """Yes to the danger signs, written before they could be read."""
    before = chat.session
    chat.send(TypedText("yes", before.turn - 1))
    assert chat.last[0].text == says(chat, "too_early")
    assert chat.session == before
    chat.send(TypedText("back", before.turn - 1))
    assert chat.last[0].text == says(chat, "too_early")
    assert chat.session == before


def test_words_of_danger_come_first_even_where_an_answer_is_called_so(library: ContentBundle) -> None:
    """Written too early, the same words answer nothing; but they are heard."""
    safety = library.flow("safety")
    signs = safety.states["signs"]
    assert isinstance(signs, Question)
    options = tuple(replace(option, text="Emergency") if option.id == "yes" else option for option in signs.options)
    states = {**safety.states, "signs": replace(signs, options=options)}
    flows = {**library.flows["en"], "safety": replace(safety, states=states)}
    chat = Chat(replace(library, flows={**library.flows, "en": flows}))
    chat.begin()
    chat.press("bleeding")
    chat.send(TypedText("emergency", chat.session.turn - 1))
    assert chat.last[0].kind is MessageKind.EMERGENCY
    assert "safety.signs" not in chat.session.answers


def test_words_that_came_late_but_ask_for_something_are_heard(chat: Chat) -> None:
    chat.send(TypedText("why", chat.session.turn - 1))
    assert chat.last[0].lead == says(chat, "why_intro")
    chat.press("!stop")
    chat.send(TypedText("yes", chat.session.turn - 1))
    assert chat.last[0].text == says(chat, "opening_words"), "nothing is asked, so nothing came too early"


def test_a_button_of_another_turn_takes_nothing_back(chat: Chat) -> None:
    before = chat.session
    for button in ("!back", "!change:chooser.topic", "yes"):
        chat.send(ButtonPress(button, before.turn - 1))
        assert chat.last[0].text == says(chat, "earlier_question"), button
        assert chat.session == before


def test_an_option_that_is_not_asked_is_no_answer(chat: Chat) -> None:
    before = chat.session
    chat.press("pouring")
    assert chat.last[0].text == says(chat, "earlier_question")
    assert chat.session == before


def test_a_photo_gets_a_sentence_and_the_question_again(chat: Chat) -> None:
    before = chat.session
    screen = chat.send(OtherInput("not_understood"))
    assert chat.last[0].text == says(chat, "not_understood")
    assert (screen.state_id, chat.session) == ("safety.signs", before)


def test_the_second_time_that_words_are_not_understood_help_and_a_way_to_stop_are_offered(chat: Chat) -> None:
    chat.send(TypedText("xyzzy qwrt"))
    assert chat.last[0].text == says(chat, "not_understood")
    assert chat.session.unmatched == 1
    chat.send(TypedText("xyzzy qwrt"))
    assert chat.last[0].text == says(chat, "not_understood_again")
    assert [button.id for button in chat.last[0].buttons] == ["!help", "!stop", "!urgent"]
    assert chat.session.unmatched == 2
    chat.press("no")
    assert chat.session.unmatched == 0


@pytest.mark.parametrize("word", ["yes", "nope"])
def test_a_bare_yes_or_no_that_could_mean_many_things_is_asked_again_by_its_own_sentence(chat: Chat, word: str) -> None:
    chat.tap({}, at="safety.blood_now")
    chat.send(TypedText(word))
    assert chat.last[0].text == says(chat, "yes_or_no_of_which")
    assert "safety.blood_now" not in chat.session.answers


def test_a_changed_answer_ends_the_change(chat: Chat) -> None:
    chat.press("!change:chooser.topic")
    chat.press("pain")
    assert chat.session.changing == ""
    assert chat.session.answers == {"chooser.topic": "pain"}


def test_words_for_no_page_are_told_so_and_the_list_is_shown_to_who_only_reads(library: ContentBundle) -> None:
    chat = Chat(library)
    chat.begin()
    chat.press("reading")
    chat.send(TypedText("xyzzy qwrt"))
    assert chat.last[0].text == says(chat, "not_found")
    assert chat.screen.kind is MessageKind.LIST
    assert "!subject" in "".join(button.id for button in chat.screen.buttons)


def test_who_was_told_how_soon_is_told_it_once_more(library: ContentBundle) -> None:
    chat = Chat(library)
    chat.begin()
    ending = chat.tap({"chooser.topic": "bleeding", "safety.blood_now": "spots", "safety.age": "age_30_44"})
    assert ending.kind is MessageKind.ENDING
    assert chat.send(TypedText("xyzzy qwrt")).text == ending.text
    assert chat.last[0].text == says(chat, "once_more")


def test_before_the_start_words_get_the_way_to_begin(library: ContentBundle) -> None:
    chat = Chat(library)
    chat.send(Start())
    screen = chat.send(TypedText("xyzzy qwrt"))
    assert chat.last[0].text == says(chat, "opening_words")
    assert screen.kind is MessageKind.OPENING


def test_where_the_bot_only_informs_words_for_no_page_are_told_so_and_the_danger_signs_stay(
    library: ContentBundle,
) -> None:
    chat = Chat(replace(library, information_only=True))
    opening = chat.send(Start())
    screen = chat.send(TypedText("xyzzy qwrt"))
    assert chat.last[0].text == says(chat, "not_found")
    assert screen == opening


def test_at_an_emergency_nothing_stands_before_the_number(chat: Chat) -> None:
    assert chat.press("yes").kind is MessageKind.EMERGENCY
    screen = chat.screen
    chat.send(TypedText("thank you"))
    assert chat.last[0] == screen


def test_a_word_of_the_glossary_is_explained(chat: Chat) -> None:
    term = next(iter(chat.library.terms("en").values()))
    chat.send(TypedText(f"what is {term.term}"))
    assert term.text.split("{")[0][:20] in chat.last[0].text
    assert chat.screen.state_id == "safety.signs"
