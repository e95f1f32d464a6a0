"""Short answers are never bent: what could mean two things, or says less than an answer does, is asked again."""

import pytest

from bot.authoring.loader import content_root, load_bundle
from bot.engine.session import ButtonPress, MessageKind, Session, Start, TypedText
from bot.engine.understanding.folding import read_typed
from bot.engine.understanding.option_matching import match_option, option_for
from bot.model.bundle import ContentBundle
from bot.model.flow import Question
from tests.support.stories import Chat, says

BOTH = load_bundle(content_root(), include_drafts=True)[0]
WAY = {"chooser.topic": "bleeding", "safety.signs": "no", "safety.pregnant": "ruled_out", "safety.blood_now": "spots"}
WAY |= {"safety.pain": "none", "safety.fever": "no", "safety.age": "age_30_44", "safety.unwanted": "yes"}


def question(at: str, language: str = "en") -> Question:
    flow, _, name = at.partition(".")
    found = BOTH.flow(flow, language).states[name]
    assert isinstance(found, Question)
    return found


def at(name: str) -> Chat:
    """Somebody at this question, after calm answers."""
    chat = Chat(BOTH)
    chat.begin()
    chat.tap(WAY, at=name)
    assert chat.screen.state_id == name
    return chat


def note_to(chat: Chat, text: str) -> str:
    """What is said first to *text*, which must answer nothing."""
    before = chat.session.answers
    chat.send(TypedText(text, chat.session.turn))
    assert chat.session.answers == before, text
    return chat.last[0].text


@pytest.mark.parametrize(
    ("name", "text", "phrase"),
    [
        ("safety.pain", "10", "pain_score"),
        ("safety.pain", "1", "pain_score"),
        ("safety.pain", "2", "pain_score"),
        ("safety.pain", "3", "pain_score"),
        ("safety.pain", "10/10", "pain_score"),
        ("safety.pain", "8 out of 10", "pain_score"),
        ("unwanted_sex.when", "1", "which_unit"),
        ("unwanted_sex.when", "2", "which_unit"),
        ("safety.blood_now", "2", "number_unclear"),
        ("safety.age", "130", "no_such_age"),
        ("safety.age", "2996", "no_such_age"),
        ("safety.age", "-5", "no_such_age"),
        ("safety.age", "4", "is_that_the_age"),
        ("safety.pain", "back", "which_meaning"),
    ],
)
def test_a_number_that_can_mean_several_things_is_asked_about(name: str, text: str, phrase: str) -> None:
    chat = at(name)
    said = note_to(chat, text)
    assert said.partition("{")[0] == says(chat, phrase).replace("{emergency_number}", "112, 911 or 999")
    assert chat.screen.state_id == name


@pytest.mark.parametrize("name", ["blood_in_semen.how_often", "pain_with_sex.since", "bleeding_questions.before"])
def test_a_number_is_no_answer_where_an_amount_or_a_time_is_asked_for(name: str) -> None:
    assert match_option(question(name), "2", BOTH.phrases_in("en")) is None


def test_to_a_pain_score_the_strongest_answers_are_shown_first() -> None:
    chat = at("safety.pain")
    usual = [option.id for option in chat.screen.options]
    note_to(chat, "10")
    shown = [option.id for option in chat.screen.options]
    assert shown[0] == "severe"
    assert sorted(shown) == sorted(usual)
    assert shown[-2:] == ["not_sure", "prefer_not_to_say"]
    chat.press("severe")
    assert chat.session.answers["safety.pain"] == "severe"


def test_a_number_is_an_options_number_only_where_it_is_seen() -> None:
    """In Telegram no number stands beside options that are short; a list of long ones has numbers."""
    questions = (one for flow in BOTH.flows["en"].values() for one in flow.questions())
    plain = next(one for one in questions if not any(option.button for option in one.options) and not one.counts)
    phrases = BOTH.phrases_in("en")
    assert match_option(plain, "1", phrases) is not None
    assert option_for(plain, read_typed("1"), phrases) is None


@pytest.mark.parametrize("text", ["112", "911", "999"])
@pytest.mark.parametrize("name", ["safety.age", "safety.pain", "safety.signs"])
def test_an_emergency_number_is_a_call_for_help(name: str, text: str) -> None:
    chat = at(name)
    note_to(chat, text)
    assert "!urgent" in [button.id for button in chat.last[0].buttons]


WHEN = {
    "yesterday": "days",
    "last night": "days",
    "2 days ago": "days",
    "today": "days",
    "two days ago": "days",
    "36 hours ago": "days",
    "a week ago": "days",
    "3 weeks ago": "weeks",
    "two months ago": "longer",
    "2 years ago": "longer",
    "ages ago": None,
    "2": None,
}


@pytest.mark.parametrize("text", WHEN)
def test_times_are_understood_where_it_is_asked_when(text: str) -> None:
    assert match_option(question("unwanted_sex.when"), text, BOTH.phrases_in("en")) == WHEN[text]


@pytest.mark.parametrize(
    ("text", "meant"), {"ayer": "days", "hace 2 días": "days", "hace tres semanas": "weeks"}.items()
)
def test_and_in_spanish(text: str, meant: str) -> None:
    assert match_option(question("unwanted_sex.when", "es"), text, BOTH.phrases_in("es")) == meant


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("safety.signs", "no?"),
        ("safety.signs", "no i think?"),
        ("safety.signs", "no¿"),
        ("safety.signs", "no？"),
        ("safety.unwanted", "no thanks"),
        ("safety.pregnant", "negative"),
        ("safety.fever", "rash"),
        ("safety.swelling", "sores"),
        ("pregnant.waters", "clear"),
        ("safety.signs_unsure", "fine"),
        ("safety.coil", "fine"),
        ("safety.blood_now", "light"),
        ("safety.age", "\x1b[A"),
        ("safety.age", "\x1bOA"),
    ],
)
def test_what_says_less_than_the_answer_is_asked_again(name: str, text: str) -> None:
    assert match_option(question(name), text, BOTH.phrases_in("en")) is None


def test_a_no_to_the_offered_help_is_no_answer_to_the_question_below() -> None:
    chat = at("safety.signs")
    chat.send(TypedText("i am fainting", chat.session.turn))
    assert "!urgent" in [button.id for button in chat.last[0].buttons]
    for words in ("no", "no thanks"):
        chat.send(TypedText("i am fainting", chat.session.turn))
        assert note_to(chat, words) == says(chat, "offer_declined")
    chat.send(TypedText("no", chat.session.turn))
    assert chat.session.answers["safety.signs"] == "no", "the second no is for the question"


def test_a_yes_to_the_offered_help_shows_the_number() -> None:
    chat = at("safety.signs")
    chat.send(TypedText("i am fainting", chat.session.turn))
    assert chat.send(TypedText("yes please", chat.session.turn)).kind is MessageKind.EMERGENCY
    assert "safety.signs" not in chat.session.answers


def test_a_tap_after_the_offer_ends_it() -> None:
    chat = at("safety.signs")
    chat.send(TypedText("i am fainting", chat.session.turn))
    chat.press("!why")
    chat.send(TypedText("no", chat.session.turn))
    assert chat.session.answers["safety.signs"] == "no"


def test_cancel_in_a_change_leaves_the_change() -> None:
    chat = at("safety.blood_now")
    before = chat.session.answers
    chat.press("!change:safety.signs")
    assert chat.session.changing == "safety.signs"
    chat.send(TypedText("cancel", chat.session.turn))
    assert (chat.session.changing, chat.session.answers, chat.screen.state_id) == ("", before, "safety.blood_now")


@pytest.mark.parametrize("words", ["wait i mean yes", "i meant yes", "No wait, yes"])
def test_a_correction_offers_to_change_the_answer_before(words: str) -> None:
    chat = at("safety.signs")
    chat.send(TypedText("no", chat.session.turn))
    note_to(chat, words)
    assert [button.id for button in chat.last[0].buttons] == ["!change:safety.signs"]
    chat.send(TypedText("yes", chat.session.turn))
    assert chat.session.changing == "safety.signs"


def test_back_is_asked_about_where_it_is_a_word_of_the_question_and_its_button_goes_back() -> None:
    chat = at("safety.pain")
    note_to(chat, "back")
    assert [button.id for button in chat.last[0].buttons] == ["!back"]
    asked = chat.screen.state_id
    chat.send(TypedText("go back", chat.session.turn))
    assert chat.screen.state_id != asked


PLAIN = {
    ("safety.signs", "none of them"): "no",
    ("safety.signs", "none of the above"): "no",
    ("safety.signs", "yes i do"): "yes",
    ("safety.fever", "no fever"): "no",
    ("safety.signs", "number two"): "yes",
    ("safety.age", "option b"): "age_13_15",
    ("safety.signs", "option 2"): "yes",
}


@pytest.mark.parametrize(("name", "text"), PLAIN)
def test_plain_answers_are_understood(name: str, text: str) -> None:
    assert match_option(question(name), text, BOTH.phrases_in("en")) == PLAIN[name, text]


@pytest.mark.parametrize(
    "words", ["Spanish", "espanol", "español", "hablas español?", "do you speak spanish", "spanish please"]
)
def test_a_language_is_asked_for_by_its_name(words: str) -> None:
    chat = at("safety.signs")
    before = chat.session.answers
    chat.send(TypedText(words, chat.session.turn))
    assert (chat.session.language, chat.session.answers) == ("es", before)


def test_an_invisible_space_is_a_space_and_a_tab_too() -> None:
    assert read_typed("im\u200bdying").folded == "im dying"
    assert read_typed("chest\tpain").folded == "chest pain"


def test_a_suggested_flow_begins_at_once_only_where_nothing_is_lost(library: ContentBundle) -> None:
    chat = Chat(library)
    chat.send(Start())
    chat.press("!begin_flow:pain_with_sex")
    assert chat.screen.kind is MessageKind.OPENING, "before consent it is the first screen"
    chat.begin()
    chat.press("!begin_flow:pain_with_sex")
    assert (chat.session.flow, chat.screen.kind) == ("pain_with_sex", MessageKind.QUESTION)
    chat.press(chat.screen.options[0].id)
    answers = chat.session.answers
    chat.send(ButtonPress("!begin_flow:unusual_discharge", 0))
    assert (chat.session.answers, chat.screen.kind) == (answers, MessageKind.LIST), "in the middle it is asked first"
    chat.send(ButtonPress("!begin_flow:no_such_flow", 0))
    assert chat.session.answers == answers


def test_nothing_typed_is_in_the_session() -> None:
    chat = at("safety.signs")
    before = chat.session
    chat.send(TypedText("i am fainting", chat.session.turn))
    assert chat.session.with_changes(offered="") == before
    assert chat.session.offered == "help"
    assert "faint" not in chat.session.to_json()
    assert Session.from_json(chat.session.to_json()) == chat.session
