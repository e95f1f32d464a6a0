"""Danger as people type it: each of these was not heard once. It brings the offer of help, wherever a person stands."""

import pytest

from bot.authoring.loader import content_root, load_bundle
from bot.engine.session import Start, TypedText
from bot.engine.understanding.danger import find_danger
from bot.engine.understanding.folding import read_typed
from bot.engine.understanding.option_matching import match_option
from tests.support.stories import Chat, says

BOTH = load_bundle(content_root(), include_drafts=True)[0]

DANGER = {
    "i dont want to live": "suicide",
    "end it all": "suicide",
    "better off dead": "suicide",
    "kms": "suicide",
    "slit my wrists": "suicide",
    "killl myself": "suicide",
    "kill my self": "suicide",
    "sucide": "suicide",
    "i want it all to end and i have pills here": "suicide",
    "he forced me": "assault",
    "attacked": "assault",
    "assaulted": "assault",
    "molested": "assault",
    "beaten": "violence",
    "held down": "assault",
    "drugged": "assault",
    "my drink was spiked": "assault",
    "i was choked and saw black": "violence",
    "cant stop bleeding": "bleeding",
    "bleeding that wont stop": "bleeding",
    "hasn't stopped bleeding": "bleeding",
    "bleeding alot": "bleeding",
    "soaking two pads an hour": "bleeding",
    "gushing blood": "bleeding",
    "cant breath": "breath",
    "chest pains": "breath",
    "chest\tpain": "breath",
    "she is not breathing": "breath",
    "pass out": "collapse",
    "feel faint": "collapse",
    "blacked out": "collapse",
    "took a whole pack of pills": "overdose",
    "too many pills": "overdose",
    "overdosed": "overdose",
    "baby kicks much less": "pregnancy",
    "baby not moving": "pregnancy",
    "help me": "help",
    "please help": "help",
    "112": "help",
    "911": "help",
    "ambulance": "help",
    "call an ambulance": "help",
    "police": "violence",
    "i need a doctor": "help",
    "human": "help",
    "thanks but my pad is full every 20 minutes": "bleeding",
    "ty but i feel faint": "collapse",
    "is it normal to soak a pad every hour": "bleeding",
    "im scared he will kill us": "violence",
    "me quiero matar": "",
    "no puedo respirar": "breath",
    "im\u200bdying": "",
}


@pytest.mark.parametrize("text", DANGER)
def test_danger_brings_the_offer_of_help_and_answers_nothing(text: str) -> None:
    chat = Chat(BOTH)
    chat.begin()
    chat.press("bleeding")
    before = chat.session.answers
    chat.send(TypedText(text, chat.session.turn))
    assert "!urgent" in [button.id for button in chat.last[0].buttons] or chat.last[0].kind == "emergency"
    assert chat.session.answers == before
    found = find_danger(BOTH.vocabulary.index, read_typed(text))
    if found and DANGER[text]:
        assert found.kind == DANGER[text]


@pytest.mark.parametrize(
    "text",
    [
        "no chest pain",
        "not bleeding a lot",
        "never been raped",
        "im not suicidal",
        "is it not safe to use tampons",
        "it hit me that i am late",
    ],
)
def test_what_only_has_the_words_of_danger_is_no_alarm(text: str) -> None:
    assert find_danger(BOTH.vocabulary.index, read_typed(text)) is None


SIGNS = [
    "trouble breathing",
    "too weak to stand",
    "very pale, cold and sweaty",
    "my heart races",
    "hard to wake",
    "swelling of lips",
    "a fit",
    "worst headache ever",
    "one side is weak",
    "confused",
    "rash all over",
]


@pytest.mark.parametrize("text", SIGNS)
def test_the_danger_lists_own_words_are_a_yes_there(text: str) -> None:
    question = BOTH.flow("safety").states["signs"]
    assert match_option(question, text, BOTH.phrases_in("en")) == "yes"  # type: ignore[arg-type]


@pytest.mark.parametrize("words", ["i cant breathe", "i want to kill myself"])
def test_before_consent_after_an_ending_in_the_library_and_during_a_change(words: str) -> None:
    before_consent = Chat(BOTH)
    before_consent.send(Start())
    reading = Chat(BOTH)
    reading.begin()
    reading.press("reading")
    ended = Chat(BOTH)
    ended.begin()
    ended.tap({"chooser.topic": "bleeding", "safety.blood_now": "spots", "safety.age": "age_30_44"})
    changing = Chat(BOTH)
    changing.begin()
    changing.tap({"chooser.topic": "bleeding"}, at="safety.blood_now")
    changing.press("!change:safety.signs")
    for chat in (before_consent, reading, ended, changing):
        before = chat.session.answers
        chat.send(TypedText(words, chat.session.turn))
        assert "!urgent" in [button.id for button in chat.last[0].buttons]
        assert chat.session.answers == before


def test_after_an_ending_worse_leads_to_help() -> None:
    chat = Chat(BOTH)
    chat.begin()
    chat.tap({"chooser.topic": "bleeding", "safety.blood_now": "spots", "safety.age": "age_30_44"})
    chat.send(TypedText("it got worse", chat.session.turn))
    assert chat.last[0].text.partition("{")[0][:20] == says(chat, "got_worse")[:20]
    chat.send(TypedText("pain came up to my shoulder when I lie", chat.session.turn))
    assert "!urgent" in [button.id for button in chat.last[0].buttons]
