"""What typed words bring: a few things to choose from and no answer, another language, a kind sentence."""

from dataclasses import replace
from functools import cache

import pytest

from bot.authoring.loader import content_root, load_bundle
from bot.authoring.parsing.parse_context import ParseContext
from bot.authoring.parsing.readers.danger import read_danger
from bot.authoring.parsing.readers.heard_languages import read_heard_languages
from bot.authoring.parsing.readers.intents import read_intents
from bot.authoring.parsing.source_file import decode_source_file
from bot.authoring.understanding.training import train
from bot.engine.session import MessageKind, Start, TypedText
from bot.engine.understanding.phrase_index import build_phrase_index
from bot.model.bundle import ContentBundle
from bot.model.understanding import Example, Vocabulary
from tests.support.paths import DATA
from tests.support.stories import Chat, says

FRENCH = ["je saigne depuis hier soir", "est ce que je dois aller voir un docteur", "j ai mal au ventre depuis hier"]
SPANISH = ["me sale sangre despues de tener sexo", "desde ayer me duele mucho", "es normal que me duela despues"]
ENGLISH = {
    "thrush": ["itching like mad and white lumps", "white lumpy stuff and itching", "so itchy down there again"],
    "check_bleeding": [
        "my child is bleeding a little",
        "small child with blood in the nappy",
        "blood in my childs nappy",
    ],
    "danger_bleeding": ["blood is running down my legs", "the towel is full of blood", "soaked three towels already"],
    "out_of_scope": ["can you do my homework", "tell me a joke please", "who won the game"],
}


def reading(name: str) -> ParseContext:
    return ParseContext(decode_source_file(f"content/{name}", (DATA / "vocabulary" / name).read_bytes()))


@cache
def taught() -> ContentBundle:
    """The bundle that ships, with a vocabulary so small that a test knows all of it."""
    bundle = load_bundle(content_root(), include_drafts=True)[0]
    danger, heard = read_danger(reading("danger.yaml")), read_heard_languages(reading("heard.yaml"))
    examples = [
        Example(f"{i}", "en", intent, text) for intent, texts in ENGLISH.items() for i, text in enumerate(texts)
    ]
    examples += [Example("f", "fr", "out_of_scope", text) for text in FRENCH]
    examples += [Example("s", "es", "out_of_scope", text) for text in SPANISH]
    vocabulary = Vocabulary(
        danger={"en": danger},
        heard=heard,
        intents=read_intents(reading("intents.yaml")),
        examples=tuple(examples),
        index=build_phrase_index([danger], heard.values(), bundle.phone_directory.emergency_numbers.values()),
    )
    return replace(bundle, vocabulary=replace(vocabulary, model=train(vocabulary)))


def asked() -> Chat:
    chat = Chat(taught())
    chat.begin()
    chat.press("bleeding")
    return chat


def buttons(chat: Chat) -> list[str]:
    return [button.id for message in chat.last for button in message.buttons]


def test_a_subject_brings_three_things_and_none_of_these_and_the_question_stays_open() -> None:
    chat = asked()
    before = chat.session
    chat.send(TypedText("i have itching and white lumps", chat.session.turn))
    assert chat.last[0].text == says(chat, "these_may_fit")
    assert [button.id for button in chat.last[0].buttons] == [
        "!page:thrush",
        "!page:usual_discharge",
        "!begin_flow:unusual_discharge",
        "!resume",
    ]
    assert all(len(button.id.encode()) <= 40 for button in chat.last[0].buttons)
    assert chat.session == before
    assert chat.press("!resume").state_id == "safety.signs"


def test_what_should_be_checked_first_leads_to_the_signs_of_danger() -> None:
    chat = asked()
    chat.send(TypedText("my child has blood in the nappy", chat.session.turn))
    assert chat.last[0].text == says(chat, "let_us_check")
    assert "!begin_flow:child" in buttons(chat)


def test_danger_by_the_examples_comes_before_thanks() -> None:
    chat = asked()
    chat.send(TypedText("thanks but the towel is full of blood already", chat.session.turn))
    assert "!urgent" in [button.id for button in chat.last[0].buttons]
    assert "welcome" not in chat.last[0].text
    chat.send(TypedText("thank you so much", chat.session.turn))
    assert chat.last[0].text == says(chat, "welcome")


def test_what_it_is_not_for_is_said_kindly() -> None:
    chat = asked()
    chat.send(TypedText("please do my homework", chat.session.turn))
    assert chat.last[0].text == says(chat, "out_of_scope")
    assert chat.screen.state_id == "safety.signs"


def test_a_language_that_it_speaks_is_offered_in_that_language_and_the_answers_stay() -> None:
    chat = asked()
    before = chat.session.answers
    chat.send(TypedText("desde ayer me sale sangre despues", chat.session.turn))
    assert "!language:es" in buttons(chat)
    assert taught().text("offer_language", "es") in chat.text
    chat.press("!language:es")
    assert (chat.session.language, chat.session.answers) == ("es", before)


def test_in_a_language_that_it_does_not_speak_it_says_so_with_the_number() -> None:
    chat = asked()
    chat.send(TypedText("j ai mal depuis hier soir docteur", chat.session.turn))
    said = chat.last[0].text
    assert said.startswith("Je ne parle que English, Español.")
    assert "112" in said
    chat.send(TypedText("french", chat.session.turn))
    assert chat.last[0].text == said


def test_danger_in_such_a_language_has_the_number_in_it_first() -> None:
    chat = asked()
    chat.send(TypedText("Je veux mourir !", chat.session.turn))
    assert chat.last[0].text.startswith("Appelez 112")
    assert "!urgent" in [button.id for button in chat.last[0].buttons]


@pytest.mark.parametrize(
    "text", ["i have itching and white lumps", "je saigne depuis hier soir", "desde ayer me duele"]
)
def test_before_consent_nothing_is_lost_and_nothing_begins(text: str) -> None:
    chat = Chat(taught())
    chat.send(Start())
    chat.send(TypedText(text))
    assert not chat.session.flow
    assert not chat.session.consented
    assert chat.last


def test_where_the_bot_only_informs_no_flow_is_suggested() -> None:
    chat = Chat(replace(taught(), information_only=True))
    chat.send(Start())
    chat.send(TypedText("i have itching and white lumps"))
    assert "!page:thrush" in buttons(chat)
    assert not any(button.startswith("!begin_flow") for button in buttons(chat))


def test_on_an_emergency_screen_nothing_is_suggested() -> None:
    chat = asked()
    assert chat.press("yes").kind is MessageKind.EMERGENCY
    screen = chat.screen
    chat.send(TypedText("i have itching and white lumps", chat.session.turn))
    assert chat.last[0] == screen
