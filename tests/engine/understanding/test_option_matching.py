"""What people type: generous about form, strict about meaning."""

import re

import pytest

from bot.authoring.loader import content_root, load_bundle
from bot.engine.presenters.buttons import command_buttons
from bot.engine.presenters.question import QUESTION_COMMANDS
from bot.engine.presenters.texts import Texts
from bot.engine.session import Session
from bot.engine.understanding.danger import find_danger
from bot.engine.understanding.folding import fold as normalize
from bot.engine.understanding.folding import read_typed
from bot.engine.understanding.option_matching import match_option
from bot.engine.understanding.phrase_lists import is_phrase
from bot.model.bundle import BASE_LANGUAGE, ContentBundle
from bot.model.content import Phrases
from bot.model.flow import Option, Question

PAIN = Question(
    "pain",
    "Is there any pain?",
    (
        Option("no", "No", "x"),
        Option("not_sure", "", "x"),
        Option("prefer_not_to_say", "", "x"),
        Option("mild", "Mild, comes and goes", "x"),
        Option("strong", "Strong, I can't stand straight", "x", "Strong"),
        Option("yes", "Yes", "x"),
    ),
)
AGE = Question("age", "How old are you?", (Option("child", "12 or under", "x"), Option("teen", "13 to 15", "x")))
NARROW = {  # these say more, but nobody who types the bare word can mean another option
    ("safe", "yes"),  # or I am with nobody
    ("wetness", "no"),  # it differs from what is usual
}


@pytest.fixture(scope="module")
def both() -> ContentBundle:
    return load_bundle(content_root(), include_drafts=True)[0]


def asked(library: ContentBundle, at: str, language: str = BASE_LANGUAGE) -> Question:
    flow, _, name = at.partition(".")
    question = library.flow(flow, language).states[name]
    assert isinstance(question, Question)
    return question


def questions(library: ContentBundle) -> list[Question]:
    return [question for flow in library.flows[BASE_LANGUAGE].values() for question in flow.questions()]


@pytest.mark.parametrize(
    ("text", "meant"),
    {
        "no": "no",
        "No.": "no",
        "  NO!!! ": "no",
        "nope": "no",
        "“No”": "no",
        "no 😭": "no",
        "\u200fno\u200f": "no",  # marks that turn the direction of writing
        "ｎｏ": "no",  # full width
        "2": "mild",
        "2.": "mild",
        "#2": "mild",
        "(2)": "mild",
        "２": "mild",
        "٢": "mild",  # Arabic
        "२": "mild",  # Hindi
        "2️⃣": "mild",  # the keycap
        "number 2": "mild",
        "Answer 2": "mild",
        "mild comes and goes": "mild",
        "MILD - comes, and goes": "mild",
        "strong": "strong",
        "Strong, I can’t stand straight": "strong",
        "strong, i cant stand straight": "strong",
        "strong i can´t stand straight": "strong",
        "strong i can`t stand straight": "strong",
        "yeah": "yes",
        "y": "yes",
        "not sure": "not_sure",
        "not_sure": "not_sure",
        "dunno": "not_sure",
        "I don’t know": "not_sure",
        "i'm not sure": "not_sure",
        "prefer not to say": "prefer_not_to_say",
        "skip": "prefer_not_to_say",
    }.items(),
)
def test_generous_about_form(library: ContentBundle, text: str, meant: str) -> None:
    assert match_option(PAIN, text, library.phrases[BASE_LANGUAGE]) == meant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "👍",
        "?",
        "yes and no",
        "yes, no",
        "no 2",  # "no. 2", or "no, 2"?
        "2 3",
        "23",
        "0",
        "7",
        "-",
        "1.5",
        "not mild",
        "mild",  # comes and goes?
        "no?",
        "no thanks",
        "yes ¿",
        "mild or strong",
        "no pain but blood",
        "maybe no",
        "nothing",
        "a",  # this question has numbers
    ],
)
def test_strict_about_meaning(library: ContentBundle, text: str) -> None:
    assert match_option(PAIN, text, library.phrases[BASE_LANGUAGE]) is None


@pytest.mark.parametrize("text", ["1", "2", "12", "13", "14", "7", "option 1", "13 15"])
def test_an_age_is_never_heard_as_a_position(library: ContentBundle, text: str) -> None:
    assert match_option(AGE, text, library.phrases[BASE_LANGUAGE]) is None


def test_where_options_begin_with_numbers_letters_pick(library: ContentBundle) -> None:
    assert [match_option(AGE, text, library.phrases[BASE_LANGUAGE]) for text in ("a", "B)", "13 to 15")] == [
        "child",
        "teen",
        "teen",
    ]


def test_every_option_that_is_shown_can_be_typed(library: ContentBundle) -> None:
    """By its key, by the words on its button and by its whole text: for each question that ships."""
    phrases = library.phrases[BASE_LANGUAGE]
    for question in questions(library):
        for key, option in zip(question.typed_keys, question.displayed_options, strict=True):
            for text in filter(None, (key, option.button_label or phrases.texts[option.id], option.text)):
                assert match_option(question, text, phrases) == option.id, f"{question.name}: {text!r}"


def test_a_plain_no_is_a_no_or_nothing(library: ContentBundle) -> None:
    for question in questions(library):
        for word in library.phrases[BASE_LANGUAGE].words["no"]:
            meant = match_option(question, word, library.phrases[BASE_LANGUAGE])
            assert meant in ("no", "none", None), f"{question.name}: {word!r}"


def test_an_option_called_yes_or_no_says_no_more_than_that(library: ContentBundle) -> None:
    """A bare "no" to "could you be pregnant?" is not "no womb, or never sex with sperm"."""
    more = re.compile(r"(Yes|No)(, (one|none) (of|or) (these|more)| (radiotherapy|egg collection), .*)?")
    for question in questions(library):
        for option in question.options:
            if option.id in ("yes", "no") and (question.name, option.id) not in NARROW:
                assert more.fullmatch(option.text), f"{question.name}: {option.text}"


AS_TYPED = {
    ("safety.age", "im 15"): "age_13_15",
    ("safety.age", "she is 31"): "age_30_44",
    ("safety.age", "I’m 15!"): "age_13_15",
    ("safety.age", "15yo"): "age_13_15",
    ("safety.age", "16 y/o"): "age_16_17",
    ("safety.age", "i am 44 years old"): "age_30_44",
    ("safety.age", "shes 61"): "age_60",
    ("pregnant.weeks", "38+2"): "weeks_37",
    ("pregnant.weeks", "38 + 2"): "weeks_37",
    ("pregnant.weeks", "im 38+2"): "weeks_37",
    ("pregnant.weeks", "19+6"): "weeks_12_19",
    ("pregnant.weeks", "11 weeks and 6 days"): "under_12",
    ("pregnant.weeks", "20w3d"): "weeks_20_23",
    ("pregnant.weeks", "9 weeks pregnant"): "under_12",
    ("pregnant.weeks", "24"): "weeks_24_36",
    ("safety.blood_now", "no blood"): "none",
    ("safety.blood_now", "there is no blood, thanks"): "none",
    ("safety.pain", "no pain"): "none",
    ("safety.pain", "i have no pain at all"): "none",
    ("safety.gate", "no"): "none",
    ("safety.gate", "Nope."): "none",
    ("safety.gate", "none"): "none",
    ("unusual_discharge.skin", "no"): "none",
    ("pain_with_sex.life", "nah"): "none",
    ("safety.signs", "yeah"): "yes",
    ("safety.signs", "yes please"): "yes",
    ("safety.signs", "idk"): "not_sure",
    ("safety.pain", "i dunno"): "not_sure",
}


@pytest.mark.parametrize(("at", "text"), AS_TYPED)
def test_people_type_as_they_speak(library: ContentBundle, at: str, text: str) -> None:
    assert match_option(asked(library, at), text, library.phrases[BASE_LANGUAGE]) == AS_TYPED[at, text]


EN_ESPANOL = {
    ("safety.age", "tengo 15"): "age_13_15",
    ("safety.age", "ella tiene 31 años"): "age_30_44",
    ("pregnant.weeks", "38+2"): "weeks_37",
    ("pregnant.weeks", "estoy de 12 semanas"): "weeks_12_19",
    ("pregnant.weeks", "20 semanas y 3 días"): "weeks_20_23",
    ("safety.gate", "no"): "none",
    ("safety.gate", "nop"): "none",
    ("safety.signs", "sip"): "yes",
    ("safety.signs", "si"): "yes",
    ("safety.signs", "ni idea"): "not_sure",
    ("safety.signs", "no se"): "not_sure",
    ("safety.blood_now", "nada de sangre"): "none",
}


@pytest.mark.parametrize(("at", "text"), EN_ESPANOL)
def test_and_in_spanish(both: ContentBundle, at: str, text: str) -> None:
    assert match_option(asked(both, at, "es"), text, both.phrases["es"]) == EN_ESPANOL[at, text]


@pytest.mark.parametrize(
    ("at", "text"),
    [
        ("safety.age", "about 16"),
        ("safety.age", "almost 16"),
        ("safety.age", "15 or 16"),
        ("safety.age", "15 16"),
        ("safety.age", "9 weeks"),  # no age
        ("safety.age", "38+2"),
        ("safety.age", "im 15 weeks"),
        ("safety.age", "15 next week"),
        ("safety.age", "i was 15"),
        ("safety.age", "no"),
        ("pregnant.weeks", "38+7"),  # a week has seven days
        ("pregnant.weeks", "30 years"),
        ("pregnant.weeks", "38 2"),
        ("pregnant.weeks", "38.5"),
        ("pregnant.weeks", "2 days"),
        ("pregnant.weeks", "60 weeks"),
        ("safety.blood_now", "no"),  # "how much is there?"
        ("safety.blood_now", "there was no blood"),
        ("safety.blood_now", "no blood but pain"),
        ("safety.pain", "no"),  # "how bad is it?"
        ("safety.neck", "none"),  # it did not happen, or it did and there is no sign since
        ("safety.neck", "none of these"),
        ("bleeding_questions.method", "no"),
        ("safety.pregnant", "no"),  # only some reasons rule a pregnancy out
    ],
)
def test_what_could_mean_two_things_is_asked_again(library: ContentBundle, at: str, text: str) -> None:
    assert match_option(asked(library, at), text, library.phrases[BASE_LANGUAGE]) is None


def test_a_no_is_none_of_these_only_where_nothing_else_is_a_no(library: ContentBundle) -> None:
    found = {
        flow.full_name(question.name): option
        for flow in library.flows[BASE_LANGUAGE].values()
        for question in flow.questions()
        if (option := match_option(question, "no", library.phrases[BASE_LANGUAGE])) not in ("no", None)
    }
    assert set(found.values()) == {"none"}
    for at in found:
        question = asked(library, at)
        noes = [option.text for option in question.options if normalize(option.text).split()[:1] in (["no"], ["none"])]
        assert noes == ["None of these"], at


def test_none_is_nothing_where_it_could_mean_two_things() -> None:
    """Was your neck squeezed, and any of these since? "None" may be: it did not happen, or: none of these since."""
    neck = Question(
        "neck", "", (Option("no", "No, that did not happen", "x"), Option("none", "None of these since", "x"))
    )
    phrases = Phrases(BASE_LANGUAGE, {"not_sure": "Not sure"}, {"no": ("no", "none")})
    assert match_option(neck, "none", phrases) is None
    assert match_option(neck, "no", phrases) == "no"


def test_what_stands_under_a_question_may_be_typed_as_it_stands(library: ContentBundle) -> None:
    voice = Texts(library, Session())
    for name in (*QUESTION_COMMANDS, "stop"):
        (button,) = command_buttons(voice, name)
        assert is_phrase(normalize(button.label), name, voice.phrases), f"{button.label!r} is not heard as {name!r}"


def test_no_word_to_do_something_is_also_an_answer(library: ContentBundle) -> None:
    """Else the same word would go back at one question, and answer the next."""
    phrases = library.phrases[BASE_LANGUAGE]
    for question in questions(library):
        for name in (*QUESTION_COMMANDS, "stop"):
            for word in phrases.words[name]:
                assert match_option(question, word, phrases) in (None, "help_now", "stop"), f"{question.name}: {word!r}"


@pytest.mark.parametrize(
    "text",
    [
        "I want to die",
        "i can’t breathe!!",
        "i CANT BREATHE",
        "she is unconscious",
        "he raped me",
        "the bleeding won’t stop",
        "i think im bleeding a lot",
        "so much blood!",
        "I'm not safe here",
        "i fainted\u200f",
    ],
)
def test_words_of_alarm_are_heard_anywhere(library: ContentBundle, text: str) -> None:
    assert find_danger(library.vocabulary.index, read_typed(text))


@pytest.mark.parametrize(
    "text",
    [
        "I bleed after sex",
        "there is blood",
        "it hurts",
        "I feel sad",
        "I am scared",
        "grape juice",
        "drape",
        "discharge",
        "",
    ],
)
def test_the_words_this_bot_is_about_are_no_alarm(library: ContentBundle, text: str) -> None:
    assert not find_danger(library.vocabulary.index, read_typed(text))


def test_no_label_of_an_option_or_button_is_an_alarm_that_hides_it(library: ContentBundle) -> None:
    """An option may hold words of alarm (its author thought about it); it is then heard as that option."""
    phrases = library.phrases[BASE_LANGUAGE]
    for question in questions(library):
        for option in question.options:
            if option.text and find_danger(library.vocabulary.index, read_typed(option.text)):
                assert match_option(question, option.text, phrases) == option.id


@pytest.mark.parametrize(
    ("text", "heard"),
    {
        "CAFE\u0301": "cafe",  # a letter and its accent, apart or together
        "don’t": "dont",
        "Ελένης": "ελενησ",
        "हाँ": "हाँ",  # the marks that belong to letters stay: without them, other words
        "a\u00a0\u2009b": "a b",
        "zero\u200bwidth": "zero width",
        "２０": "20",
        "!?": "",
    }.items(),
)
def test_plain(text: str, heard: str) -> None:
    assert normalize(text) == heard


def test_plain_is_settled_at_once() -> None:
    for text in ("ŉ", "İ", "ﬃ", "ΐ", "½", "ẞ", "²"):
        assert normalize(normalize(text)) == normalize(text)
