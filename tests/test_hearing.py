"""What people type: generous about form, strict about meaning."""

import re

import pytest

from bot.content import Phrases
from bot.flow import Option, Question
from bot.hearing import is_alarm, means, plain, understand
from bot.library import BASE, Library
from bot.session import Session
from bot.speaking import TOOLS, act
from bot.voice import Voice

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


def questions(library: Library) -> list[Question]:
    return [question for flow in library.flows[BASE].values() for question in flow.questions()]


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
        "mild": "mild",
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
def test_generous_about_form(library: Library, text: str, meant: str) -> None:
    assert understand(PAIN, text, library.phrases[BASE]) == meant


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
        "mild or strong",
        "no pain but blood",
        "maybe no",
        "nothing",
        "a",  # this question has numbers
    ],
)
def test_strict_about_meaning(library: Library, text: str) -> None:
    assert understand(PAIN, text, library.phrases[BASE]) is None


@pytest.mark.parametrize("text", ["1", "2", "12", "13", "14", "7", "option 1", "13 15"])
def test_an_age_is_never_heard_as_a_position(library: Library, text: str) -> None:
    assert understand(AGE, text, library.phrases[BASE]) is None


def test_where_options_begin_with_numbers_letters_pick(library: Library) -> None:
    assert [understand(AGE, text, library.phrases[BASE]) for text in ("a", "B)", "13 to 15")] == [
        "child",
        "teen",
        "teen",
    ]


def test_every_option_that_is_shown_can_be_typed(library: Library) -> None:
    """By its key, by the words on its button and by its whole text: for each question that ships."""
    phrases = library.phrases[BASE]
    for question in questions(library):
        for key, option in zip(question.keys, question.shown, strict=True):
            for text in filter(None, (key, option.label or phrases.texts[option.id], option.text)):
                assert understand(question, text, phrases) == option.id, f"{question.name}: {text!r}"


def test_a_plain_no_is_a_no_or_nothing(library: Library) -> None:
    for question in questions(library):
        for word in library.phrases[BASE].words["no"]:
            meant = ("no", None, "none") if word == "none" else ("no", None)
            assert understand(question, word, library.phrases[BASE]) in meant, f"{question.name}: {word!r}"


def test_an_option_called_yes_or_no_says_no_more_than_that(library: Library) -> None:
    """A bare "no" to "could you be pregnant?" is not "no womb, or never sex with sperm"."""
    more = re.compile(r"(Yes|No)(, (one|none) (of|or) (these|more)| (radiotherapy|egg collection), .*)?")
    for question in questions(library):
        for option in question.options:
            if option.id in ("yes", "no") and (question.name, option.id) not in NARROW:
                assert more.fullmatch(option.text), f"{question.name}: {option.text}"


def test_none_is_nothing_where_it_could_mean_two_things() -> None:
    """Was your neck squeezed, and any of these since? "None" may be: it did not happen, or: none of these since."""
    neck = Question(
        "neck", "", (Option("no", "No, that did not happen", "x"), Option("none", "None of these since", "x"))
    )
    phrases = Phrases(BASE, {}, {"no": ("no", "none")})
    assert understand(neck, "none", phrases) is None
    assert understand(neck, "no", phrases) == "no"


def test_what_stands_under_a_question_may_be_typed_as_it_stands(library: Library) -> None:
    voice = Voice(library, Session())
    for name in (*TOOLS, "stop"):
        (button,) = act(voice, name)
        assert means(button.label, name, voice.phrases), f"{button.label!r} is not heard as {name!r}"


def test_no_word_to_do_something_is_also_an_answer(library: Library) -> None:
    """Else the same word would go back at one question, and answer the next."""
    phrases = library.phrases[BASE]
    for question in questions(library):
        for name in (*TOOLS, "stop"):
            for word in phrases.words[name]:
                assert understand(question, word, phrases) in (None, "help_now", "stop"), f"{question.name}: {word!r}"


@pytest.mark.parametrize(
    "text",
    [
        "I want to die",
        "i can’t breathe!!",
        "i CANT BREATHE",
        "she is unconscious",
        "he raped me",
        "the bleeding won’t stop",
        "I'm not safe here",
        "i fainted\u200f",
    ],
)
def test_words_of_alarm_are_heard_anywhere(library: Library, text: str) -> None:
    assert is_alarm(text, library.phrases[BASE])


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
def test_the_words_this_bot_is_about_are_no_alarm(library: Library, text: str) -> None:
    assert not is_alarm(text, library.phrases[BASE])


def test_no_label_of_an_option_or_button_is_an_alarm_that_hides_it(library: Library) -> None:
    """An option may hold words of alarm (its author thought about it); it is then heard as that option."""
    phrases = library.phrases[BASE]
    for question in questions(library):
        for option in question.options:
            if option.text and is_alarm(option.text, phrases):
                assert understand(question, option.text, phrases) == option.id


@pytest.mark.parametrize(
    ("text", "heard"),
    {
        "CAFE\u0301": "café",  # a letter and its accent, apart or together
        "don’t": "dont",
        "Ελένης": "ελένησ",
        "हाँ": "हाँ",  # the marks that belong to letters stay: without them, other words
        "a\u00a0\u2009b": "a b",
        "zero\u200bwidth": "zerowidth",
        "２０": "20",
        "!?": "",
    }.items(),
)
def test_plain(text: str, heard: str) -> None:
    assert plain(text) == heard


def test_plain_is_settled_at_once() -> None:
    for text in ("ŉ", "İ", "ﬃ", "ΐ", "½", "ẞ", "²"):
        assert plain(plain(text)) == plain(text)
